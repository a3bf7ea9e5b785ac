from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from rproc_tui.commands.doctor_terminal import LEAST, judge
from rproc_tui.linux.doctor.check import Check, Status
from rproc_tui.terminal import Terminal, read_terminal
from rproc_tui.tui.layout import SMALLEST

GOOD = Terminal(
    device="/dev/pts/3",
    size=(120, 40),
    baud=None,
    encoding="UTF-8",
    term="xterm-256color",
    colours="truecolor",
    tmux=False,
    no_color=False,
)


def named(terminal: Terminal) -> dict[str, Check]:
    return {check.name: check for check in judge(terminal)}


def test_too_small_is_what_the_screen_says_it_is() -> None:
    assert LEAST == SMALLEST


def test_a_common_terminal_lacks_nothing() -> None:
    assert {check.status for check in judge(GOOD)} == {Status.OK}


def test_no_terminal_is_one_line_and_hinders_no_action() -> None:
    (check,) = judge(replace(GOOD, device=None))
    assert (check.status, check.needed) == (Status.MISSING, False)


@pytest.mark.parametrize(
    ("changes", "name", "status", "words"),
    [
        ({"term": ""}, "TERM", Status.BROKEN, "not set"),
        ({"term": "dumb"}, "TERM", Status.BROKEN, "dumb"),
        ({"tmux": True}, "TERM", Status.BROKEN, "inside tmux"),
        ({"tmux": True, "term": "tmux-256color"}, "TERM", Status.OK, "true colours"),
        ({"tmux": True, "term": "tmux-256color"}, "terminal", Status.OK, "inside tmux"),
        ({"colours": ""}, "TERM", Status.OK, "256 colours"),
        ({"colours": "", "term": "linux"}, "TERM", Status.OK, "16 colours"),
        ({"colours": "", "term": "vt220"}, "TERM", Status.OK, "no colours"),
        ({"no_color": True}, "TERM", Status.OK, "NO_COLOR"),
        ({"term": "x\x1b[2J"}, "TERM", Status.OK, "x\\x1b[2J"),
        ({"size": (0, 0)}, "size", Status.MISSING, "serial"),
        ({"size": None}, "size", Status.MISSING, "serial"),
        ({"size": (59, 40)}, "size", Status.BROKEN, "59x40"),
        ({"size": (120, 15)}, "size", Status.BROKEN, "120x15"),
        ({"size": (60, 16)}, "size", Status.OK, "60x16"),
        ({"encoding": "ANSI_X3.4-1968"}, "encoding", Status.MISSING, "ANSI_X3.4-1968"),
        ({"encoding": "no such"}, "encoding", Status.MISSING, "no such"),
        ({"encoding": "utf8"}, "encoding", Status.OK, "UTF-8"),
        ({"device": "/dev/ttySTM0", "baud": 115200}, "terminal", Status.OK, "serial line, 115200 baud"),
    ],
)
def test_what_the_screen_would_stumble_on_is_named(
    changes: dict[str, object], name: str, status: Status, words: str
) -> None:
    check = named(replace(GOOD, **changes))[name]  # type: ignore[arg-type]
    assert check.status is status
    assert words in check.detail
    assert (check.cure is None) is (status is Status.OK)


def test_a_terminal_is_found_behind_any_of_our_streams() -> None:
    code = "from rproc_tui.terminal import read_terminal;print(repr(read_terminal({'TERM': 'vt100', 'TMUX': 'x'})))"
    ours, its = os.openpty()
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=its, check=True, text=True)
    name = os.ttyname(its)
    os.close(its)
    os.close(ours)
    assert f"device={name!r}, size=(0, 0), baud=None" in ran.stdout
    assert "term='vt100', colours='', tmux=True" in ran.stdout


def test_where_no_stream_is_a_terminal_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda _: False)
    found = read_terminal({})
    assert (found.device, found.size, found.tmux, found.no_color) == (None, None, False, False)
