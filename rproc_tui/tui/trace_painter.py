"""Makes the lines of a trace as they stand on the screen, each once as long as nothing about it changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from rich.cells import cell_len
from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip

from rproc_tui.model.trace_line import TraceLine
from rproc_tui.trace.filter import LineFilter
from rproc_tui.tui.line_times import TimeStyle, time_text
from rproc_tui.tui.panels.trace import Source, cut_pieces, line_body, line_prefix, trace_content
from rproc_tui.tui.trace_rows import Rows
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.line_view import LineView

_CACHED_LINES = 1000
_HIGHLIGHTS = 20
"""Places in one line that a match is marked at."""
_LONGEST_NAME = 12
"""Cells of a processor's name before its lines."""


class TracePainter:
    """Strips of rows, in the way of showing them that a person chose."""

    def __init__(self, view: LineView, wall: WallTime) -> None:
        self._view = view
        self._wall = wall
        self._made: OrderedDict[tuple[object, ...], list[Strip]] = OrderedDict()
        self._names: tuple[Source, ...] = ()
        self.rows: Rows | None = None
        self.times = TimeStyle.CLOCK
        self.wraps = False
        """Long lines go on below; else they are cut, and `left` cells of them are out of sight."""
        self.left = 0
        self.sought: LineFilter | None = None
        """What is searched for: its matches are marked, as those of the filter are."""

    def show(self, rows: Rows | None) -> None:
        """Make the lines of other rows from now on."""
        self.rows, self.left = rows, 0
        sources = () if rows is None else rows.sources
        width = min(_LONGEST_NAME, max(map(cell_len, sources), default=0))
        self._names = tuple(Source(name, number, width) for number, name in enumerate(sources))
        self.clear()

    def clear(self) -> None:
        """Something about all lines changed."""
        self._made.clear()

    def strips(self, row: int, width: int) -> list[Strip]:
        """The lines of the screen, of exactly so many cells, that a row takes: one, or more where it is wrapped."""
        line = None if self.rows is None else self.rows.line(row)
        if line is None or self.rows is None:
            return [Strip.blank(width, self._view.visual_style.rich_style)]
        key = (*self.rows.place(row), len(line.text) if line.partial else -1, width)
        strips = self._made.get(key)
        if strips is None:
            strips = self._made[key] = list(self._make(line, row, width))
            if len(self._made) > _CACHED_LINES:
                self._made.popitem(last=False)
        return strips

    def text(self, row: int) -> str:
        """A row as it is shown, whole and without colours; empty where its line is no longer kept."""
        line = None if self.rows is None else self.rows.line(row)
        return "" if line is None else trace_content(line, self._time(line, row), self._source(row)).plain.strip()

    def _make(self, line: TraceLine, row: int, width: int) -> Iterator[Strip]:
        prefix = line_prefix(self._time(line, row), self._source(row))
        body = self._marked(line_body(line, named=bool(self._names)), line)
        if self.wraps:
            for piece in cut_pieces(prefix, body, width):
                yield self._view.paint(piece, width)
            return
        strip = self._view.paint_free(prefix + body)
        if self.left:
            strip = strip.crop(self.left)
        if strip.cell_length <= width:
            yield strip.adjust_cell_length(width, self._view.visual_style.rich_style)
        else:
            more = Segment("»", self._view.parse("$dim").rich_style)
            yield Strip([*strip.crop(0, width - 1), more])

    def _marked(self, body: Content, line: TraceLine) -> Content:
        behind = len(body.plain) - len(line.text)
        for condition in (None if self.rows is None else self.rows.filter, self.sought):
            for start, end in () if condition is None else condition.spans(line.text)[:_HIGHLIGHTS]:
                body = body.stylize("reverse", behind + start, behind + end)
        return body

    def _source(self, row: int) -> Source | None:
        return self._names[self.rows.place(row)[0]] if self._names and self.rows is not None else None

    def _time(self, line: TraceLine, row: int) -> str:
        if self.rows is None:
            return ""
        moment = self.rows.moment(row)
        return time_text(self.times, line, moment, self._wall, self.rows.zero(moment))
