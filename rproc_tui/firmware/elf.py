"""The ELF view of a file, whole."""

from __future__ import annotations

from rproc_tui.firmware.build_attributes import core_name
from rproc_tui.firmware.elf_header import ElfHeader, parse_segments
from rproc_tui.firmware.facts import Elf
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.image import Image
from rproc_tui.firmware.machines import machine_name, type_name
from rproc_tui.firmware.sections import build_id, check_extents, has_dwarf, has_symbols, parse_sections


def read_elf(image: Image, size: int, header: ElfHeader, findings: Findings) -> Elf:
    """Everything but the resource table; what is malformed about the headers goes to `findings`."""
    segments = parse_segments(image, size, header)
    sections = parse_sections(image, size, header, findings)
    check_extents(sections, size, header, findings)
    return Elf(
        bits=header.bits,
        endian=header.endian,
        machine=machine_name(header.machine),
        machine_number=header.machine,
        type=type_name(header.type),
        entry=header.entry,
        flags=header.flags,
        segments=segments,
        sections=sections,
        has_dwarf=has_dwarf(sections),
        has_symbols=has_symbols(sections),
        build_id=build_id(image, size, header, segments, sections),
        core=core_name(image, size, header, sections),
    )
