"""Lines of text in a frame; only lines that differ are painted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip

from rproc_tui.tui.key_names import with_renamed_keys
from rproc_tui.tui.widgets.framed_view import FramedView


class TextView(FramedView):
    """Lines that the subclass makes for a width."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._lines: Sequence[Content] = ()
        self._made_for = 0
        """The width that the lines were made for."""

    @property
    def row_count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    @property
    def text(self) -> str:
        """All lines as plain text, for the clipboard."""
        return "\n".join(line.plain.rstrip() for line in self._lines)

    def text_lines(self, width: int) -> Sequence[Content]:
        """What it says, in lines of at most so many cells."""
        raise NotImplementedError

    def renew(self) -> None:
        """Make the lines anew, and paint those that differ."""
        if self.is_attached:
            self._made_for = self._text_width(self.content_size.width)
            self.show_lines(self.text_lines(self._made_for))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 (Textual asks)
        """As high as its lines are many at that width."""
        return len(self.text_lines(self._text_width(width)))

    def show_lines(self, lines: Sequence[Content]) -> None:
        """Take other lines for the ones that are shown."""
        place = self.top, self._overflow()
        old, self._lines = self._lines, lines
        self.top = min(self.top, self.last_top)
        if len(old) != len(lines) and self.styles.is_auto_height:
            self.refresh(layout=True)
        elif place != (self.top, self._overflow()):
            self.refresh(self.content_size.region)
        else:
            for row, (before, after) in enumerate(zip_longest(old, lines)):
                if before is None or after is None or not before.is_same(after):
                    self.refresh_rows(row, row + 1)

    def render_line(self, y: int) -> Strip:
        """One line of the screen; a width that was not known when the lines were made is known by now."""
        if y == 0 and self._made_for != self._text_width(self.content_size.width):
            self.call_later(self.renew)
        return super().render_line(y)

    def row_strip(self, row: int, width: int) -> Strip:
        """One line on its ground."""
        line = self._lines[row]
        renamed: Mapping[str, str] = getattr(self.app, "renamed_keys", {})
        return self.paint(with_renamed_keys(line, renamed) if renamed else line, width, self.ground(row))

    def _text_width(self, width: int) -> int:
        """Cells for text: what can be scrolled keeps one for its thumb."""
        return max(1, width - self.can_focus)

    def _overflow(self) -> int:
        """What the thumb of a list that is too long is made from; 0 for one that fits."""
        return self.row_count if self.overflows else 0

    def on_resize(self) -> None:
        """Lines are made for a width."""
        self.renew()
