"""A widget of rows that paints only the rows in sight, and again only those that differ."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from rproc_tui.tui.bindings import NAVIGATION
from rproc_tui.tui.messages import PanelOpened

_WHEEL_ROWS = 3


class LineView(Widget, can_focus=True):
    """Rows of text with a place in them; the subclass says how many there are and what stands in each."""

    BINDINGS: ClassVar[list[BindingType]] = [*NAVIGATION]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-view--thumb"}
    ALLOW_SELECT = False

    top = 0
    """The first row in sight."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._parsed: dict[str, Style] = {}

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_strip(self, row: int, width: int) -> Strip:
        """One row in exactly so many cells."""
        raise NotImplementedError

    @property
    def overflows(self) -> bool:
        """Whether there are more rows than fit."""
        return self.row_count > self.content_size.height > 0

    @property
    def last_top(self) -> int:
        """The furthest that one can scroll down."""
        return max(0, self.row_count - self.content_size.height)

    def show_from(self, top: int) -> None:
        """Scroll so that a row comes to the top, as far as there are rows."""
        top = max(0, min(top, self.last_top))
        if top != self.top:
            self.top = top
            self.refresh(self.content_size.region)

    def scroll_lines(self, step: int) -> None:
        """Scroll by lines of the screen."""
        self.show_from(self.top + step)

    def refresh_rows(self, first: int, last: int) -> None:
        """Paint the rows from `first` to before `last` again, as far as they are in sight."""
        start, end = max(0, first - self.top), min(self.content_size.height, last - self.top)
        if start < end:
            self.refresh(Region(0, start, self.content_size.width, end - start))

    def paint(self, content: Content, width: int, base: Style | None = None) -> Strip:
        """Text as a strip of exactly so many cells on the widget's ground."""
        base = self.visual_style if base is None else base
        return self.paint_free(content, base).adjust_cell_length(width, base.rich_style)

    def paint_free(self, content: Content, base: Style | None = None) -> Strip:
        """Text as a strip of as many cells as it has."""
        base = self.visual_style if base is None else base
        rendered = content.render(base, end="", parse_style=self.parse)
        return Strip([Segment(text, style.rich_style) for text, style in rendered])

    def parse(self, style: str | Style) -> Style:
        """A style by its words, with the theme's colours; kept until the theme changes."""
        if isinstance(style, Style):
            return style
        found = self._parsed.get(style)
        if found is None:
            found = self._parsed[style] = Style.parse(style, self.app.theme_variables)
        return found

    def render_line(self, y: int) -> Strip:
        """One line of the screen (Textual's line API)."""
        width = self.content_size.width
        row = self.top + y
        if not self.overflows:
            return self.row_strip(row, width) if row < self.row_count else self._blank(width)
        strip = self.row_strip(row, width - 1) if row < self.row_count else self._blank(width - 1)
        return Strip([*strip, self._thumb(y)])

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 (Textual asks)
        """As wide as there is room."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 (Textual asks)
        """As high as there are rows, where the style does not say."""
        return self.row_count

    def notify_style_update(self) -> None:
        """Colours changed: forget what was made of them."""
        self._parsed.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Another size has other rows in sight."""
        self.top = max(0, min(self.top, self.last_top))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls what is under it."""
        event.stop()
        self.scroll_lines(-_WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls what is under it."""
        event.stop()
        self.scroll_lines(_WHEEL_ROWS)

    def action_row(self, step: int) -> None:
        """One row up or down."""
        self.scroll_lines(step)

    def action_page(self, step: int) -> None:
        """One page up or down; where all is in sight already, the key is for somebody else."""
        if not self.overflows:
            raise SkipAction
        self.scroll_lines(step * max(1, self.content_size.height - 1))

    def action_first(self) -> None:
        """To the top."""
        self.show_from(0)

    def action_last(self) -> None:
        """To the bottom."""
        self.show_from(self.last_top)

    def action_sideways(self, step: int) -> None:  # noqa: ARG002 (subclasses need it)
        """Left or right; where that means nothing the key is for somebody else."""
        raise SkipAction

    def action_open(self) -> None:
        """Enter: what that means is for whoever holds the widget."""
        self.post_message(PanelOpened())

    def _blank(self, width: int) -> Strip:
        return Strip.blank(width, self.visual_style.rich_style)

    def _thumb(self, y: int) -> Segment:
        """The last cell of a line that overflows: where in the whole we are."""
        height = self.content_size.height
        length = max(1, height * height // max(1, self.row_count))
        start = round((height - length) * self.top / max(1, self.last_top))
        style = self.get_visual_style("line-view--thumb").rich_style
        return Segment("▐" if start <= y < start + length else " ", style)
