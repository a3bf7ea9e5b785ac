"""A row to type into, at the bottom of the screen: for the trace's filter and for commands."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

_MOST = 200
"""Characters that can be typed."""


class Prompt(Horizontal):
    """One row; tells what is typed, and how it ended."""

    class Typed(Message):
        """The text changed."""

        def __init__(self, purpose: str, text: str) -> None:
            self.purpose = purpose
            self.text = text
            super().__init__()

    class Ended(Message):
        """Enter, or esc."""

        def __init__(self, purpose: str, text: str, *, accepted: bool) -> None:
            self.purpose = purpose
            self.text = text
            self.accepted = accepted
            super().__init__()

    def __init__(self, purpose: str, sign: str, text: str, hint: str) -> None:
        super().__init__()
        self._purpose = purpose
        self._sign = sign
        self._text = text
        self._hint = hint
        self._over = False

    def compose(self) -> ComposeResult:
        """The sign, the text and what can be typed."""
        yield Static(f" {self._sign}", id="prompt-sign", markup=False)
        field = Input(
            self._text, placeholder=self._hint, max_length=_MOST, compact=True, select_on_focus=False, id="prompt-field"
        )
        field.cursor_blink = False
        yield field

    def on_mount(self) -> None:
        """Typing goes here at once."""
        self.query_one(Input).focus()

    def complete(self, text: str) -> None:
        """Put a text into the field."""
        field = self.query_one(Input)
        field.value = text
        field.cursor_position = len(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell it as it is typed."""
        event.stop()
        self.post_message(self.Typed(self._purpose, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self._end(event.value, accepted=True)

    def on_key(self, event: events.Key) -> None:
        """Esc gives up; no other key leaves the row."""
        if event.key == "escape":
            event.stop()
            self._end(self.query_one(Input).value, accepted=False)
        elif event.key in ("tab", "shift+tab", "up", "down"):
            event.stop()
            event.prevent_default()

    def on_descendant_blur(self) -> None:
        """Who clicks elsewhere keeps what was typed."""
        self._end(self.query_one(Input).value, accepted=True)

    def _end(self, text: str, *, accepted: bool) -> None:
        if not self._over:
            self._over = True
            self.post_message(self.Ended(self._purpose, text, accepted=accepted))
