"""A panel whose lines are made from a view of what is known."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.text_view import TextView


class Panel(TextView):
    """Shows one moment after the other."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self.view: View | None = None

    def make_lines(self, view: View, width: int) -> Sequence[Content]:
        """What the panel says, for so many cells."""
        raise NotImplementedError

    def make_title(self, view: View) -> Content | str | None:
        """What stands in its frame; None leaves the title alone."""

    def present(self, view: View) -> None:
        """Show another moment."""
        self.view = view
        title = self.make_title(view)
        if title is not None:
            self.retitle(title if isinstance(title, Content) else Content(title))
        self.renew()

    def text_lines(self, width: int) -> Sequence[Content]:
        """The lines of the moment that is shown."""
        return () if self.view is None else self.make_lines(self.view, width)
