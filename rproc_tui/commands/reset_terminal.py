"""`reset-terminal`: brings a terminal back that a killed program, or a lost connection, left in the screen's modes."""

from __future__ import annotations

import argparse
import contextlib
import os
import termios
import tty

from rproc_tui.errors import UsageError

_MOUSE = (1000, 1002, 1003, 1006, 1015, 1016)
_SEQUENCES = (
    "\x1b[?2026l",  # show what is held back
    "\x1b[m",
    "\x1b7\x1b[r\x1b8",  # no margins, without moving the cursor
    *(f"\x1b[?{mode}l" for mode in _MOUSE),
    "\x1b[?1004l",  # focus is not reported
    "\x1b[?2004l",  # pastes are not marked
    "\x1b[?2048l",  # sizes are not reported
    "\x1b[<u",  # the keyboard's usual codes; each screen buffer has its own
    "\x1b[?1049l",
    "\x1b[?7h",
    "\x1b[?25h",
)
_LOCAL_MODES = termios.ECHO | termios.ECHOE | termios.ECHOK | termios.ICANON | termios.IEXTEN | termios.ISIG
_INPUT_MODES = termios.ICRNL | termios.IXON
_INPUT_MODES_OFF = termios.INLCR | termios.IGNCR | termios.IXOFF


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """It takes nothing."""
    del parser


def run(options: argparse.Namespace) -> int:
    """Reset the terminal that we were called from, wherever our streams go; UsageError where there is none."""
    del options
    with contextlib.ExitStack() as closing:
        descriptor = _terminal(closing)
        attributes = termios.tcgetattr(descriptor)
        attributes[tty.IFLAG] = attributes[tty.IFLAG] & ~_INPUT_MODES_OFF | _INPUT_MODES
        attributes[tty.OFLAG] |= termios.OPOST
        attributes[tty.LFLAG] |= _LOCAL_MODES
        termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
        os.write(descriptor, "".join(_SEQUENCES).encode())
    return 0


def _terminal(closing: contextlib.ExitStack) -> int:
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        found = next((number for number in (1, 0, 2) if os.isatty(number)), None)
        if found is None:
            raise UsageError("there is no terminal to reset") from None
        return found
    closing.callback(os.close, descriptor)
    return descriptor
