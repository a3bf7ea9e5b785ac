"""The terminal that this program runs in, by what the system says of it: its device, size, speed, and names.

What can be drawn on it is for others to judge.
"""

from __future__ import annotations

import contextlib
import locale
import os
import re
import termios
from collections.abc import Mapping
from dataclasses import dataclass

_SERIAL = re.compile(r"/dev/(?:tty(?:[A-Z][A-Za-z]*|mxc)|hvc)[0-9]+")
"""Lines of serial ports and of hypervisors' consoles; `/dev/tty1` is a screen of this machine."""
_REMOTE_SHELLS = frozenset({"sshd", "sshd-session", "dropbear", "mosh-server"})
_GENERATIONS = 32
"""How many parents are looked at: more would be a loop."""


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
    locale: str = ""
    """`de_DE.UTF-8`, `C`; empty where nobody set one."""
    ssh: bool = False
    """A shell from another machine is among our parents."""

    @property
    def serial(self) -> bool:
        """Whether it hangs on a serial line."""
        return self.device is not None and _SERIAL.fullmatch(self.device) is not None


def read_terminal(environment: Mapping[str, str]) -> Terminal:
    """The first of standard output, input and error that is a terminal."""
    descriptor = next((number for number in (1, 0, 2) if os.isatty(number)), None)
    device: str | None = None
    size: tuple[int, int] | None = None
    baud: int | None = None
    if descriptor is not None:
        with contextlib.suppress(OSError):
            device = _console(os.ttyname(descriptor))
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
        locale=_locale(environment),
        ssh="SSH_CONNECTION" in environment or (descriptor is not None and _is_remote()),
    )


def _locale(environment: Mapping[str, str]) -> str:
    """What decides about characters; in the locale C Python puts C.UTF-8 into LC_CTYPE, which nobody asked for."""
    language, kind = environment.get("LANG", ""), environment.get("LC_CTYPE", "")
    if kind in ("C.UTF-8", "C.utf8", "UTF-8"):
        kind = ""
    return environment.get("LC_ALL") or kind or language


def _console(device: str) -> str:
    """The line behind `/dev/console`: the last one that the kernel was told of."""
    if device == "/dev/console":
        with contextlib.suppress(OSError), open("/sys/class/tty/console/active", encoding="ascii") as file:
            return f"/dev/{file.read().split()[-1]}"
    return device


def _is_remote() -> bool:
    """Whether a remote shell started us; `sudo` hides that from the environment."""
    process = os.getppid()
    for _ in range(_GENERATIONS):
        try:
            with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
                name, _, rest = file.read().partition("(")[2].rpartition(")")
        except OSError:
            return False
        if name in _REMOTE_SHELLS:
            return True
        process = int(rest.split()[1])
        if process <= 1:
            return False
    return False


def _baud(descriptor: int) -> int | None:
    try:
        speed = termios.tcgetattr(descriptor)[5]
    except termios.error:
        return None
    names = [name for name in dir(termios) if re.fullmatch(r"B[0-9]+", name) and getattr(termios, name) == speed]
    return int(names[0][1:]) if names else None
