"""What is found out about the terminal that the program runs in."""

from __future__ import annotations

import builtins
import io
import os
from dataclasses import replace
from typing import Any

import pytest

from rproc_tui import terminal
from rproc_tui.terminal import Terminal, read_terminal

SOME = Terminal(None, None, None, encoding="UTF-8", term="", colours="", tmux=False, no_color=False)


@pytest.mark.parametrize(
    ("device", "serial"),
    [
        ("/dev/ttyS0", True),
        ("/dev/ttySTM1", True),
        ("/dev/ttyAMA10", True),
        ("/dev/ttymxc2", True),
        ("/dev/ttyTHS0", True),
        ("/dev/hvc0", True),
        ("/dev/tty1", False),
        ("/dev/tty", False),
        ("/dev/pts/3", False),
        (None, False),
    ],
)
def test_serial_lines_are_known_by_their_names(device: str | None, serial: bool) -> None:
    assert replace(SOME, device=device).serial is serial


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({}, ""),
        ({"LANG": "de_DE.UTF-8"}, "de_DE.UTF-8"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "C"),
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, "de_DE.UTF-8"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "C"),
    ],
    ids=str,
)
def test_the_locale_is_the_one_that_somebody_chose(environment: dict[str, str], locale: str) -> None:
    assert read_terminal(environment).locale == locale


def processes(monkeypatch: pytest.MonkeyPatch, parents: dict[int, tuple[str, int]]) -> None:
    """A machine with these processes: their names, and their parents."""
    real = builtins.open

    def opened(path: Any, *arguments: Any, **named: Any) -> Any:
        if isinstance(path, str) and path.startswith("/proc/") and path.endswith("/stat"):
            name, parent = parents[int(path.split("/")[2])]
            return io.StringIO(f"7 ({name}) S {parent} 7 7 0 -1")
        return real(path, *arguments, **named)

    monkeypatch.setattr(builtins, "open", opened)
    monkeypatch.setattr(os, "getppid", lambda: 40)


@pytest.mark.parametrize(
    ("parents", "remote"),
    [
        ({40: ("bash", 30), 30: ("sshd", 1)}, True),
        ({40: ("sudo", 30), 30: ("sh (x) y", 20), 20: ("dropbear", 1)}, True),
        ({40: ("bash", 30), 30: ("gnome-terminal", 1)}, False),
        ({40: ("loop", 40)}, False),
    ],
    ids=["ssh", "sudo in ssh", "here", "a loop"],
)
def test_a_remote_shell_is_found_among_the_parents_also_behind_sudo(
    monkeypatch: pytest.MonkeyPatch, parents: dict[int, tuple[str, int]], remote: bool
) -> None:
    processes(monkeypatch, parents)
    assert terminal._is_remote() is remote


def test_the_console_is_the_line_that_the_kernel_was_told_of_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "open", lambda *_, **__: io.StringIO("tty0 ttyS1\n"))
    assert terminal._console("/dev/console") == "/dev/ttyS1"
    assert terminal._console("/dev/pts/1") == "/dev/pts/1"
