"""How large a terminal is where its line does not tell: as a person says, or as the terminal itself answers."""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty

from rproc_tui.errors import UsageError

_SIZE = re.compile(r"([1-9][0-9]{0,3})x([1-9][0-9]{0,3})")
_QUESTION = b"\x1b7\x1b[999;999H\x1b[6n\x1b8"
"""Keep the cursor's place, go as far as there is, ask for the place (CPR), go back."""
_ANSWER = re.compile(rb"\x1b\[([0-9]{1,4});([0-9]{1,4})R")
_PATIENCE = 0.5
"""Seconds for the answer: at 9600 baud it takes 20 ms, over a console server more."""
_MOST = 4096
"""Bytes that are read while the answer is waited for: more is no terminal."""


def parse_size(text: str) -> tuple[int, int]:
    """`120x40` as columns and rows; UsageError for anything else."""
    found = _SIZE.fullmatch(text)
    if found is None:
        raise UsageError(f"--size {text}: COLSxROWS is wanted, as in 120x40")
    return int(found[1]), int(found[2])


def ask_size(descriptor: int, *, patience: float = _PATIENCE) -> tuple[int, int] | None:
    """Ask the terminal for its columns and rows; None when it does not answer. What is typed meanwhile is lost."""
    try:
        before = termios.tcgetattr(descriptor)
    except termios.error:
        return None
    try:
        tty.setcbreak(descriptor, termios.TCSANOW)
        os.write(descriptor, _QUESTION)
        return _await_answer(descriptor, time.monotonic() + patience)
    except OSError:
        return None
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)


def _await_answer(descriptor: int, deadline: float) -> tuple[int, int] | None:
    got = b""
    while len(got) < _MOST and (left := deadline - time.monotonic()) > 0:
        if not select.select([descriptor], [], [], left)[0]:
            return None
        got += os.read(descriptor, 256)
        found = _ANSWER.search(got)
        if found is not None:
            return int(found[2]), int(found[1])
    return None
