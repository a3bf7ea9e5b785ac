"""A row to type into, at the bottom of the screen: for the trace's filter and for commands."""

from __future__ import annotations

from collections.abc import Callable

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

    class Entered(Message):
        """Enter, in a row that stays for more."""

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

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self.purpose: str | None = None
        """What is typed for; None while it is closed."""
        self._sign = Static("", id="prompt-sign", markup=False)
        self._field = Input(max_length=_MOST, compact=True, select_on_focus=False, id="prompt-field")
        self._field.cursor_blink = False
        self._stays = False
        self._completed: Callable[[str], str] | None = None
        self.display = False

    def compose(self) -> ComposeResult:
        """The sign and the text."""
        yield self._sign
        yield self._field

    def open(
        self,
        purpose: str,
        sign: str,
        text: str,
        hint: str,
        completed: Callable[[str], str] | None = None,
        *,
        stays: bool = False,
    ) -> None:
        """Come into sight and take the keys, from this moment on; tab puts in what `completed` makes of the text.

        One that `stays` tells of every text that is entered, and ends with esc or with enter on nothing.
        """
        self.purpose = purpose
        self._stays = stays
        self._completed = completed
        self._sign.update(f" {sign}")
        self._field.placeholder = hint
        with self.prevent(Input.Changed):
            self._field.value = text
        self._field.cursor_position = len(text)
        self.display = True
        self.screen.set_focus(self._field)

    def close(self) -> None:
        """Go out of sight."""
        self.purpose = None
        self.display = False

    def feed(self, character: str) -> None:
        """A character that was typed before the keys came here."""
        self._field.insert_text_at_cursor(character)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell it as it is typed."""
        event.stop()
        if self.purpose is not None:
            self.post_message(self.Typed(self.purpose, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        if self._stays and event.value and self.purpose is not None:
            self.post_message(self.Entered(self.purpose, event.value))
            self._field.value = ""
        else:
            self._end(accepted=True)

    def on_key(self, event: events.Key) -> None:
        """Esc gives up; no other key leaves the row."""
        if event.key == "escape":
            event.stop()
            self._end(accepted=False)
        elif event.key in ("tab", "shift+tab", "up", "down"):
            event.stop()
            event.prevent_default()
            if event.key == "tab" and self._completed is not None:
                self._field.value = self._completed(self._field.value)
                self._field.cursor_position = len(self._field.value)

    def on_descendant_blur(self) -> None:
        """Who clicks elsewhere keeps what was typed."""
        self._end(accepted=True)

    def _end(self, *, accepted: bool) -> None:
        if self.purpose is not None:
            self.post_message(self.Ended(self.purpose, self._field.value, accepted=accepted))
            self.close()
