"""The list of events; follows the newest until a person moves up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events
from textual.content import Content
from textual.message import Message

from rproc_tui.model.event import Event
from rproc_tui.trace.filter import LineFilter
from rproc_tui.tui.event_rows import EventRows
from rproc_tui.tui.panels.events import NOTHING, event_row, event_words, events_title
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.rows_view import RowsView


class EventSelected(Message):
    """Another event is the selected one."""


class EventList(RowsView):
    """One row an event, the newest last."""

    def __init__(self, wall: WallTime, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._wall = wall
        self._log: Sequence[Event] = ()
        self._rows = EventRows()
        self.filter_text = ""
        self._filter: LineFilter | None = None
        self.trouble_only = False
        self.following = True

    @property
    def row_count(self) -> int:
        """How many events are shown, or one for the sentence that there are none."""
        return max(1, len(self._rows.events))

    @property
    def selected(self) -> Event | None:
        """The event that the panel below tells of."""
        found = self._rows.events
        return found[self.cursor] if self.cursor is not None and self.cursor < len(found) else None

    def text_lines(self) -> Iterator[str]:
        """Every event that can be scrolled to, with its whole sentence."""
        for event in self._rows.events:
            yield f"{self._wall.precise(event.at)} {event_words(event)}"

    def show_log(self, log: Sequence[Event]) -> None:
        """Show what a log holds now."""
        self._log = log
        before = len(self._rows.events)
        if not self._rows.advance(log):
            self._entitle()
            return
        if self._rows.dropped and self.cursor is not None:
            self.cursor = max(0, self.cursor - self._rows.dropped)
            self.top = max(0, self.top - self._rows.dropped)
        if before and len(self._rows.events) > before:
            self.refresh_rows(before, len(self._rows.events))
        else:
            self.repaint()
        if self.following or self.cursor is None:
            self._select(len(self._rows.events) - 1)
        self._entitle()

    def filter_by(self, text: str, line_filter: LineFilter | None) -> None:
        """Show only what a filter takes; None shows all."""
        self.filter_text, self._filter = text, line_filter
        self._begin_anew()

    def toggle_trouble(self) -> None:
        """Only warnings and errors, or all again."""
        self.trouble_only = not self.trouble_only
        self._begin_anew()

    def toggle_pause(self) -> None:
        """Stay where it is, or follow the newest."""
        if self.following:
            self.following = False
            self._entitle()
        else:
            self.action_last()

    def make_row(self, row: int, width: int) -> Content:
        """One event."""
        found = self._rows.events
        if row < len(found):
            return event_row(found[row], self._wall, width)
        said = "no event is like that: esc shows all again" if self.filter_text or self.trouble_only else NOTHING
        return Content.assemble((said, "$label")).truncate(max(1, width), ellipsis=True)

    def on_mount(self) -> None:
        """Say from the start what is listed."""
        self._entitle()

    def action_row(self, step: int) -> None:
        """The next newer or the next older one."""
        self._move((self.cursor or 0) + step)

    def action_page(self, step: int) -> None:
        """A page of them."""
        self._move((self.cursor or 0) + step * max(1, self.content_size.height - 1))

    def action_first(self) -> None:
        """The oldest."""
        self._move(0)

    def action_last(self) -> None:
        """The newest, and follow."""
        self._move(len(self._rows.events) - 1)

    def on_click(self, event: events.Click) -> None:
        """A click selects."""
        position = event.get_content_offset(self)
        if position is not None:
            self._move(self.top + position.y)

    def on_resize(self) -> None:
        """The selected event stays in sight."""
        super().on_resize()
        self.move_cursor(self.cursor)

    def _move(self, row: int) -> None:
        last = len(self._rows.events) - 1
        row = max(0, min(row, last))
        self.following = row == last
        self._select(row)
        self._entitle()

    def _select(self, row: int) -> None:
        self.move_cursor(row if self._rows.events else None)
        self.post_message(EventSelected())

    def _begin_anew(self) -> None:
        self._rows = EventRows(self._filter, trouble_only=self.trouble_only)
        self.top, self.cursor, self.following = 0, None, True
        self._rows.advance(self._log)
        self._select(len(self._rows.events) - 1)
        self.repaint()
        self.move_cursor(self.cursor)
        self._entitle()

    def _entitle(self) -> None:
        self.retitle(
            events_title(
                len(self._rows.events),
                len(self._log),
                following=self.following,
                filtered=self.filter_text,
                trouble_only=self.trouble_only,
            )
        )
