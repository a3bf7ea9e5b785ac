"""A panel whose lines somebody else makes: for what is looked at and not moved about in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from rproc_tui.tui.widgets.text_view import TextView


class MadePanel(TextView):
    """Lines of one moment, made anew for every width."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._made: Callable[[int], Sequence[Content]] | None = None
        self._about: object = None

    def show_made(self, made: Callable[[int], Sequence[Content]], about: object) -> None:
        """Show other lines; `about` is what they are about: another thing is shown from its top."""
        if about != self._about:
            self._about, self.top = about, 0
        self._made = made
        self.renew()

    def text_lines(self, width: int) -> Sequence[Content]:
        """As they were made."""
        return () if self._made is None else self._made(width)
