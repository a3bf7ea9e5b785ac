"""The one sentence for a terminal in which nothing useful fits."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rproc_tui.tui.panels.columns import wrapped
from rproc_tui.tui.widgets.text_view import TextView


class TooSmall(TextView, can_focus=False):
    """Says how much room is needed; it covers whatever else is on the screen."""

    DEFAULT_CSS = """
    TooSmall {
        layer: cover;
        width: 100%;
        height: 100%;
        background: $background;
    }
    """

    def __init__(self, smallest: tuple[int, int], *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        columns, rows = smallest
        self._sentence = f"rproc-tui needs a terminal of at least {columns}x{rows}; q leaves."

    def text_lines(self, width: int) -> Sequence[Content]:
        """The sentence."""
        return [Content(line) for line in wrapped(self._sentence, width)]
