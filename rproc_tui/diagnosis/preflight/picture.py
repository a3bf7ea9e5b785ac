"""The memory of a processor with a firmware in it, to scale, as text: each region, and below it what lies there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rproc_tui.diagnosis.places import miss_text, nearest
from rproc_tui.diagnosis.preflight.segments import CODE_ADDRESS, is_apart
from rproc_tui.diagnosis.preflight.target import Target
from rproc_tui.firmware.facts import Elf, FirmwareFacts
from rproc_tui.firmware.memory_map import FREE, MappedRegion, Stretch, bar, regions
from rproc_tui.firmware.memory_rows import BAR_SHARE, memory_rows, stretch_row, stretches
from rproc_tui.firmware.units import address_text, size_text
from rproc_tui.model.memory import Region

LEGEND = "█ from the file  ░ zeroed  ▒ named by the table  · free"

LABEL = 9
"""Columns for the name of a region."""

MOST = 24
"""Rows of each kind."""


def picture(facts: FirmwareFacts, target: Target, width: int) -> tuple[list[str], int]:
    """The rows, none longer than `width` where names are short, and how many were left out."""
    if facts.elf is None:
        return [], 0
    if not target.regions:
        return memory_rows(facts.elf, facts.resource_table, width, MOST)
    code, data = _apart(facts.elf, target)
    drawn, hidden = stretches(data, facts.resource_table, MOST)
    rows: list[str] = []
    if target.code is not None:
        rows += _region(target.code, stretches(code, None, MOST)[0], width)
    for region in target.regions[:MOST]:
        inside = [stretch for stretch in drawn if _touches(stretch, region)]
        drawn = [stretch for stretch in drawn if stretch not in inside]
        rows += _region(region, inside, width)
    if drawn:
        rows.append("  in no memory" + (" that is known" if not target.complete else ""))
    for group in regions(drawn):
        rows += [stretch_row(_missing(stretch, target.regions), group, width) for stretch in group.rows]
    return rows, hidden + max(0, len(target.regions) - MOST)


def _apart(elf: Elf, target: Target) -> tuple[Elf, Elf]:
    """What goes into the memory that only code has, by its address there, and the rest."""
    if target.code is None:
        return replace(elf, segments=()), elf
    code = (replace(s, paddr=s.paddr & CODE_ADDRESS) for s in elf.segments if is_apart(s, target))
    return replace(elf, segments=tuple(code)), replace(
        elf, segments=tuple(segment for segment in elf.segments if not is_apart(segment, target))
    )


def _touches(stretch: Stretch, region: Region) -> bool:
    return stretch.start < region.end and region.da < stretch.end


def _region(region: Region, inside: Sequence[Stretch], width: int) -> Iterator[str]:
    """One scale for a region and all that touches it; what reaches beyond it makes the scale longer."""
    start = min([region.da, *(stretch.start for stretch in inside)])
    end = max([region.end, *(stretch.end for stretch in inside)])
    scale = MappedRegion(start, end, ())
    whole = bar(Stretch(region.name, region.da, region.size, 0), scale, width // BAR_SHARE, FREE)
    name = region.name if len(region.name) < LABEL else f"{region.name[: LABEL - 2]}…"
    note = region.name if name != region.name else str(region.kind)
    yield f"  {name:<{LABEL}}{address_text(region.da)}  {size_text(region.size):>10} {whole} {note}"[:width]
    for stretch in sorted(inside, key=lambda one: (one.start, not one.loaded)):
        yield stretch_row(_missing(stretch, [region]), scale, width)


def _missing(stretch: Stretch, among: Sequence[Region]) -> Stretch:
    """The stretch with a note of how it misses the region that it comes closest to."""
    close = nearest(among, stretch.start, stretch.size)
    if close is None or close.holds(stretch.start, stretch.size):
        return stretch
    return replace(stretch, note=_miss(stretch, close))


def _miss(stretch: Stretch, close: Region) -> str:
    """`31.8 MiB behind itcm`, or by how much it reaches beyond."""
    if stretch.start >= close.end:
        return f"{size_text(stretch.start - close.end)} behind {close.name}"
    if stretch.end <= close.da:
        return f"{size_text(close.da - stretch.end)} before {close.name}"
    return miss_text(close, stretch.start, stretch.size)
