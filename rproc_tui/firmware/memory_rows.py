"""The segments of a file and the memory that its table names, as rows of a map: address, size, bar, sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rproc_tui.firmware.facts import PF_R, PF_W, PF_X, Elf, Section, Segment
from rproc_tui.firmware.memory_map import MappedRegion, Stretch, bar, regions
from rproc_tui.firmware.sections import SHF_ALLOC, SHT_NOBITS
from rproc_tui.firmware.table_checks import fixed_stretches
from rproc_tui.firmware.units import address_text, size_text
from rproc_tui.model.resource_table import ResourceTable

BAR_SHARE = 4
"""A bar takes one column in so many."""


def memory_rows(elf: Elf, table: ResourceTable | None, width: int, most: int) -> tuple[list[str], int]:
    """The rows, and how many stretches beyond the first `most` of each kind were left out."""
    drawn, hidden = stretches(elf, table, most)
    return [row for region in regions(drawn) for row in _region_rows(region, width)], hidden


def stretches(elf: Elf, table: ResourceTable | None, most: int) -> tuple[list[Stretch], int]:
    """What is loaded and what the table names at fixed addresses, `most` of each kind, and how many are left out."""
    loaded = [segment for segment in elf.segments if segment.is_loaded]
    allocated = [s for s in elf.sections if s.flags & SHF_ALLOC and s.size and s.name]
    named = [] if table is None else [s for s in fixed_stretches(table.entries) if s.size]
    drawn = [
        *(_segment_stretch(segment, allocated) for segment in loaded[:most]),
        *(Stretch("table", s.da, s.size, 0, s.what, loaded=False) for s in named[:most]),
    ]
    return drawn, max(0, len(loaded) - most) + max(0, len(named) - most)


def _segment_stretch(segment: Segment, allocated: Sequence[Section]) -> Stretch:
    rights = "".join(letter if segment.flags & bit else "-" for bit, letter in ((PF_R, "r"), (PF_W, "w"), (PF_X, "x")))
    runs_at = f"runs at {address_text(segment.vaddr)} " if segment.vaddr != segment.paddr else ""
    names = (runs_at + " ".join(names_in(segment, allocated))).rstrip()
    return Stretch(
        f"{segment.index:>3} {rights}", segment.paddr, segment.memsz, min(segment.filesz, segment.memsz), names
    )


def names_in(segment: Segment, allocated: Sequence[Section]) -> list[str]:
    """The sections of a segment, largest first."""
    inside = [section for section in allocated if _holds(segment, section)]
    return [section.name for section in sorted(inside, key=lambda section: -section.size)]


def _holds(segment: Segment, section: Section) -> bool:
    """By address, and by place in the file: a PRU has two segments at one address."""
    start = section.address - segment.vaddr
    if not (start >= 0 and start + section.size <= segment.memsz):
        return False
    in_file = section.offset - segment.offset
    if section.type == SHT_NOBITS:
        return start >= segment.filesz or segment.filesz == 0
    return in_file >= 0 and in_file + section.size <= segment.filesz


def _region_rows(region: MappedRegion, width: int) -> Iterator[str]:
    cells = width // BAR_SHARE
    cell = size_text(-(-region.size // cells))
    first, last = address_text(region.start), address_text(region.end - 1)
    yield f"  {first} to {last}, {size_text(region.size)}; a cell is {cell}"
    for stretch in region.rows:
        yield stretch_row(stretch, region, width)


def stretch_row(stretch: Stretch, region: MappedRegion, width: int) -> str:
    """One row: label, address, size, bar, what is in it."""
    head = f"  {stretch.label.ljust(7)}  {address_text(stretch.start)}  {size_text(stretch.size):>10}"
    line = f"{head} {bar(stretch, region, width // BAR_SHARE)} "
    note = _fit(stretch.note.split(" "), width - len(line)) if stretch.loaded else stretch.note
    return (line + note).rstrip()


def _fit(words: Sequence[str], room: int) -> str:
    """As many words as there is room for, and how many are left."""
    if sum(len(word) + 1 for word in words) - 1 <= room:
        return " ".join(words)
    kept, used = 0, len(f"+{len(words)}")
    while kept < len(words) and used + len(words[kept]) + 1 <= room:
        used += len(words[kept]) + 1
        kept += 1
    return " ".join([*words[:kept], f"+{len(words) - kept}"])
