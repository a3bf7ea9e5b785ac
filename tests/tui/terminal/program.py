"""The screen on a real pseudo-terminal, and what is left of its modes afterwards."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

_PROGRAM = """
import os, sys
from rproc_tui.tui.terminal.choice import textual_settings
from rproc_tui.tui.terminal.profile import PROFILES

profile = PROFILES[sys.argv[1]]
os.environ.update(textual_settings(profile))

from rproc_tui.tui.app import run

def opened():
    from tests.tui.scripted import ScriptedController
    controller = ScriptedController()
    if "boom" in sys.argv:
        async def act(*_):
            raise ZeroDivisionError("a fault of our own")
        controller.act = act
    if "crooked" in sys.argv:
        from rproc_tui.tui.widgets.line_view import LineView
        def render_line(self, y):
            raise ZeroDivisionError("a widget that cannot be painted")
        LineView.render_line = render_line
    if "strange" in sys.argv:
        from rproc_tui.tui.app import RprocTui
        RprocTui.action_redraw = lambda self: self._driver.write("\x1b(0")
    if "refuse" in sys.argv:
        from rproc_tui.errors import EmulatorMissing
        raise EmulatorMissing("the emulator is not installed")
    return controller

sys.exit(run(opened, profile=profile))
"""
_PATIENCE = 20.0
"""Seconds after which a program that should have done something is taken for stuck."""
_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_ON_AT_FIRST = {7, 25}
"""Private modes of a fresh terminal: it wraps, and its cursor is to be seen."""


class ProgramTerminal:
    """A program on a pseudo-terminal, the screen over a scripted controller where nothing else is asked for."""

    def __init__(
        self,
        *arguments: str,
        profile: str = "full",
        size: tuple[int, int] = (120, 40),
        command: list[str] | None = None,
        env: dict[str, str] | None = None,
    ) -> None:
        self.ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.modes = termios.tcgetattr(self.theirs)
        self.seen = bytearray()
        self.answers: dict[bytes, bytes] = {}
        """What the terminal says when it is asked."""
        environment = {**os.environ, "TERM": "xterm-256color", **(env or {})}
        environment.pop("COLORTERM", None)
        self.process = self.start(command or [sys.executable, "-c", _PROGRAM, profile, *arguments], environment)

    def start(self, command: list[str], environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Another program on the same terminal."""
        streams = self.theirs
        return subprocess.Popen(command, stdin=streams, stdout=streams, stderr=streams, env=environment)

    def read(self, seconds: float) -> bool:
        """Take what comes within a time; False when nothing did."""
        ready, _, _ = select.select([self.ours], [], [], seconds)
        if not ready:
            return False
        data = os.read(self.ours, 65536)
        self.seen += data
        for question, answer in self.answers.items():
            if question in data:
                os.write(self.ours, answer)
        return True

    def until(self, text: str, *, since: int = 0) -> None:
        deadline = time.monotonic() + _PATIENCE
        while text.encode() not in self.seen[since:]:
            assert time.monotonic() < deadline, f"{text!r} never came: {bytes(self.seen[-300:])!r}"
            self.read(0.1)

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def end(self) -> int:
        """Wait until it ended, and read what it left behind."""
        deadline = time.monotonic() + _PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it does not end"
            self.read(0.05)
        self.read_rest()
        return self.process.returncode

    def read_rest(self) -> None:
        while self.read(0.0):
            pass

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.ours)
        os.close(self.theirs)

    def changed_modes(self) -> set[int]:
        """Private modes that are not as they were on a fresh terminal, by all that came so far."""
        on = set(_ON_AT_FIRST)
        for numbers, sign in _MODE.findall(bytes(self.seen)):
            for number in map(int, numbers.split(b";")):
                (on.add if sign == b"h" else on.discard)(number)
        return on ^ _ON_AT_FIRST

    def pushed_keyboards(self) -> int:
        """How many keyboard modes of kitty's protocol are still in force."""
        return len(re.findall(rb"\x1b\[>\d*u", self.seen)) - len(re.findall(rb"\x1b\[<\d*u", self.seen))

    def assert_restored(self) -> None:
        """Everything is as it was: the line's modes, the terminal's, and the colours of what comes next."""
        assert self.changed_modes() == set()
        assert self.pushed_keyboards() <= 0
        assert termios.tcgetattr(self.theirs) == self.modes
        looks = re.findall(rb"\x1b\[([\d;]*)m", self.seen[: self.seen.rindex(b"\x1b[?1049l")])
        assert not looks or looks[-1] in (b"", b"0")
        assert re.findall(rb"\x1b\[[\d;]*r", self.seen)[-1:] in ([], [b"\x1b[r"])
