"""The line at the bottom of the screen: keys, and grey those that make no sense now."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import State
from rproc_tui.tui.key_names import first_keys
from rproc_tui.tui.panels.keys import Item, item_at, key_items, key_line, relabelled
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.panel import Panel

_LONGER = len(Verb.RECOVER) - len(Verb.BOOT)


class KeyLine(Panel, can_focus=False):
    """Every key stays live: one that is grey says why when it is pressed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._items: list[Item] = []

    def make_lines(self, view: View, width: int) -> Sequence[Content]:
        """One line."""
        crashed = view.processor is not None and view.processor.state is State.CRASHED
        items = key_items(first_keys(self.screen), width + 1 - (_LONGER if crashed else 0))
        self._items = relabelled(items, {Verb.BOOT: str(Verb.RECOVER)} if crashed else {})
        return [key_line(self._items, view.greyed)]

    async def on_click(self, event: events.Click) -> None:
        """A click presses the key."""
        key = item_at(self._items, event.x)
        if key is not None:
            await self.app.run_action(key.action)
