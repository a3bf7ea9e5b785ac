"""Crashing on purpose asks first; tried on the bundled board, the questions on a real terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Run

pytestmark = pytest.mark.emulator


def test_without_a_terminal_it_wants_to_be_told_that_it_is_meant(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        ran = run("--demo", "crash", "m4")
    assert ran.code == 2
    assert "--yes" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "a fatal crash was reported to the kernel, and m4 crashed"),
        (("watchdog",), "a watchdog crash was reported to the kernel, and m4 crashed"),
    ],
)
def test_it_says_how_it_crashed(run: Run, words: tuple[str, ...], says: str) -> None:
    ran = run("--demo", "crash", "m4", *words, "--yes")
    assert ran.code == 0
    assert says in ran.out


def test_programs_read_an_outcome(run: Run) -> None:
    ran = run("--demo", "crash", "m4", "--yes", "--json")
    (outcome,) = ran.json()["outcomes"]
    assert (ran.code, outcome["verb"], outcome["result"]) == (0, "crash", "done")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("m33", "--yes"), 1, "m33 is not running: `boot` it first"),
        (("m4", "--yes", "--read-only"), 4, "--read-only"),
        (("nobody", "--yes"), 3, "there is no processor nobody"),
        (("m4", "brutally", "--yes"), 1, "no mailbox word"),
    ],
)
def test_what_cannot_be_crashed_is_refused(run: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    ran = run("--demo", "crash", *arguments)
    assert ran.code == code
    assert says in ran.err


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [("y\n", 0, "m4 crashed"), ("yellow\n", 1, "nothing was done"), ("\x04", 1, "nothing was done")],
)
def test_on_a_terminal_only_a_yes_is_one(homes: Path, typed: str, code: int, says: str) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "rproc_tui", "--demo", "crash", "m4"]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
        os.write(ours, typed.encode())
        said = program.communicate()[0].decode()
    os.close(ours)
    os.close(theirs)
    assert "Crash m4 (remoteproc0) on demo, running hub.elf on purpose? The kernel restarts it. [y/N]" in said
    assert (program.returncode, says in said) == (code, True)
