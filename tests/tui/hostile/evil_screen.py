"""The whole program on a real terminal, driven by keys, among texts that are out to harm that terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence

import pyte

from tests.tui.hostile.hostile_board import MARK
from tests.tui.hostile.terminal_stream import faults
from tests.tui.terminal.program import ProgramTerminal

_SIZE = (120, 40)
_QUIET = 0.04
"""Seconds without output after which the next key is pressed, whether this one has been answered or not."""
_QUERIES = (b"\x1b[?2026$p", b"\x1b[?2048$p", b"\x1b[>25u", b"\x1b[<u")
"""What pyte would print parts of."""
SCREENS = "123456"
_SLOW_KEYS = {"\x1b", *SCREENS}
_SLOW = 0.15
"""The same after escape, since a key right behind it would be taken for one with alt, and after another screen."""
_PATIENCE = 10.0
"""Seconds that a screen may take to show something evil."""


class EvilScreen:
    """What stands on a terminal's screen."""

    def __init__(self, terminal: ProgramTerminal) -> None:
        self._terminal = terminal
        self._screen = pyte.Screen(*_SIZE)
        self._stream = pyte.ByteStream(self._screen)
        self._fed = 0

    def text(self) -> str:
        new = bytes(self._terminal.seen[self._fed :])
        self._fed += len(new)
        for query in _QUERIES:
            new = new.replace(query, b"")
        self._stream.feed(new)
        return "\n".join(self._screen.display)

    def press(self, key: str) -> None:
        """Press a key and wait until it was answered; a screen has to show something evil."""
        self._terminal.press(key)
        while self._terminal.read(_SLOW if key in _SLOW_KEYS else _QUIET):
            pass
        assert self._terminal.process.poll() is None, bytes(self._terminal.seen[-2000:])
        if key in SCREENS:
            self.until_evil(key)

    def until_evil(self, where: str) -> None:
        """Until something evil is on it: it is made visible, not left out."""
        deadline = time.monotonic() + _PATIENCE
        while MARK not in self.text():
            assert time.monotonic() < deadline, f"nothing evil on screen {where}:\n{self.text()}"
            self._terminal.read(_QUIET)


def assert_harmless(options: Sequence[str], keys: Sequence[str], *, env: Mapping[str, str]) -> bytes:
    """Start the program, press the keys, end it: nothing evil has reached the terminal, which is as it was before.

    The answer is all that has.
    """
    command = [sys.executable, "-m", "rproc_tui", *options]
    terminal = ProgramTerminal(command=command, size=_SIZE, env={**env, "LANG": "C.UTF-8"})
    try:
        terminal.until(MARK)
        screen = EvilScreen(terminal)
        for key in keys:
            screen.press(key)
        terminal.process.terminate()
        assert terminal.end() == 143
        assert faults(bytes(terminal.seen)) == []
        terminal.assert_restored()
        return bytes(terminal.seen)
    finally:
        terminal.close()
