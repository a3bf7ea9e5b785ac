"""Lines of a trace in sight: scrolling, following, wrapping, the page; only what changed is painted."""

from __future__ import annotations

import time
from collections import deque
from itertools import islice
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer

from rproc_tui.trace.filter import LineFilter
from rproc_tui.tui.line_times import TimeStyle
from rproc_tui.tui.page import Page
from rproc_tui.tui.panels.columns import wrapped
from rproc_tui.tui.trace_painter import TracePainter
from rproc_tui.tui.trace_rows import Rows
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.line_view import LineView
from rproc_tui.tui.wrapped_rows import Piece, last_first, moved, pieces_from

REPAINT_EVERY = 0.1
"""Seconds between two repaints while lines arrive."""
BURST = 8
"""Repaints that may follow each other at once after a pause: the last lines of a run, the mark and the first ones."""
GATHER = 0.015
"""Seconds that the first line after a pause waits for those right behind it: a boot says several at once."""
_EASE = 4
"""So many times the lateness of a repaint passes before the next: keys come first."""
_LATEST = 0.25
"""Seconds of lateness that count."""
_SIDEWAYS = 8
"""Cells that one step to the side moves."""


class TraceView(LineView):
    """Rows that come and go; follows the newest one until a person scrolls up.

    A line is known by its place among all rows that ever were: rows go at the top when their lines are dropped.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"trace-view--found"}
    DEFAULT_CSS = "TraceView > .trace-view--found { background: $cursor; }"

    def __init__(self, wall: WallTime, *, page_mode: bool, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._page_mode = page_mode
        self._painter = TracePainter(self, wall)
        self._part = 0
        """The line of the first row in sight that is the first one in sight, where rows are wrapped."""
        self._page: Page | None = None
        self._page_total = 0
        self._found: int | None = None
        """The place of the line that was gone to last."""
        self._seen = 0
        self._painted = deque([0.0] * BURST, maxlen=BURST)
        """When the last repaints were, oldest first."""
        self._count_painted = 0
        self._due = self._late = self._lateness = 0.0
        """When the next repaint was to be, by how much the last one was late, and by how much the last two at least."""
        self._timer: Timer | None = None
        self.following = True

    def nothing_said(self) -> str:
        """Why there are no lines."""
        raise NotImplementedError

    def retitle(self) -> None:
        """What is shown, and how, may be another thing now."""
        raise NotImplementedError

    def repainted(self) -> None:
        """Lines were painted: what counts them may look."""

    def show_rows(self, rows: Rows | None) -> None:
        """Begin anew, at the end of other rows."""
        self._painter.show(rows)
        self._page = self._found = None
        self.top = self._part = self._count_painted = 0
        self.following = True
        self._repaint()
        self._go_to_end()

    def go_to(self, place: int) -> None:
        """Stand still with a line in sight, and point at it."""
        if self._rows is None:
            return
        self._leave_page()
        self._pause()
        self._found = place
        row, height = max(0, place - self._rows.went), self.content_size.height
        in_sight = {piece.row for y in range(height) if (piece := self._piece(y)) is not None}
        if row not in in_sight:
            middle = moved(Piece(row, 0), -(height // 2), self.row_count, self._parts)
            self.top, self._part = max(Piece(0, 0), min(middle, self._last_first()))
        self._see()
        self._repaint_all()
        self.retitle()

    @property
    def _rows(self) -> Rows | None:
        return self._painter.rows

    @property
    def row_count(self) -> int:
        """How many lines are shown."""
        return 0 if self._rows is None else self._rows.count

    @property
    def _total(self) -> int:
        """How many rows ever were."""
        return 0 if self._rows is None else self._rows.went + self._rows.count

    @property
    def unseen(self) -> int:
        """Lines that came since it paused and were not in sight yet."""
        return 0 if self.following else max(0, self._total - self._seen)

    @property
    def text(self) -> str:
        """The lines in sight as they are shown, for the clipboard."""
        rows = sorted({piece.row for y in range(self.content_size.height) if (piece := self._piece(y)) is not None})
        return "\n".join(map(self._painter.text, rows))

    def texts(self) -> list[str]:
        """All lines that can be scrolled to, as they are shown."""
        return [self._painter.text(row) for row in range(self.row_count)]

    @property
    def times(self) -> TimeStyle:
        """Which time stands before the lines."""
        return self._painter.times

    @property
    def wraps(self) -> bool:
        """Whether long lines go on below."""
        return self._painter.wraps

    def show_times(self, style: TimeStyle) -> None:
        """Put another time before the lines."""
        self._painter.times = style
        self._remake()

    def mark_matches(self, condition: LineFilter | None) -> None:
        """Mark what a search finds in each line."""
        self._painter.sought, self._found = condition, None
        self._remake()

    def toggle_wrap(self) -> bool:
        """Let long lines go on below, or cut them; whether they are wrapped now."""
        self._painter.wraps = not self._painter.wraps
        self._painter.left = 0
        self._part, self._page = 0, None
        self._remake()
        return self._painter.wraps

    def advance(self) -> None:
        """There are new lines: paint them in a moment, or together with those of the next tenth of a second."""
        if self._timer is not None:
            return
        now = time.monotonic()
        wait = max(self._painted[0] + len(self._painted) * REPAINT_EVERY - now, GATHER, self._lateness * _EASE)
        self._due = now + wait
        self._timer = self.set_timer(wait, self._repaint_in_time)

    def toggle_pause(self) -> None:
        """Stand still, or go to the newest line and follow."""
        if self.following:
            self._pause()
        else:
            self._follow()
        self.retitle()

    @property
    def last_top(self) -> int:
        """The first row in sight when the last one is."""
        return self._last_first().row

    @property
    def overflows(self) -> bool:
        """Whether there is more than fits."""
        return self._last_first() > (0, 0) if self.wraps else super().overflows

    def show_from(self, top: int) -> None:
        """Scroll; up pauses, and the bottom follows again."""
        self._show(Piece(top, 0))

    def scroll_lines(self, step: int) -> None:
        """Scroll by lines of the screen."""
        self._leave_page()
        if self.wraps and self.row_count:
            self._show(moved(Piece(self.top, self._part), step, self.row_count, self._parts), onward=step > 0)
        else:
            self._show(Piece(self.top + step, 0), onward=step > 0)

    def action_last(self) -> None:
        """To the newest line, and follow."""
        self._follow()
        self.retitle()

    def action_sideways(self, step: int) -> None:
        """Long lines go on to the right, where they are not wrapped."""
        left = max(0, self._painter.left + step * _SIDEWAYS)
        if left != self._painter.left and not self.wraps:
            self._painter.left = left
            self._remake()

    def row_strip(self, row: int, width: int) -> Strip:
        """The first line of a row, made once for a width."""
        return self._painter.strips(row, width)[0]

    def render_line(self, y: int) -> Strip:
        """One line of the screen; the sentence for an empty trace stands in the first."""
        width = self.content_size.width
        if not self.row_count:
            lines = wrapped(self.nothing_said(), width - 2)
            text = f" {lines[y]}" if y < len(lines) else ""
            return self.paint(Content.assemble((text, "$label")), width)
        has_thumb = self.overflows and self._page is None
        room = width - 1 if has_thumb or self.wraps else width
        piece = self._piece(y)
        if piece is None or self._rows is None:
            strip = self._blank(room)
        else:
            strip = self._painter.strips(piece.row, room)[piece.part]
            if self._rows.went + piece.row == self._found:
                strip = self._as_found(strip)
        return Strip([*strip, self._thumb(y)]) if has_thumb else strip.adjust_cell_length(width, self._ground)

    def notify_style_update(self) -> None:
        """Colours changed: make the lines anew."""
        self._painter.clear()
        super().notify_style_update()

    def on_mount(self) -> None:
        """Say what is shown from the start."""
        self.retitle()

    def on_resize(self) -> None:
        """Keep the newest line in sight while following."""
        if self.following:
            self._go_to_end()
        else:
            self._leave_page()

    def _repaint_in_time(self) -> None:
        """As the timer asked; one that comes late tells of a machine that has too much to do."""
        before, self._late = self._late, min(max(0.0, time.monotonic() - self._due), _LATEST)
        self._lateness = min(before, self._late)  # a boot makes one late, a flood all of them
        self._repaint()

    def _repaint(self) -> None:
        """Bring what is shown up to what the rings hold."""
        self._timer = None
        rows = self._rows
        if rows is None:
            self.retitle()
            return
        self._painted.append(time.monotonic())
        fell = rows.advance()
        if not rows.scan():
            self.call_later(self._repaint)
        self._paint_changes(rows, fell)
        self._see()
        self.repainted()
        self.retitle()

    def _paint_changes(self, rows: Rows, fell: int) -> None:
        """Paint what changed, and no more where lines do not move."""
        before, height = max(0, self._count_painted - fell), self.content_size.height
        is_moved, self.top = fell > self.top, max(0, self.top - fell)
        self._count_painted = rows.count
        if before == 0 or (before <= height) != (rows.count <= height):
            is_moved = True
        if self._page is not None:
            self._fill_page(self._page, rows)
        elif self.following and (self.top, self._part) != (last := self._last_first()):
            self.top, self._part = last
            is_moved = True
        if is_moved or (self.wraps and rows.changed < rows.count):
            self._repaint_all()
        elif self._page is None:
            self.refresh_rows(rows.changed, rows.count)

    def _fill_page(self, page: Page, rows: Rows) -> None:
        """New lines go over the oldest on the page, while it follows."""
        if not self.following:
            return
        self._page_total = self._total
        for y in page.dirty(rows.went + rows.changed, self._page_total):
            self.refresh(Region(0, y, self.content_size.width, 1))

    def _repaint_all(self) -> None:
        self.refresh(self.content_size.region)

    def _remake(self) -> None:
        """All lines look otherwise now."""
        self._painter.clear()
        if self.following:
            self._go_to_end()
        self._repaint_all()
        self.retitle()

    def _parts(self, row: int) -> int:
        """How many lines of the screen a row takes."""
        return len(self._painter.strips(row, self.content_size.width - 1)) if self.wraps else 1

    def _piece(self, y: int) -> Piece | None:
        """What stands in a line of the screen."""
        if self._page is not None and self._rows is not None:
            place = self._page.at(y, self._page_total)
            return None if place is None or place < self._rows.went else Piece(place - self._rows.went, 0)
        if self.wraps:
            first = Piece(self.top, self._part)
            return next(islice(pieces_from(first, self.row_count, self._parts), y, None), None)
        row = self.top + y
        return Piece(row, 0) if row < self.row_count else None

    def _last_first(self) -> Piece:
        """What stands at the top when the end of the last row stands at the bottom."""
        if self.wraps:
            return last_first(self.row_count, self.content_size.height, self._parts)
        return Piece(max(0, self.row_count - self.content_size.height), 0)

    def _show(self, wanted: Piece, *, onward: bool | None = None) -> None:
        """Scroll to where a piece comes to the top, as far as there is something below it."""
        self._leave_page()
        here, last = Piece(self.top, self._part), self._last_first()
        if onward is False or wanted < here:
            self._pause()
        target = max(Piece(0, 0), min(wanted, last))
        if target != here:
            self.top, self._part = target
            self._repaint_all()
        self._see()
        if not self.following and (onward or wanted > (0, 0)) and target == last:
            self._follow()
        self.retitle()

    def _follow(self) -> None:
        self.following = True
        self._go_to_end()

    def _go_to_end(self) -> None:
        """The newest line comes into sight."""
        if self._page_mode and not self.wraps:
            self._page_total = self._total
            self._page = Page(self._page_total, self.content_size.height)
        else:
            self.top, self._part = self._last_first()
        self._repaint_all()

    def _leave_page(self) -> None:
        """Put the lines of a page in the order of time, to scroll in them."""
        if self._page is not None and self._rows is not None:
            self._page = None
            self.top = max(0, self._page_total - self._rows.went - self.content_size.height)
            self._repaint_all()

    def _pause(self) -> None:
        if self.following:
            self._seen = self._total
        self.following = False

    def _see(self) -> None:
        """What is in sight counts as seen."""
        if self._rows is None or not self.row_count or self.following or self._page is not None:
            return
        last = self._piece(max(0, self.content_size.height - 1))
        row = self.row_count - 1 if last is None else last.row
        self._seen = max(self._seen, self._rows.went + row + 1)

    def _as_found(self, strip: Strip) -> Strip:
        """A line that a search stopped at: with a mark at its start, on the ground of what is selected."""
        ground = Style(bgcolor=self.get_visual_style("trace-view--found").rich_style.bgcolor, bold=True)
        marked = [Segment("▸", self._ground), *strip.crop(1)]
        return Strip([Segment(text, (style or self._ground) + ground) for text, style, _ in marked])

    @property
    def _ground(self) -> Style:
        return self.visual_style.rich_style
