"""The logs of a crash, from the last lines that the firmware wrote."""

from __future__ import annotations

from textual.content import Content

from rproc_tui.tui.panels.crash_logs import CrashLogs
from rproc_tui.tui.widgets.rows_view import RowsView

_CONTEXT = 6
"""Rows of the kernel's log that are in sight below the trace's end at first."""


class CrashLogsView(RowsView):
    """Two logs below each other."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._logs = CrashLogs()
        self._about: object = None
        self._is_placed = False

    @property
    def row_count(self) -> int:
        """Lines and headings."""
        return self._logs.count

    def show_logs(self, logs: CrashLogs, about: object) -> None:
        """Show those of another crash."""
        if about == self._about and logs == self._logs:
            return
        self._about, self._logs = about, logs
        self._is_placed = False
        self._place()
        self.repaint()

    def make_row(self, row: int, width: int) -> Content:
        """One line."""
        return self._logs.row(row).truncate(max(1, width), ellipsis=True)

    def on_resize(self) -> None:
        """It may be in sight for the first time."""
        self._place()
        super().on_resize()

    def _place(self) -> None:
        """Begin where the firmware's last lines are in sight, as soon as there is a height."""
        height = self.content_size.height
        if height and not self._is_placed:
            self.top = max(0, min(self._logs.crash_row + _CONTEXT - height, self.last_top))
            self._is_placed = True
