"""Where the resource table is in a file, and whether the kernel finds it again in memory (`find_loaded_rsc_table`)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from rproc_tui.firmware.elf_header import ElfHeader
from rproc_tui.firmware.facts import Elf, Section, Segment
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.image import Image, take
from rproc_tui.firmware.resource_table import TablePlace, parse_table
from rproc_tui.firmware.sections import SHT_NOBITS
from rproc_tui.firmware.table_checks import fixed_stretches
from rproc_tui.model.resource_table import ResourceTable, TraceEntry

SECTION_NAME = ".resource_table"
TRUNCATED = "resource table truncated"
SECTION_READ = 1 << 20
"""Bytes of the section that are read; real tables have under 4096."""


def read_table(
    image: Image, size: int, header: ElfHeader, elf: Elf, findings: Findings
) -> tuple[ResourceTable | None, bool]:
    """The table of a file as the kernel finds it (the first section of that name), and whether there is a section."""
    named = [section for section in elf.sections if section.name == SECTION_NAME]
    if not named:
        _explain_absence(size, header, elf, findings)
        return None, False
    section = named[0]
    if len(named) > 1:
        findings.warning("two-tables", f"{len(named)} sections are called {SECTION_NAME}; Linux takes the first")
    if section.offset + section.size > size:
        findings.error(
            "table-outside",
            f"{SECTION_NAME} ends at {section.offset + section.size:#x}, behind the end of the file at {size:#x}",
            kernel=TRUNCATED,
        )
        return None, True
    if section.size > SECTION_READ:
        findings.warning("table-large", f"{SECTION_NAME} has {section.size} bytes; the first {SECTION_READ} were read")
    data = take(image, section.offset, min(section.size, SECTION_READ))
    place = TablePlace(SECTION_NAME, section.offset, section.size, section.address, header.prefix)
    table = parse_table(data, place, findings)
    if section.type == SHT_NOBITS and section.size:
        findings.error(
            "table-nobits", f"{SECTION_NAME} has no bytes in the file (NOBITS); Linux reads what happens to lie there"
        )
        return None, True
    if table is not None:
        _check_place(section, elf.segments, table, findings)
        _check_traces(table, elf.segments, findings)
    return table, True


def _explain_absence(size: int, header: ElfHeader, elf: Elf, findings: Findings) -> None:
    if elf.sections and header.shstrndx < len(elf.sections):
        names = elf.sections[header.shstrndx]
        if names.offset + names.size > size:
            findings.error("table-unfindable", "no section has a readable name", kernel=TRUNCATED)
            return
    alike = next((section.name for section in elf.sections if "resource_table" in section.name), None)
    hint = f" (there is {alike})" if alike else ""
    findings.note(
        "no-table",
        f"no section {SECTION_NAME}{hint}: no trace, no rpmsg. The drivers of da8xx, keystone, omap, K3, wkup_m3 and "
        "ingenic refuse such a file without a word; the others boot it",
    )


def _check_place(section: Section, segments: Sequence[Segment], table: ResourceTable, findings: Findings) -> None:
    if section.offset % 4 or section.address % 4:
        findings.warning(
            "table-unaligned",
            f"{SECTION_NAME} at {section.offset:#x} of the file, for {section.address:#x}, is not aligned to 4 bytes",
        )
    if not table.entries:
        return
    holder = next(
        (
            segment
            for segment in segments
            if segment.is_loaded
            and segment.offset <= section.offset
            and section.offset + section.size <= segment.offset + segment.filesz
        ),
        None,
    )
    if holder is None:
        findings.warning(
            "table-not-loaded",
            f"{SECTION_NAME} is in no loaded segment: Linux reads it, but the firmware never sees its answers",
        )
        return
    loaded_at = holder.paddr + section.offset - holder.offset
    if loaded_at != section.address:
        findings.note(
            "table-address",
            f"{SECTION_NAME} is loaded to {loaded_at:#x} (p_paddr of segment {holder.index}) and Linux keeps the live "
            f"one at {section.address:#x} (sh_addr): start-up code must not copy the first over the second",
        )


def _check_traces(table: ResourceTable, segments: Sequence[Segment], findings: Findings) -> None:
    traces = [entry for entry in table.entries if isinstance(entry, TraceEntry)]
    if not traces:
        return
    held = [(s.da, s.end) for s in fixed_stretches(table.entries) if s.what.startswith("carveout")]
    for segment in segments:
        if segment.is_loaded:
            held += [(start, start + segment.memsz) for start in {segment.paddr, segment.vaddr}]
    held.sort()
    starts = [start for start, _ in held]
    furthest = list(accumulate((end for _, end in held), max))
    for entry in traces:
        before = bisect_right(starts, entry.da)
        if not before or furthest[before - 1] < entry.da + entry.len:
            findings.note(
                "trace-outside",
                f"entry {entry.index} (trace {entry.name}) at {entry.da:#x} is in no segment and no carveout: "
                "it works only where the board has memory there",
            )
