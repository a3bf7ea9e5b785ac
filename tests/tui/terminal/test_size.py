"""How large a terminal is that does not tell it by itself."""

from __future__ import annotations

import os
import pathlib
import pty
import re
import sys
import termios
import threading
from collections.abc import Iterator

import pytest

from rproc_tui.errors import UsageError
from rproc_tui.tui.terminal.size import ask_size, parse_size
from tests.tui.terminal.program import ProgramTerminal


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def answer(ours: int, reply: bytes) -> threading.Thread:
    """A terminal that answers what it is asked first."""

    def run() -> None:
        asked = b""
        while not asked.endswith(b"\x1b8"):
            asked += os.read(ours, 100)
        os.write(ours, reply)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("noise", [b"", b"jj\x1b[A"], ids=["quiet", "typed-at"])
def test_the_terminal_says_how_far_its_cursor_came(line: tuple[int, int], noise: bytes) -> None:
    ours, theirs = line
    before = termios.tcgetattr(theirs)
    thread = answer(ours, noise + b"\x1b[43;132R")
    assert ask_size(theirs, patience=10) == (132, 43)
    thread.join()
    assert termios.tcgetattr(theirs) == before


def test_a_terminal_that_says_nothing_is_not_waited_for(line: tuple[int, int]) -> None:
    before = termios.tcgetattr(line[1])
    assert ask_size(line[1], patience=0.01) is None
    assert termios.tcgetattr(line[1]) == before


def test_one_that_talks_nonsense_has_no_size(line: tuple[int, int]) -> None:
    ours, theirs = line
    thread = answer(ours, b"x" * 3000)
    assert ask_size(theirs, patience=0.3) is None
    thread.join()


def test_what_is_no_terminal_has_no_size(tmp_path: pathlib.Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        assert ask_size(file.fileno()) is None


@pytest.mark.parametrize("text", ["", "80", "80x", "x24", "0x24", "80x24x1", "80:24", "-80x24", "99999x24", "80 x 24"])
def test_a_size_is_columns_and_rows(text: str) -> None:
    with pytest.raises(UsageError, match="120x40"):
        parse_size(text)


def test_a_size_is_taken_as_it_is_written() -> None:
    assert parse_size("132x43") == (132, 43)


@pytest.mark.parametrize(
    ("options", "rows"), [([], 30), (["--size", "90x28"], 28)], ids=["asked of the terminal", "said by a person"]
)
def test_a_line_without_a_size_is_painted_in_full(tmp_path: pathlib.Path, options: list[str], rows: int) -> None:
    command = [sys.executable, "-m", "rproc_tui", "--profile", "serial", *options, "--root", str(tmp_path)]
    home = {name: str(tmp_path) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    terminal = ProgramTerminal(size=(0, 0), command=command, env=home)
    try:
        terminal.answers[b"\x1b[6n"] = b"\x1b[30;100R"
        terminal.until("help")
        assert max(int(row) for row in re.findall(rb"\x1b\[(\d+)(?:;\d+)?H", terminal.seen) if row != b"999") == rows
    finally:
        terminal.close()
