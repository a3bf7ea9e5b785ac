"""The tree of processors by host, and the same folded to one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from rproc_tui.model.processor import HostState, Processor, ProcessorKey
from rproc_tui.model.watch import WatchState
from rproc_tui.tui.elapsed import pending_text
from rproc_tui.tui.line_words import line_word
from rproc_tui.tui.marks import is_faulty, mark_of
from rproc_tui.tui.panels.columns import cut, dimmed, fit, spread
from rproc_tui.tui.panels.status import host_text
from rproc_tui.tui.view import View

_NAME_WIDTHS = (4, 12)
"""Cells for names: at least, at most."""
_BEFORE_NAME = 4
"""Cells before a name in the tree: it is indented and has a glyph."""
_BETWEEN = 2
"""Cells between a name and the word for a state."""


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
        lines.append(_host_line(view, host, folded=host.label in folded, width=width))
        if host.label not in folded:
            twins = _twins(host)
            for processor in _shown(view, host):
                name = _Name(processor, is_twin=processor.name in twins)
                line = _processor_line(view, processor, name, name_width, width)
                lines.append(line if host.is_reached else dimmed(line))
    return lines


def strip_line(view: View, rows: Sequence[Row], selected: int, width: int) -> Content:
    """All processors in one line; the selected one is marked and always in sight."""
    pieces: list[Content] = []
    place = 0
    twins = {host.label: _twins(host) for host in view.snapshot.hosts}
    lost = {host.label for host in view.snapshot.hosts if not host.is_reached}
    for index, row in enumerate(rows):
        processor = None if row.key is None else view.snapshot.find(row.key)
        name = None if processor is None else _Name(processor, is_twin=processor.name in twins.get(row.host, ()))
        if index == selected:
            place = len(pieces)
        text = _strip_piece(view, name, row, "▸" if index == selected else " ")
        if processor is not None and row.host in lost:
            text = dimmed(text)
        pieces.append(text.stylize("bold on $cursor") if index == selected else text)
    while len(pieces) > 1 and place and sum(piece.cell_length for piece in pieces[: place + 1]) > width:
        pieces, place = pieces[1:], place - 1
    return Content.assemble(*pieces).truncate(width, ellipsis=True, pad=True)


def _shown(view: View, host: HostState) -> list[Processor]:
    return [processor for processor in host.processors if not view.faulty_only or is_faulty(processor)]


def _host_line(view: View, host: HostState, *, folded: bool, width: int) -> Content:
    glyph, word = "▸" if folded else "▾", line_word(host, view.now)
    name = host_text(host) if len(view.snapshot.hosts) == 1 else host.label  # boards of one rack are of one model
    if word:
        room = max(_NAME_WIDTHS[0], width - cell_len(word) - _BETWEEN - 1)
        left = Content.assemble((f"{glyph} ", "$dim"), (cut(name, room), "bold"), " ", (word, "$state-unknown"))
        return left.truncate(width, ellipsis=True)
    if host.error:
        return Content.assemble((f"{glyph} ", "$dim"), (cut(f"{name} ✖", width - 2), "$state-crashed"))
    return Content.assemble((f"{glyph} ", "$dim"), (cut(name, width - 2), "bold"))


@dataclass(frozen=True, slots=True)
class _Name:
    """What a processor is called in a list; one of several with that name has its number with it."""

    processor: Processor
    is_twin: bool

    @property
    def whole(self) -> str:
        return self.processor.name + self._number

    def within(self, width: int) -> str:
        """Cut to so many cells, never its number."""
        return cut(self.processor.name, max(0, width - len(self._number))) + self._number

    @property
    def _number(self) -> str:
        return f" {self.processor.id.removeprefix('remoteproc')}" if self.is_twin else ""


def _twins(host: HostState) -> frozenset[str]:
    """Names that several have."""
    counts = Counter(processor.name for processor in host.processors)
    return frozenset(name for name, count in counts.items() if count > 1)


def _processor_line(view: View, processor: Processor, name: _Name, name_width: int, width: int) -> Content:
    """A word for the state has to stand beside the whole name; where there is no room for both the glyph tells it."""
    mark, tail = mark_of(processor), _tail(view, processor)
    room = width - tail.cell_length - _BEFORE_NAME
    start = Content.assemble(("  ", ""), (mark.glyph, mark.style), " ")
    column = min(name_width, room - len(mark.word) - _BETWEEN)
    if cell_len(name.whole) <= max(column, room - len(mark.word) - _BETWEEN):
        left = Content.assemble(
            start, fit(name.whole, max(column, cell_len(name.whole))), "  ", (mark.word, mark.style)
        )
    else:
        left = Content.assemble(start, name.within(room))
    return spread(left, tail, width)


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


def _strip_piece(view: View, name: _Name | None, row: Row, before: str) -> Content:
    if name is None:
        host = view.snapshot.host(row.host)
        word = "" if host is None else line_word(host, view.now)
        return Content.assemble((f"{before}{row.host} ", "$label"), (f"{word} " if word else "", "$state-unknown"))
    mark = mark_of(name.processor)
    tail = _tail(view, name.processor)
    return Content.assemble(
        before, (f"{mark.glyph} ", mark.style), f"{name.whole} ", (mark.word, mark.style), tail, " "
    )
