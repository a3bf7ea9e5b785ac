"""Rows in a frame with a title; one of them may be selected."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.style import Style

from rproc_tui.tui.widgets.line_view import LineView


class FramedView(LineView):
    """What lists and texts have in common."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"text-view--cursor"}

    cursor: int | None = None
    """The selected row, where rows can be selected."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._title: Content | None = None

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

    def ground(self, row: int) -> Style:
        """What a row is painted on."""
        base = self.visual_style
        return base + self.get_visual_style("text-view--cursor") if row == self.cursor else base
