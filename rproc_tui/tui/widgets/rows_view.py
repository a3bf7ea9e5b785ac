"""Rows that are made only when they come into sight: for what has too many of them to make all."""

from __future__ import annotations

from textual.content import Content
from textual.strip import Strip

from rproc_tui.tui.widgets.framed_view import FramedView

COPIED_MOST = 2000
"""Rows that a copy takes; of more those in sight."""


class RowsView(FramedView):
    """Rows of a subclass."""

    def make_row(self, row: int, width: int) -> Content:
        """What stands in a row."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """All rows as plain text for the clipboard, or those in sight where that is too much."""
        rows = range(self.row_count)
        if self.row_count > COPIED_MOST:
            rows = range(self.top, min(self.row_count, self.top + self.content_size.height))
        width = max(1, self.content_size.width - 1)
        return "\n".join(self.make_row(row, width).plain.rstrip() for row in rows)

    def row_strip(self, row: int, width: int) -> Strip:
        """One row on its ground."""
        return self.paint(self.make_row(row, width), width, self.ground(row))

    def repaint(self) -> None:
        """Everything is other rows now."""
        self.top = max(0, min(self.top, self.last_top))
        self.refresh(self.content_size.region)
