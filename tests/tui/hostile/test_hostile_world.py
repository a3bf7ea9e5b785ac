"""Everything that the program shows is from outside and evil, and the whole program runs on a real terminal."""

from __future__ import annotations

import pathlib
import sys
import time
from collections.abc import Sequence

import pyte
import pytest

from tests.tui.hostile.hostile_board import MARK, Malice, plant_hostile
from tests.tui.hostile.terminal_stream import faults
from tests.tui.terminal.program import ProgramTerminal

_SIZE = (120, 40)
_QUIET = 0.04
"""Seconds without output after which the next key is pressed, whether this one has been answered or not."""
_QUERIES = (b"\x1b[?2026$p", b"\x1b[?2048$p", b"\x1b[>25u", b"\x1b[<u")
"""What pyte would print parts of."""
_SCREENS = "123456"
_SLOW_KEYS = {"\x1b", *_SCREENS}
_SLOW = 0.15
"""The same after escape, since a key right behind it would be taken for one with alt, and after another screen."""
_PATIENCE = 10.0
"""Seconds that a screen may take to show something evil."""
_KEYS = (
    *(
        "\t",
        "\t",
        "\t",
        "\t",
        "E",
        "\x1b[6~",
        "z",
        "z",
        "f",
        "\x1b",
        "F",
        MARK,
        "\r",
        "N",
        "\x1b",
        "/",
        MARK,
        "\r",
        "\x1b",
    ),
    *("2", "M", "O", "W", "T", "T", "T", "G", "g", "y", "p", "[", "m", "e", "\x1b", "M", "O"),
    *("3", "j", "\t", "l", "a", MARK, "\r", "\x1b"),
    *("4", "j", "L", "i", "\x1b"),
    *("5", "\r", "\t", "\t", "l", "l", "l", "y", "e", "\x1b"),
    *("6", "j", "j", "\r", "\t", "y", "e", "\x1b"),
    *("1", "j", "!", "!", "E", "s", "\x1b", "r", "\x1b", "w", "\x1b", ":", MARK, "\r", "\x1b", "?", "q"),
)
"""Every screen, its panels, its lists and its questions, for the processor that runs and the one that crashed."""


class Screen:
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

    def until_evil(self, key: str) -> None:
        """Until something evil is on it: it is made visible, not left out."""
        deadline = time.monotonic() + _PATIENCE
        while MARK not in self.text():
            assert time.monotonic() < deadline, f"nothing evil on screen {key}:\n{self.text()}"
            self._terminal.read(_QUIET)


@pytest.mark.parametrize(("profile", "seed", "keys"), [("full", 1, _KEYS), ("plain", 2, _SCREENS)])
def test_nothing_evil_reaches_the_terminal_on_any_screen(
    tmp_path: pathlib.Path, profile: str, seed: int, keys: Sequence[str]
) -> None:
    root = tmp_path / Malice(seed).file_name("root")
    root.mkdir()
    plant_hostile(root, seed)
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE")}
    command = [sys.executable, "-m", "rproc_tui", "--profile", profile, "--root", str(root)]
    terminal = ProgramTerminal(command=command, size=_SIZE, env={**homes, "LANG": "C.UTF-8"})
    try:
        terminal.until(MARK)
        screen = Screen(terminal)
        for key in keys:
            terminal.press(key)
            while terminal.read(_SLOW if key in _SLOW_KEYS else _QUIET):
                pass
            assert terminal.process.poll() is None, bytes(terminal.seen[-2000:])
            if key in _SCREENS:
                screen.until_evil(key)
        terminal.process.terminate()
        assert terminal.end() == 143
        assert faults(bytes(terminal.seen)) == []
        terminal.assert_restored()
    finally:
        terminal.close()
