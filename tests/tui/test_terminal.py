"""What reaches a real terminal, before and after the end."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator

import pytest

_PROGRAM = """
import sys
from rproc_tui.tui.app import run

def opened():
    from tests.tui.scripted import ScriptedController
    controller = ScriptedController()
    if "boom" in sys.argv:
        async def act(*_):
            raise ZeroDivisionError("a fault of our own")
        controller.act = act
    if "refuse" in sys.argv:
        from rproc_tui.errors import EmulatorMissing
        raise EmulatorMissing("the emulator is not installed")
    return controller

sys.exit(run(opened))
"""
_PATIENCE = 20.0
"""Seconds after which a program that should have done something is taken for stuck."""
_RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l", b"\x1b[<u")
"""The main screen, the cursor, no mouse, no marked pastes, the old keyboard."""


class Terminal:
    """A program on a pseudo-terminal of 120x40."""

    def __init__(self, *arguments: str) -> None:
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.modes = termios.tcgetattr(theirs)
        self.theirs = theirs
        self.seen = bytearray()
        environment = {**os.environ, "TERM": "xterm-256color"}
        environment.pop("COLORTERM", None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
        )

    def read(self, seconds: float) -> bool:
        """Take what comes within a time; False when nothing did."""
        ready, _, _ = select.select([self.ours], [], [], seconds)
        if not ready:
            return False
        self.seen += os.read(self.ours, 65536)
        return True

    def until(self, text: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while text.encode() not in self.seen:
            assert time.monotonic() < deadline, f"{text!r} never came"
            self.read(0.1)

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def end(self) -> int:
        """Wait until it ended, and read what it left behind."""
        deadline = time.monotonic() + _PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it does not end"
            self.read(0.05)
        while self.read(0.0):
            pass
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.ours)
        os.close(self.theirs)


@pytest.fixture
def terminal(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    made = Terminal(*getattr(request, "param", ()))
    yield made
    made.close()


def assert_restored(terminal: Terminal) -> None:
    tail = bytes(terminal.seen[terminal.seen.rfind(b"\x1b[?1049h") :])
    assert [mode for mode in _RESTORED if mode not in tail] == []
    assert termios.tcgetattr(terminal.theirs)[:4] == terminal.modes[:4]


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131)],
    ids=["TERM", "HUP", "INT", "QUIT"],
)
def test_a_signal_ends_the_program_and_leaves_the_terminal_as_it_was(
    terminal: Terminal, number: signal.Signals, code: int
) -> None:
    terminal.until("Resource table")
    terminal.process.send_signal(number)
    assert terminal.end() == code
    assert_restored(terminal)


def test_a_signal_before_the_first_snapshot_does_so_as_well(terminal: Terminal) -> None:
    terminal.until("looking for remote processors")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 143
    assert_restored(terminal)


def test_leaving_restores_the_terminal(terminal: Terminal) -> None:
    terminal.until("Resource table")
    terminal.press("q")
    assert terminal.end() == 0
    assert_restored(terminal)


@pytest.mark.parametrize("terminal", [("boom",)], indirect=True)
def test_a_fault_of_our_own_is_told_after_the_terminal_is_restored(terminal: Terminal) -> None:
    terminal.until("Resource table")
    terminal.press("r")
    terminal.press("y")
    assert terminal.end() == 1
    assert_restored(terminal)
    assert b"ZeroDivisionError" in terminal.seen[terminal.seen.rfind(b"\x1b[?1049l") :]


@pytest.mark.parametrize("terminal", [("refuse",)], indirect=True)
def test_what_cannot_be_opened_is_raised_after_the_terminal_is_restored(terminal: Terminal) -> None:
    assert terminal.end() == 1
    assert_restored(terminal)
    assert b"EmulatorMissing" in terminal.seen[terminal.seen.rfind(b"\x1b[?1049l") :]


def test_nothing_is_written_while_nothing_moves(terminal: Terminal) -> None:
    terminal.until("Resource table")
    while terminal.read(0.5):
        pass
    assert not terminal.read(2.0)


def test_the_first_frame_needs_neither_the_controller_nor_the_panels() -> None:
    program = "import sys, rproc_tui.tui.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    late = ("rproc_tui.controller", "rproc_tui.linux", "rproc_tui.firmware", "rproc_tui.hosts", "rproc_tui.tui.widgets")
    assert [name for name in loaded if name.startswith(late)] == []
