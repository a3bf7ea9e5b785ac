"""A terminal is left as it was found, whichever way the program ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator

import pytest

from tests.tui.terminal.program import ProgramTerminal

SHOWN = "Resource table"


@pytest.fixture
def terminal(request: pytest.FixtureRequest) -> Iterator[ProgramTerminal]:
    profile, *arguments = getattr(request, "param", ("full",))
    made = ProgramTerminal(*arguments, profile=profile)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("number", "code", "terminal"),
    [
        (signal.SIGTERM, 143, ("full",)),
        (signal.SIGHUP, 129, ("serial",)),
        (signal.SIGINT, 130, ("ssh",)),
        (signal.SIGQUIT, 131, ("plain",)),
    ],
    ids=["TERM", "HUP", "INT", "QUIT"],
    indirect=["terminal"],
)
def test_a_signal_ends_the_program_and_leaves_the_terminal_as_it_was(
    terminal: ProgramTerminal, number: signal.Signals, code: int
) -> None:
    terminal.until(SHOWN)
    assert terminal.changed_modes() >= {7, 25, 1049}
    terminal.process.send_signal(number)
    assert terminal.end() == code
    terminal.assert_restored()


def test_a_signal_before_the_first_snapshot_does_so_as_well(terminal: ProgramTerminal) -> None:
    terminal.until("looking for remote processors")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 143
    terminal.assert_restored()


@pytest.mark.parametrize("terminal", [("ssh",)], indirect=True)
def test_leaving_restores_the_terminal_also_from_a_mouse_that_was_asked_for(terminal: ProgramTerminal) -> None:
    terminal.until(SHOWN)
    assert not {1000, 1002, 1003, 1006} & terminal.changed_modes()
    terminal.press("\x0f")
    terminal.until("works")
    assert {1000, 1006} <= terminal.changed_modes()
    terminal.press("q")
    assert terminal.end() == 0
    terminal.assert_restored()


@pytest.mark.parametrize("terminal", [("full", "boom"), ("serial", "boom")], indirect=True, ids=["full", "serial"])
def test_a_fault_of_our_own_is_told_after_the_terminal_is_restored(terminal: ProgramTerminal) -> None:
    terminal.until(SHOWN)
    terminal.press("r")
    terminal.press("y")
    assert terminal.end() == 1
    terminal.assert_restored()
    assert b"ZeroDivisionError" in terminal.seen[terminal.seen.rfind(b"\x1b[?1049l") :]


@pytest.mark.parametrize("terminal", [("full", "crooked")], indirect=True)
def test_a_widget_that_cannot_be_painted_does_not_take_the_terminal_along(terminal: ProgramTerminal) -> None:
    assert terminal.end() == 1
    terminal.assert_restored()
    assert b"cannot be painted" in terminal.seen[terminal.seen.rfind(b"\x1b[?1049l") :]


@pytest.mark.parametrize("terminal", [("full", "refuse")], indirect=True)
def test_what_cannot_be_opened_is_raised_after_the_terminal_is_restored(terminal: ProgramTerminal) -> None:
    assert terminal.end() == 1
    terminal.assert_restored()
    assert b"EmulatorMissing" in terminal.seen[terminal.seen.rfind(b"\x1b[?1049l") :]


def test_after_kill_9_the_verb_restores_the_terminal(terminal: ProgramTerminal) -> None:
    terminal.until(SHOWN)
    terminal.process.kill()
    terminal.process.wait()
    terminal.read_rest()
    assert {25, 1000, 1049, 2004} <= terminal.changed_modes()
    assert not termios.tcgetattr(terminal.theirs)[3] & termios.ECHO
    verb = terminal.start([sys.executable, "-m", "rproc_tui", "reset-terminal"])
    assert verb.wait(20) == 0
    terminal.read_rest()
    terminal.assert_restored()


def test_suspended_it_gives_the_terminal_back_and_paints_all_anew_afterwards(terminal: ProgramTerminal) -> None:
    terminal.until(SHOWN)
    terminal.press("\x1a")
    stopped, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
    assert stopped == terminal.process.pid
    assert os.WIFSTOPPED(status)
    terminal.read_rest()
    assert terminal.changed_modes() == set()
    before = len(terminal.seen)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until(SHOWN, since=before)
    assert {7, 25, 1049} <= terminal.changed_modes()


def test_what_was_written_over_is_painted_anew_by_key(terminal: ProgramTerminal) -> None:
    terminal.until(SHOWN)
    while terminal.read(1.0):
        pass
    before = len(terminal.seen)
    terminal.press("\x0c")
    terminal.until(SHOWN, since=before)
    assert b"\x1b[2J" in terminal.seen[before:]


@pytest.mark.parametrize("terminal", [("serial", "strange")], indirect=True)
def test_what_the_wire_does_not_understand_ends_it_and_the_screen_goes_on_without(terminal: ProgramTerminal) -> None:
    terminal.until(SHOWN)
    before = len(terminal.seen)
    terminal.press("\x0c")
    terminal.until(SHOWN, since=before)
    assert b"\x1b(0" in terminal.seen[before:]
    before = len(terminal.seen)
    terminal.press("?")
    terminal.until("esc closes", since=before)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 143
    terminal.assert_restored()


@pytest.mark.parametrize("terminal", [("serial",)], indirect=True)
def test_a_serial_line_keeps_its_flow_control_and_is_asked_nothing(terminal: ProgramTerminal) -> None:
    terminal.until(SHOWN)
    assert termios.tcgetattr(terminal.theirs)[0] & termios.IXON
    for unasked in (b"$p", b"?1000h", b"?1003h", b"?1004h", b"?2004h", b"]22;", b"\x1b[>", b"38;5;", b"38;2;"):
        assert unasked not in terminal.seen


def test_nothing_is_written_while_nothing_moves(terminal: ProgramTerminal) -> None:
    terminal.until(SHOWN)
    while terminal.read(1.0):
        pass
    assert not terminal.read(2.0)


def test_the_first_frame_needs_neither_the_controller_nor_the_panels() -> None:
    program = "import sys, rproc_tui.tui.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    late = ("rproc_tui.controller", "rproc_tui.linux", "rproc_tui.firmware", "rproc_tui.hosts", "rproc_tui.tui.widgets")
    assert [name for name in loaded if name.startswith(late)] == []
