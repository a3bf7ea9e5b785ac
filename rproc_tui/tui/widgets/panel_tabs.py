"""The line of names over panels that share one place."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message

from rproc_tui.tui.panels.columns import cut
from rproc_tui.tui.widgets.text_view import TextView

_ABOUT_MOST = 20
"""Cells of the name before them."""


class TabPressed(Message):
    """A name was clicked."""

    def __init__(self, panel: str) -> None:
        self.panel = panel
        super().__init__()


class PanelTabs(TextView, can_focus=False):
    """Names of panels; the one in sight is marked."""

    def __init__(self, names: dict[str, str], *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._names = names
        self.shown = next(iter(names))
        self._about = ""

    def show_tab(self, panel: str, about: str = "") -> None:
        """Mark a panel's name; `about` is what all of them show."""
        self.shown = panel
        self._about = f" {cut(about, _ABOUT_MOST)} ·" if about else ""
        self.renew()

    def text_lines(self, width: int) -> Sequence[Content]:  # noqa: ARG002 (as others need it)
        """One line."""
        pieces = [
            (f" {name} ", "bold reverse $accent" if panel == self.shown else "$label")
            for panel, name in self._names.items()
        ]
        return [Content.assemble((self._about, "bold"), " ", *pieces)]

    def on_click(self, event: events.Click) -> None:
        """A click on a name brings its panel."""
        position = cell_len(self._about) + 1
        for panel, name in self._names.items():
            position += len(name) + 2
            if event.x < position:
                self.post_message(TabPressed(panel))
                return
