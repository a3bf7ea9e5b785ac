"""Every key with what it does, made from the bindings as they are, and what the words on the screens mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content

from rproc_tui.tui.panels.keys import help_lines
from rproc_tui.tui.panels.words import word_lines
from rproc_tui.tui.screens.page_over import PageOver
from rproc_tui.tui.widgets.text_view import TextView


class KeyList(TextView):
    """The page."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__(id="keys")
        self._names = names

    def text_lines(self, width: int) -> Sequence[Content]:
        """One line a key, one a word."""
        return [*help_lines(self._names, width), *word_lines(width)]


class Help(PageOver[None]):
    """A page over the screen; esc, q and ? close it."""

    CSS_PATH = "help.tcss"

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._page = KeyList(names)

    def compose(self) -> ComposeResult:
        """The page in a frame."""
        yield self._page

    def on_mount(self) -> None:
        """Name it and take the keys."""
        self._page.retitle(Content("Keys and words"))
        self._page.border_subtitle = Content.assemble(("esc closes", "$label"))
        self._page.focus()

    def on_key(self, event: events.Key) -> None:
        """What leaves the page; the rest moves in it."""
        if event.key in ("escape", "q", "question_mark", "f1", "ctrl+c"):
            event.stop()
            event.prevent_default()
            self.dismiss(None)
