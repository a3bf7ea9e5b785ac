"""Opens the debug sections of an ELF file for pyelftools, without trusting any size that the file claims.

pyelftools reads files too, but takes a NOBITS section of 4 GB at its word.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import cast

from elftools.dwarf.dwarfinfo import DebugSectionDescriptor, DwarfConfig, DWARFInfo

from rproc_tui.firmware.elf_header import ElfHeader
from rproc_tui.firmware.facts import Section
from rproc_tui.firmware.image import Image

SHT_NOBITS = 8
SHF_COMPRESSED = 1 << 11
ELFCOMPRESS_ZLIB = 1

LARGEST_SECTION = 256 << 20
"""Bytes of a debug section, unpacked; what is larger counts as missing."""

_NAMES = (
    *("debug_info", "debug_aranges", "debug_abbrev", "debug_frame", "debug_str", "debug_loc", "debug_ranges"),
    *("debug_line", "debug_addr", "debug_str_offsets", "debug_line_str", "debug_loclists", "debug_rnglists"),
)
_UNUSED = ("eh_frame", "debug_pubtypes", "debug_pubnames", "debug_sup", "gnu_debugaltlink", "debug_types")


def open_debug_sections(image: Image, size: int, header: ElfHeader, sections: Sequence[Section]) -> DWARFInfo | None:
    """The debug information; None where there is none or its main parts are missing."""
    by_name = {section.name: section for section in reversed(sections)}
    found = {}
    for name in _NAMES:
        data = section_content(image, size, header, by_name.get(f".{name}"))
        found[f"{name}_sec"] = (
            None if data is None else DebugSectionDescriptor(io.BytesIO(data), f".{name}", None, len(data), 0)
        )
    if found["debug_info_sec"] is None or found["debug_abbrev_sec"] is None:
        return None
    nothing = dict.fromkeys(f"{name}_sec" for name in _UNUSED)
    config = DwarfConfig(header.endian == "little", "", header.bits // 8)
    return DWARFInfo(config=config, **found, **nothing)


def content(section: DebugSectionDescriptor | None) -> bytes:
    """The bytes of a section that was opened here, without copying; empty for a missing one."""
    return b"" if section is None else cast("io.BytesIO", section.stream).getvalue()


def section_content(image: Image, size: int, header: ElfHeader, section: Section | None) -> bytes | None:
    """The bytes of a section, unpacked; None for what is missing, cut off, has no bytes in the file or is too large."""
    if section is None or section.type == SHT_NOBITS or section.size == 0:
        return None
    if section.size > LARGEST_SECTION or section.offset + section.size > size:
        return None
    data = image[section.offset : section.offset + section.size]
    return _unpack(data, header) if section.flags & SHF_COMPRESSED else data


def _unpack(data: bytes, header: ElfHeader) -> bytes | None:
    """What stands behind a compression header (the ELF specification's Chdr)."""
    layout = struct.Struct(header.prefix + ("III" if header.bits == 32 else "IIQQ"))
    if len(data) < layout.size:
        return None
    fields = layout.unpack_from(data)
    kind, length = fields[0], fields[1 if header.bits == 32 else 2]
    if kind != ELFCOMPRESS_ZLIB or not 0 < length <= LARGEST_SECTION:
        return None
    try:
        unpacked = zlib.decompressobj().decompress(data[layout.size :], length)
    except zlib.error:
        return None
    return unpacked if len(unpacked) == length else None
