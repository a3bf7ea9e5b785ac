"""The terminal that the screen would be drawn on: what it is called, how large it is, what it can show."""

from __future__ import annotations

import codecs
import contextlib

from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.sanitise import sanitise
from rproc_tui.terminal import Terminal

LEAST = (60, 16)
"""Columns and rows below which the screen only says that it is too small."""


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
