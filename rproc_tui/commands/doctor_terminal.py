"""The terminal that the screen would be drawn on: what it is called, how large it is, what it can show."""

from __future__ import annotations

import codecs
import contextlib
import locale
import os
import re
import termios
from collections.abc import Mapping
from dataclasses import dataclass

from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.sanitise import sanitise

LEAST = (60, 16)
"""Columns and rows below which the screen only says that it is too small."""

_SERIAL = re.compile(r"/dev/tty(?:S|AMA|USB|ACM|mxc|STM|PS|GS|SC|LP|SAC|O|RPMSG)[0-9]+")
"""Lines of serial ports."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What is known of it."""

    device: str | None
    """`/dev/pts/3`; None when none of our three streams is a terminal."""
    size: tuple[int, int] | None
    """Columns and rows."""
    baud: int | None
    """Of a serial line, bits a second."""
    encoding: str
    term: str
    colours: str
    """COLORTERM."""
    tmux: bool
    no_color: bool


def read_terminal(environment: Mapping[str, str]) -> Terminal:
    """The first of standard output, input and error that is a terminal."""
    descriptor = next((number for number in (1, 0, 2) if os.isatty(number)), None)
    device: str | None = None
    size: tuple[int, int] | None = None
    baud: int | None = None
    if descriptor is not None:
        with contextlib.suppress(OSError):
            device = os.ttyname(descriptor)
        with contextlib.suppress(OSError):
            columns, rows = os.get_terminal_size(descriptor)
            size = (columns, rows)
        if device is not None and _SERIAL.fullmatch(device):
            baud = _baud(descriptor)
        device = device or "a terminal without a name here"
    return Terminal(
        device,
        size,
        baud,
        encoding=locale.getpreferredencoding(do_setlocale=False),
        term=environment.get("TERM", ""),
        colours=environment.get("COLORTERM", ""),
        tmux="TMUX" in environment,
        no_color=bool(environment.get("NO_COLOR")),
    )


def _baud(descriptor: int) -> int | None:
    try:
        speed = termios.tcgetattr(descriptor)[5]
    except termios.error:
        return None
    names = [name for name in dir(termios) if re.fullmatch(r"B[0-9]+", name) and getattr(termios, name) == speed]
    return int(names[0][1:]) if names else None


def judge(terminal: Terminal) -> list[Check]:
    """The device, what it is called, its size, its characters."""
    if terminal.device is None:
        detail = "none of our streams is one: the screen needs it, verbs do not"
        return [Check(Topic.TERMINAL, "terminal", Status.MISSING, detail, "run it in a terminal, not behind a pipe")]
    return [_device(terminal), _term(terminal), _size(terminal.size), _encoding(terminal.encoding)]


def _device(terminal: Terminal) -> Check:
    parts = [sanitise(terminal.device or "")]
    if terminal.baud is not None:
        parts.append(f"a serial line, {terminal.baud} baud")
    if terminal.tmux:
        parts.append("inside tmux")
    return Check(Topic.TERMINAL, "terminal", Status.OK, ", ".join(parts))


def _term(terminal: Terminal) -> Check:
    name, term = "TERM", sanitise(terminal.term, limit=80)
    if term in ("", "dumb", "unknown"):
        cure = "`export TERM=xterm-256color`, or vt100 on a plain serial line"
        return Check(Topic.TERMINAL, name, Status.BROKEN, f"{term or 'not set'}: nothing can be drawn", cure)
    if terminal.tmux and not term.startswith(("tmux", "screen")):
        detail = f"{term} inside tmux, which is no xterm: keys and colours may be wrong"
        cure = "`set -g default-terminal tmux-256color` in ~/.tmux.conf, and nothing in the shell's profile"
        return Check(Topic.TERMINAL, name, Status.BROKEN, detail, cure)
    return Check(Topic.TERMINAL, name, Status.OK, f"{term}, {_colours(terminal)}")


def _colours(terminal: Terminal) -> str:
    if terminal.no_color:
        return "no colours (NO_COLOR)"
    if terminal.colours in ("truecolor", "24bit"):
        return "true colours (COLORTERM)"
    if "256color" in terminal.term:
        return "256 colours"
    return "no colours" if terminal.term.startswith("vt") else "16 colours"


def _size(size: tuple[int, int] | None) -> Check:
    if size is None or 0 in size:
        cure = "`resize` (of xterm), or `stty cols 120 rows 40`"
        return Check(Topic.TERMINAL, "size", Status.MISSING, "the line does not tell it, as serial lines do", cure)
    shown = f"{size[0]}x{size[1]}"
    if size[0] < LEAST[0] or size[1] < LEAST[1]:
        detail = f"{shown} is too small for the screen"
        return Check(Topic.TERMINAL, "size", Status.BROKEN, detail, f"make it {LEAST[0]}x{LEAST[1]} or larger")
    return Check(Topic.TERMINAL, "size", Status.OK, shown)


def _encoding(encoding: str) -> Check:
    with contextlib.suppress(LookupError):
        if codecs.lookup(encoding).name == "utf-8":
            return Check(Topic.TERMINAL, "encoding", Status.OK, "UTF-8")
    detail = f"{sanitise(encoding)}: frames and marks need UTF-8"
    return Check(Topic.TERMINAL, "encoding", Status.MISSING, detail, "`export LANG=C.UTF-8`")
