"""The tree of processors by host, and the same folded to one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from rproc_tui.model.processor import HostState, Processor, ProcessorKey
from rproc_tui.model.watch import WatchState
from rproc_tui.tui.elapsed import pending_text
from rproc_tui.tui.marks import is_faulty, mark_of
from rproc_tui.tui.panels.columns import cut, fit, spread
from rproc_tui.tui.panels.status import host_text
from rproc_tui.tui.view import View

_NAME_WIDTHS = (4, 12)
"""Cells for names: at least, at most."""


@dataclass(frozen=True, slots=True)
class Row:
    """One selectable row of the tree."""

    host: str
    """Label of the host."""
    key: ProcessorKey | None = None
    """The processor; None on the row of a host."""


def rows_of(view: View, folded: frozenset[str]) -> tuple[Row, ...]:
    """What can be selected, top to bottom; `folded` holds labels of hosts whose processors are hidden."""
    rows: list[Row] = []
    for host in view.snapshot.hosts:
        rows.append(Row(host.label))
        if host.label not in folded:
            rows += [Row(host.label, processor.key) for processor in _shown(view, host)]
    return tuple(rows)


def tree_lines(view: View, folded: frozenset[str], width: int) -> list[Content]:
    """One line for each of `rows_of`."""
    names = [cell_len(processor.name) for processor in view.snapshot.processors]
    least, most = _NAME_WIDTHS
    name_width = min(most, max([least, *names]))
    lines: list[Content] = []
    for host in view.snapshot.hosts:
        lines.append(_host_line(host, folded=host.label in folded, width=width))
        if host.label not in folded:
            lines += [_processor_line(view, processor, name_width, width) for processor in _shown(view, host)]
    return lines


def strip_line(view: View, rows: Sequence[Row], selected: int, width: int) -> Content:
    """All processors in one line; the selected one is marked and always in sight."""
    pieces: list[Content] = []
    place = 0
    for index, row in enumerate(rows):
        processor = None if row.key is None else view.snapshot.find(row.key)
        if index == selected:
            place = len(pieces)
        text = _strip_piece(view, processor, row, "▸" if index == selected else " ")
        pieces.append(text.stylize("bold on $cursor") if index == selected else text)
    while len(pieces) > 1 and place and sum(piece.cell_length for piece in pieces[: place + 1]) > width:
        pieces, place = pieces[1:], place - 1
    return Content.assemble(*pieces).truncate(width, ellipsis=True, pad=True)


def _shown(view: View, host: HostState) -> list[Processor]:
    return [processor for processor in host.processors if not view.faulty_only or is_faulty(processor)]


def _host_line(host: HostState, *, folded: bool, width: int) -> Content:
    glyph = "▸" if folded else "▾"
    name = host_text(host)
    if host.error:
        return Content.assemble((f"{glyph} ", "$dim"), (cut(f"{name} ✖", width - 2), "$state-crashed"))
    return Content.assemble((f"{glyph} ", "$dim"), (cut(name, width - 2), "bold"))


def _processor_line(view: View, processor: Processor, name_width: int, width: int) -> Content:
    mark = mark_of(processor)
    left = Content.assemble(
        ("  ", ""),
        (mark.glyph, mark.style),
        f" {fit(processor.name, name_width)}  ",
        (mark.word, mark.style),
    )
    return spread(left, _tail(view, processor), width)


def _tail(view: View, processor: Processor) -> Content:
    """What stands at the right end: elapsed time while something is on its way, watch, crashes."""
    if processor.pending is not None:
        seconds = pending_text(view.now - processor.pending.since)
        return Content.assemble((f" {seconds}" if seconds else "", "$state-pending"))
    parts: list[tuple[str, str]] = []
    if processor.watch is not None:
        bad = processor.watch.state in (WatchState.REJECTED, WatchState.MISSING)
        parts.append((" ⟳", "$state-crashed" if bad else "$accent"))
    if processor.crashes:
        parts.append((f" ×{processor.crashes}", "$state-crashed"))  # noqa: RUF001 (times)
    return Content.assemble(*parts)


def _strip_piece(view: View, processor: Processor | None, row: Row, before: str) -> Content:
    if processor is None:
        return Content.assemble((f"{before}{row.host} ", "$label"))
    mark = mark_of(processor)
    tail = _tail(view, processor)
    return Content.assemble(
        before, (f"{mark.glyph} ", mark.style), f"{processor.name} ", (mark.word, mark.style), tail, " "
    )
