"""Rows that are made only when they come into sight: for what has too many of them to make all."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.strip import Strip

from rproc_tui.tui.widgets.line_view import LineView

COPIED_MOST = 2000
"""Rows that a copy takes; of more those in sight."""


class RowsView(LineView):
    """Rows of a subclass, one of which may be selected."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"text-view--cursor"}

    cursor: int | None = None
    """The selected row, where rows can be selected."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._title: Content | None = None

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
        base = self.visual_style
        if row == self.cursor:
            base += self.get_visual_style("text-view--cursor")
        return self.paint(self.make_row(row, width), width, base)

    def retitle(self, title: Content) -> None:
        """Another title in the frame, painted only when it differs."""
        if self._title is None or not self._title.is_same(title):
            self._title = title
            self.border_title = title

    def move_cursor(self, row: int | None) -> None:
        """Select another row: paint the two, and scroll so that the new one is in sight."""
        before, self.cursor = self.cursor, row
        if row is not None and self.content_size.height:
            self.show_from(max(row - self.content_size.height + 1, min(self.top, row)))
        for changed in (before, row) if before != row else ():
            if changed is not None:
                self.refresh_rows(changed, changed + 1)

    def repaint(self) -> None:
        """Everything is other rows now."""
        self.top = max(0, min(self.top, self.last_top))
        self.refresh(self.content_size.region)
