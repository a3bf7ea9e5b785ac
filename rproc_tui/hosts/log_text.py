"""Lines of a kernel log kept as text, in the forms that dmesg, journalctl, syslog daemons and serial consoles print.

The records of `/dev/kmsg` itself are the business of `kmsg`.
"""

from __future__ import annotations

import datetime as dt
import re

from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.sanitise import sanitise_bytes

TEXT_MOST = 1024
"""Characters that are kept of one line."""

INFO = 6
"""The level of a line that does not tell."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_SYSLOG = re.compile(
    r"(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} |[0-9]{4}-[0-9]{2}-[0-9]{2}T\S{1,40} )?(?:[\w.-]{1,64} ){0,2}kernel: "
)
"""`host kernel: ` of journalctl and syslog; a date may come before it, busybox puts `kern.info` between."""

_LEVEL = re.compile(r"<([0-9]{1,3})>")
_TIME = re.compile(r"\[\s*(\+?)([0-9]{1,10}\.[0-9]{1,9})\]\s?")
"""`[  538.362568] `, or `[  +0.000018] ` since the line before."""

_CALLER = re.compile(r"\[\s*[TC][0-9]+\]\s?")
"""`[   T71] ` or `[    C0] ` of CONFIG_PRINTK_CALLER."""

_DATE = re.compile(r"\[[A-Z][^\]]{8,40}[0-9]{4}\]\s?")
"""`[Thu Nov 20 09:02:11 2026] ` of `dmesg -T`: a wall clock."""

_ISO_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8})([.,][0-9]{1,6})?")
_OLD_DATE = re.compile(r"([A-Z][a-z]{2}) ([ 0-9][0-9]) ([0-9]{2}):([0-9]{2}):([0-9]{2})(?: ([0-9]{4}))?")


class LogText:
    """Reads the lines of one log in turn: a line without the kernel's own time is placed by the one before it."""

    def __init__(self) -> None:
        self._sequence = 0
        self._seconds = 0.0
        self._wall: float | None = None

    def take(self, raw: bytes, *, only_kernel: bool = False) -> KernelLine | None:
        """One line; None for an empty one and, on demand, for one that is not marked as the kernel's own."""
        text = sanitise_bytes(raw.rstrip(b"\r\n"), limit=TEXT_MOST)
        body, date = _without_syslog(text)
        if not body.strip() or (only_kernel and body is text and text[0] not in "[<"):
            return None
        level = INFO
        if match := _LEVEL.match(body):
            level, body = int(match[1]) & 7, body[match.end() :]
        if match := _TIME.match(body):
            self._seconds = float(match[2]) + (self._seconds if match[1] else 0.0)
            body = body[match.end() :]
        elif match := _DATE.match(body):
            self._pass(_wall(match.group()))
            body = body[match.end() :]
        else:
            self._pass(_wall(date))
        if match := _CALLER.match(body):
            body = body[match.end() :]
        line = KernelLine(self._sequence, self._seconds, level, body)
        self._sequence += 1
        return line

    def _pass(self, wall: float | None) -> None:
        """Let as much time go by as the wall clock says; without one, none."""
        if wall is not None and self._wall is not None:
            self._seconds += max(0.0, wall - self._wall)
        self._wall = wall if wall is not None else self._wall


def _without_syslog(text: str) -> tuple[str, str]:
    """The text behind a syslog daemon's mark, and the mark."""
    match = _SYSLOG.match(text)
    return (text, "") if match is None else (text[match.end() :], match.group())


def _wall(text: str) -> float | None:
    """Seconds of a wall clock, good for differences alone: the old form of a date has no year."""
    if match := _ISO_DATE.match(text):
        whole, part = match.groups(default="")
        try:
            moment = dt.datetime.fromisoformat(whole)
        except ValueError:
            return None
        return moment.replace(tzinfo=dt.UTC).timestamp() + float(f"0.{part[1:] or 0}")
    match = _OLD_DATE.search(text)
    if match is None or match[1] not in _MONTHS:
        return None
    month, year = _MONTHS.index(match[1]) + 1, int(match[6] or 2000)
    try:
        day = dt.date(year, month, int(match[2])).toordinal()
    except ValueError:
        return None
    return day * 86400.0 + int(match[3]) * 3600 + int(match[4]) * 60 + int(match[5])


def parse_line(raw: bytes) -> KernelLine:
    """One line by itself."""
    return LogText().take(raw) or KernelLine(0, 0.0, INFO, "")


def parse_lines(content: bytes) -> tuple[KernelLine, ...]:
    """A whole log, numbered from 0; empty lines are left out."""
    log = LogText()
    lines = (log.take(raw) for raw in content.split(b"\n"))
    return tuple(line for line in lines if line is not None)
