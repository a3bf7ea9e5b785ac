"""The list of what lies where; the selected row is where the hex view goes."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message

from rproc_tui.tui.panels.memory_rows import NOTHING, MemoryRow, memory_line, memory_rows_of
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.rows_view import RowsView


class StretchSelected(Message):
    """A person moved to another stretch of memory."""


class MemoryList(RowsView):
    """Regions, and what lies in them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._rows: tuple[MemoryRow, ...] = ()
        self._about: object = None

    @property
    def row_count(self) -> int:
        """How many rows there are, one of them for the sentence that there is nothing."""
        return max(1, len(self._rows))

    @property
    def selected(self) -> MemoryRow | None:
        """The stretch that the cursor is on."""
        return self._rows[self.cursor] if self.cursor is not None and self.cursor < len(self._rows) else None

    def present(self, view: View) -> None:
        """Show another moment; another processor is shown from its top."""
        about = None if view.processor is None else view.processor.key
        rows = memory_rows_of(view)
        if about != self._about:
            self._about, self.cursor, self.top = about, None, 0
        if rows != self._rows:
            place = self.selected
            self._rows = rows
            self.cursor = None if not rows else rows.index(place) if place in rows else 0
            self.repaint()

    def make_row(self, row: int, width: int) -> Content:
        """One stretch."""
        if not self._rows:
            return Content.assemble((NOTHING, "$label")).truncate(max(1, width), ellipsis=True)
        return memory_line(self._rows[row], self._rows, width)

    def action_row(self, step: int) -> None:
        """The next or the previous one."""
        self._select((self.cursor or 0) + step)

    def action_page(self, step: int) -> None:
        """A page of them."""
        self._select((self.cursor or 0) + step * max(1, self.content_size.height - 1))

    def action_first(self) -> None:
        """The lowest address."""
        self._select(0)

    def action_last(self) -> None:
        """The highest."""
        self._select(len(self._rows) - 1)

    def on_click(self, event: events.Click) -> None:
        """A click selects."""
        position = event.get_content_offset(self)
        if position is not None and self.top + position.y < len(self._rows):
            self._select(self.top + position.y)

    def _select(self, row: int) -> None:
        if self._rows:
            self.move_cursor(max(0, min(row, len(self._rows) - 1)))
            self.post_message(StretchSelected())
