"""Everything that lies in a processor's memory, by address: regions, segments, carveouts, vrings, trace buffers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content

from rproc_tui.firmware.units import address_text, size_text
from rproc_tui.model.memory import Region
from rproc_tui.model.resource_table import ADDRESS_ANY, ResourceTable, TraceEntry, VdevEntry
from rproc_tui.rpmsg.vring import vring_size
from rproc_tui.tui.panels.columns import cut, fit
from rproc_tui.tui.panels.memory_map import STRAY, Bar, memory_bars
from rproc_tui.tui.panels.resources import table_of
from rproc_tui.tui.panels.segments import GLYPHS, STYLES, drawn
from rproc_tui.tui.view import View

_NAME_WIDTHS = (8, 16)
_SIZE_WIDTH = 9
_KIND_WIDTH = 9
_BAR_WIDTHS = (6, 64)
"""Cells of the shortest and of the longest bar: lengths follow the sizes between the two."""
_ALIGNS_MOST = 1 << 20
_MARK = "◆"
"""What the kernel and the firmware share: neither a segment nor a carveout of its own."""
NOTHING = "no memory regions known, and no firmware file to look into"


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """A stretch of memory: a region, or something in one."""

    da: int
    size: int
    kind: str
    name: str
    glyph: str = ""
    style: str = ""
    bar: Bar | None = None
    """What lies in it, on the row of a region."""
    pa: int | None = None
    """Where Linux finds it, where that is another address."""


def memory_rows_of(view: View) -> tuple[MemoryRow, ...]:
    """Each region with what lies in it below; by device address."""
    if view.processor is None:
        return ()
    table, _ = table_of(view)
    shared = list(_shared(table)) if table is not None else []
    rows: list[MemoryRow] = []
    for bar in memory_bars(view.processor.regions, view.facts):
        inside = [_span_row(bar, index) for index in range(len(bar.spans))]
        inside += [row for row in shared if bar.da <= row.da < bar.da + bar.size]
        rows.append(_region_row(bar, view.processor.regions))
        rows += sorted(inside, key=lambda row: (row.da, -row.size))
    return tuple(rows)


def memory_line(row: MemoryRow, rows: tuple[MemoryRow, ...], width: int) -> Content:
    """One row: a region with its bar to scale, or something in it, set off."""
    least, most = _NAME_WIDTHS
    name_width = min(most, max(least, *(len(each.name) for each in rows if each.bar is not None)))
    place = f"{address_text(row.da)}  {size_text(row.size):>{_SIZE_WIDTH}}"
    if row.bar is None:
        start = Content.assemble(
            ("  ", ""), (f"{row.glyph} ", row.style), (place, "$label"), ("  " + fit(row.kind, _KIND_WIDTH), "$label")
        )
        return Content.assemble(start, (" " + cut(row.name, max(1, width - start.cell_length - 1)), row.style))
    stray = row.name == STRAY
    start = Content.assemble(
        (fit(row.name, name_width), "bold $state-crashed" if stray else "bold"), ("  " + place, "$label"), "  "
    )
    behind = row.kind if row.pa is None else f"{row.kind}  at {address_text(row.pa)} of Linux"
    shortest, longest = _BAR_WIDTHS
    room = max(shortest, min(longest, width - start.cell_length - len(behind) - 4))
    largest = max(each.size for each in rows if each.bar is not None)
    length = max(shortest, room * row.size // largest)
    return Content.assemble(start, drawn(row.bar, length), ("  " + behind, "$label")).truncate(width, ellipsis=True)


def _region_row(bar: Bar, regions: tuple[Region, ...]) -> MemoryRow:
    region = next((each for each in regions if (each.name, each.da, each.size) == (bar.name, bar.da, bar.size)), None)
    kind = "" if region is None else str(region.kind)
    pa = region.pa if region is not None and region.pa != region.da else None
    return MemoryRow(bar.da, bar.size, kind, bar.name, bar=bar, pa=pa)


def _span_row(bar: Bar, index: int) -> MemoryRow:
    span = bar.spans[index]
    return MemoryRow(span.da, span.size, str(span.use), span.name, GLYPHS[span.use], STYLES[span.use])


def _shared(table: ResourceTable) -> Iterator[MemoryRow]:
    """What the resource table places for both sides."""
    for entry in table.entries:
        match entry:
            case TraceEntry() if entry.da != ADDRESS_ANY:
                yield MemoryRow(entry.da, entry.len, "trace", entry.name, _MARK, "$primary")
            case VdevEntry():
                for number, vring in enumerate(entry.vrings):
                    if vring.da != ADDRESS_ANY and 0 < vring.align <= _ALIGNS_MOST:
                        size = vring_size(vring.num, vring.align)
                        yield MemoryRow(vring.da, size, "vring", f"vring{number}", _MARK, "$primary")
