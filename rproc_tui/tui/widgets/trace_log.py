"""The trace of one processor: only the lines in sight are made, and painted at most ten times a second."""

from __future__ import annotations

import time
from collections import OrderedDict, deque

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.timer import Timer

from rproc_tui.model.trace_line import TraceLine
from rproc_tui.trace.filter import LineFilter
from rproc_tui.trace.ring import TraceRing
from rproc_tui.tui.panels.columns import wrapped
from rproc_tui.tui.panels.trace import trace_content, trace_title
from rproc_tui.tui.rate import SAMPLE, Rate
from rproc_tui.tui.trace_rows import TraceRows
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.line_view import LineView

REPAINT_EVERY = 0.1
"""Seconds between two repaints while lines arrive."""
BURST = 3
"""Repaints that may follow each other at once after a pause: a boot's mark and its first lines come apart."""
GATHER = 0.015
"""Seconds that the first line after a pause waits for those right behind it: a boot says several at once."""
_CACHED_STRIPS = 1000
_HIGHLIGHTS = 20
"""Places in one line that a filter's match is marked at."""
_SIDEWAYS = 8
"""Cells that one step to the side moves."""


class TraceLog(LineView):
    """A ring of lines; follows the newest one until a person scrolls up."""

    def __init__(self, wall: WallTime, *, heading: str = "Trace", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._wall = wall
        self._heading = heading
        self._rows: TraceRows | None = None
        self._processor_name = ""
        self._empty = ""
        self.filter_text = ""
        self._filter: LineFilter | None = None
        self._strips: OrderedDict[tuple[int, int, int], Strip] = OrderedDict()
        self._left = 0
        self._seen = 0
        self._rate = Rate()
        self._painted = deque([0.0] * BURST, maxlen=BURST)
        """When the last repaints were, oldest first."""
        self._row_count_painted = 0
        self._timer: Timer | None = None
        self._rate_timer: Timer | None = None
        self._title: Content | None = None
        self.following = True

    @property
    def row_count(self) -> int:
        """How many lines are shown."""
        return 0 if self._rows is None else self._rows.count

    @property
    def unseen(self) -> int:
        """Lines that came since it paused and were not in sight yet."""
        return 0 if self._rows is None or self.following else self._rows.count_from(self._seen)

    @property
    def text(self) -> str:
        """The lines in sight as they are shown, for the clipboard."""
        if self._rows is None:
            return ""
        rows = range(self.top, min(self.row_count, self.top + self.content_size.height))
        lines = [line for line in map(self._rows.line, rows) if line is not None]
        return "\n".join(self._content(line).plain.strip() for line in lines)

    @property
    def ring(self) -> TraceRing | None:
        """The lines that are shown from."""
        return None if self._rows is None else self._rows.ring

    def shown_lines(self) -> list[TraceLine]:
        """All lines that can be scrolled to."""
        rows = self._rows
        lines = [] if rows is None else [rows.line(row) for row in range(rows.count)]
        return [line for line in lines if line is not None]

    def show_ring(self, name: str, ring: TraceRing | None, empty: str) -> None:
        """Show another processor's trace; `empty` is said while it has no lines."""
        if self._rows is not None and ring is self._rows.ring:
            if empty != self._empty or name != self._processor_name:
                self._empty, self._processor_name = empty, name
                self._repaint()
            return
        self._processor_name, self._empty, self._rate = name, empty, Rate()
        self._take(ring)

    def filter_by(self, text: str, line_filter: LineFilter | None) -> None:
        """Show only the lines that a filter takes; None shows all."""
        self.filter_text, self._filter = text, line_filter
        self._take(self._rows.ring if self._rows is not None else None)

    def advance(self) -> None:
        """There are new lines: paint them in a moment, or together with those of the next tenth of a second."""
        if self._timer is not None:
            return
        wait = self._painted[0] + len(self._painted) * REPAINT_EVERY - time.monotonic()
        self._timer = self.set_timer(max(wait, GATHER), self._repaint)

    def toggle_pause(self) -> None:
        """Stand still, or go to the newest line and follow."""
        if self.following:
            self._pause()
        else:
            self._follow()
        self._retitle()

    def show_from(self, top: int) -> None:
        """Scroll; up pauses, and the bottom follows again."""
        if top < self.top:
            self._pause()
        super().show_from(top)
        self._see()
        if not self.following and top > 0 and self.top == self.last_top:
            self.following = True
        self._retitle()

    def action_last(self) -> None:
        """To the newest line, and follow."""
        self._follow()
        self._retitle()

    def action_sideways(self, step: int) -> None:
        """Long lines go on to the right."""
        left = max(0, self._left + step * _SIDEWAYS)
        if left != self._left:
            self._left = left
            self._strips.clear()
            self._repaint_all()

    def row_strip(self, row: int, width: int) -> Strip:
        """One line, made once for a width."""
        line = None if self._rows is None else self._rows.line(row)
        if line is None or self._rows is None:
            return self._blank(width)
        key = (self._rows.number(row), len(line.text) if line.partial else -1, width)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._make_strip(line, width)
            if len(self._strips) > _CACHED_STRIPS:
                self._strips.popitem(last=False)
        return strip

    def render_line(self, y: int) -> Strip:
        """One line of the screen; the sentence for an empty trace stands in the first."""
        if self.row_count or not self._empty:
            return super().render_line(y)
        hidden = self._rows is not None and self._rows.ring.stop > self._rows.ring.start
        said = "no line matches the filter: esc shows all again" if hidden else self._empty
        lines = wrapped(said, self.content_size.width - 2)
        text = f" {lines[y]}" if y < len(lines) else ""
        return self.paint(Content.assemble((text, "$label")), self.content_size.width)

    def notify_style_update(self) -> None:
        """Colours changed: make the lines anew."""
        self._strips.clear()
        super().notify_style_update()

    def on_mount(self) -> None:
        """Say what is shown from the start."""
        self._retitle()

    def on_resize(self) -> None:
        """Keep the newest line in sight while following."""
        if self.following:
            self.top = self.last_top

    def _take(self, ring: TraceRing | None) -> None:
        """Begin anew on a ring, at its end."""
        self._rows = None if ring is None else TraceRows(ring, self._filter)
        self._strips.clear()
        self.top, self._left, self._row_count_painted, self.following = 0, 0, 0, True
        self._repaint()
        if ring is not None:
            self._rate.sample(time.monotonic(), ring.stop)
        self._repaint_all()

    def _repaint(self) -> None:
        """Bring what is shown up to what the ring holds."""
        self._timer = None
        rows = self._rows
        if rows is None:
            self._retitle()
            return
        self._painted.append(time.monotonic())
        dropped = rows.advance()
        before = max(0, self._row_count_painted - dropped)
        self.top = max(0, self.top - dropped)
        if not rows.scan():
            self.call_later(self._repaint)
        if self.following and self.top != self.last_top:
            self.top = self.last_top
            self._repaint_all()
        else:
            self.refresh_rows(max(0, before - 1), rows.count)
        self._row_count_painted = rows.count
        if before == 0 or (before <= self.content_size.height) != (rows.count <= self.content_size.height):
            self._repaint_all()
        self._see()
        self._keep_rate()
        self._retitle()

    def _repaint_all(self) -> None:
        self.refresh(self.content_size.region)

    def _follow(self) -> None:
        self.following = True
        super().show_from(self.last_top)

    def _pause(self) -> None:
        if self.following and self._rows is not None:
            self._seen = self._rows.ring.stop
        self.following = False

    def _see(self) -> None:
        """What is in sight counts as seen."""
        if self._rows is None or not self.row_count or self.following:
            return
        last = min(self.row_count, self.top + self.content_size.height) - 1
        self._seen = max(self._seen, self._rows.number(max(0, last)) + 1)

    def _keep_rate(self) -> None:
        """While lines arrive, look at the rate once a second, until it has come to rest."""
        if self._rows is None:
            return
        self._rate.sample(time.monotonic(), self._rows.ring.stop)
        if self._rate_timer is None:
            self._rate_timer = self.set_timer(SAMPLE, self._sample_rate)

    def _sample_rate(self) -> None:
        self._rate_timer = None
        if self._rows is not None and self._rate.sample(time.monotonic(), self._rows.ring.stop):
            self._retitle()
        if self._rate.value:
            self._rate_timer = self.set_timer(SAMPLE, self._sample_rate)

    def _retitle(self) -> None:
        matches = (0, 0) if self._rows is None else (self._rows.count, self._rows.ring.stop - self._rows.ring.start)
        unseen = None if self.following else self.unseen
        title = trace_title(
            self._processor_name,
            heading=self._heading,
            unseen=unseen,
            rate=self._rate.value,
            filtered=self.filter_text,
            matches=matches,
        )
        if self._title is None or not self._title.is_same(title):
            self._title = title
            self.border_title = title

    def _content(self, line: TraceLine) -> Content:
        content = trace_content(line, self._wall.precise(line.arrived))
        if self._filter is None:
            return content
        behind = len(content.plain) - len(line.text)
        for start, end in self._filter.spans(line.text)[:_HIGHLIGHTS]:
            content = content.stylize("reverse", behind + start, behind + end)
        return content

    def _make_strip(self, line: TraceLine, width: int) -> Strip:
        strip = self.paint_free(self._content(line))
        if self._left:
            strip = strip.crop(self._left)
        if strip.cell_length <= width:
            return strip.adjust_cell_length(width, self.visual_style.rich_style)
        more = Segment("»", self.parse("$dim").rich_style)
        return Strip([*strip.crop(0, width - 1), more])
