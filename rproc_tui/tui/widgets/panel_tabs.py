"""The line of names over panels that share one place."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message

from rproc_tui.tui.widgets.text_view import TextView


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

    def show_tab(self, panel: str) -> None:
        """Mark a panel's name."""
        self.shown = panel
        self.renew()

    def text_lines(self, width: int) -> Sequence[Content]:  # noqa: ARG002 (as others need it)
        """One line."""
        pieces = [
            (f" {name} ", "bold reverse $accent" if panel == self.shown else "$label")
            for panel, name in self._names.items()
        ]
        return [Content.assemble(" ", *pieces)]

    def on_click(self, event: events.Click) -> None:
        """A click on a name brings its panel."""
        position = 1
        for panel, name in self._names.items():
            position += len(name) + 2
            if event.x < position:
                self.post_message(TabPressed(panel))
                return
