"""The history of crashes; the selected one is what the other panels show."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message

from rproc_tui.model.crash import CrashRecord
from rproc_tui.tui.panels.columns import joined
from rproc_tui.tui.panels.crash_list import crash_row
from rproc_tui.tui.widgets.rows_view import RowsView


class CrashSelected(Message):
    """A person moved to another crash."""


class CrashList(RowsView):
    """One row a crash, the newest first."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._records: tuple[CrashRecord, ...] = ()
        self._marked: str | None = None
        self.selected: CrashRecord | None = None

    @property
    def row_count(self) -> int:
        """How many crashes there are."""
        return len(self._records)

    def show_records(self, records: Sequence[CrashRecord], selected: str | None, marked: str | None) -> None:
        """Show other crashes, or the same otherwise; both are ids."""
        before = self._records, self._marked
        self._records, self._marked = tuple(records), marked
        row = next((row for row, record in enumerate(records) if record.id == selected), None)
        self.selected = None if row is None else self._records[row]
        self.move_cursor(row)
        self.retitle(joined([("Crashes", ""), *([(str(len(records)), "$label")] if records else [])]))
        if len(before[0]) != len(self._records):
            self.refresh(layout=True)
        elif before != (self._records, self._marked):
            self.repaint()

    def make_row(self, row: int, width: int) -> Content:
        """One crash."""
        record = self._records[row]
        return crash_row(record, width, marked=record.id == self._marked)

    def action_row(self, step: int) -> None:
        """The next older or the next newer one."""
        self._select((self.cursor or 0) + step)

    def action_page(self, step: int) -> None:
        """A page of them."""
        if not self.overflows:
            super().action_page(step)
        self._select((self.cursor or 0) + step * max(1, self.content_size.height - 1))

    def action_first(self) -> None:
        """The newest."""
        self._select(0)

    def action_last(self) -> None:
        """The oldest."""
        self._select(len(self._records) - 1)

    def on_click(self, event: events.Click) -> None:
        """A click selects."""
        position = event.get_content_offset(self)
        if position is not None and self.top + position.y < len(self._records):
            self._select(self.top + position.y)

    def _select(self, row: int) -> None:
        row = max(0, min(row, len(self._records) - 1))
        if self._records and row != self.cursor:
            self.move_cursor(row)
            self.selected = self._records[row]
            self.post_message(CrashSelected())
