"""A question before something that is hard to undo; the safe answer has the focus."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message

from rproc_tui.tui.panels.columns import wrapped
from rproc_tui.tui.widgets.text_view import TextView

_HOW = "   n no · y yes · arrows and enter"
_TURNING = frozenset({"left", "right", "h", "l", "tab", "shift+tab", "up", "down"})


class Question(TextView):
    """A sentence and two answers; while it stands, no other key does anything."""

    class Answered(Message):
        """It was answered."""

        def __init__(self, *, yes: bool) -> None:
            self.yes = yes
            super().__init__()

    def __init__(self, sentence: str, yes: str, no: str) -> None:
        super().__init__()
        self._sentence = sentence
        self._answers = (no, yes)
        self._on_yes = False
        self._over = False

    def text_lines(self, width: int) -> Sequence[Content]:
        """The sentence, and the answers below it."""
        return [*(Content(line) for line in wrapped(self._sentence, width)), self._answer_line()]

    def on_mount(self) -> None:
        """Keys go here until it is answered."""
        self.screen.set_focus(self)
        self.renew()

    def on_key(self, event: events.Key) -> None:
        """Turn to the other answer, or give one."""
        event.stop()
        event.prevent_default()
        if event.key in _TURNING:
            self._on_yes = not self._on_yes
            self.renew()
        elif event.key == "enter":
            self._answer(yes=self._on_yes)
        elif event.key == "y":
            self._answer(yes=True)
        elif event.key in ("n", "escape", "q", "ctrl+c"):
            self._answer(yes=False)

    def on_blur(self) -> None:
        """Who turns away has not agreed."""
        self._answer(yes=False)

    def _answer(self, *, yes: bool) -> None:
        if not self._over:
            self._over = True
            self.post_message(self.Answered(yes=yes))

    def _answer_line(self) -> Content:
        no, yes = self._answers
        chosen, other = "bold reverse $accent", "$label"
        return Content.assemble(
            *((f"  {no}  ", other if self._on_yes else chosen), "  "),
            *((f"  {yes}  ", chosen if self._on_yes else other), (_HOW, "$label")),
        )
