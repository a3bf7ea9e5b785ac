"""Lines of a kernel log kept as text, in the forms that dmesg, journalctl and serial consoles print.

The records of `/dev/kmsg` itself are the hosts' business; they arrive as `KernelLine`.
"""

from __future__ import annotations

import re

from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.sanitise import sanitise_bytes

TEXT_MOST = 1024
"""Characters that are kept of one line."""

INFO = 6
"""The level of a line that does not tell."""

_SYSLOG = re.compile(r"(?:[^\[<]{0,80}\s)?kernel: ")
"""`host kernel: ` of journalctl and syslog, with or without a date before it."""

_LEVEL = re.compile(r"<([0-9]{1,3})>")
_TIME = re.compile(r"\[\s*(\+?)([0-9]{1,10}\.[0-9]{1,9})\]\s?")
"""`[  538.362568] `, or `[  +0.000018] ` since the line before."""

_CALLER = re.compile(r"\[\s*[TC][0-9]+\]\s?")
"""`[   T71] ` or `[    C0] ` of CONFIG_PRINTK_CALLER."""

_DATE = re.compile(r"\[[A-Z][^\]]{8,40}[0-9]{4}\]\s?")
"""`[Thu Nov 20 09:02:11 2026] ` of `dmesg -T`: a wall clock, which is not kept."""


def parse_line(raw: bytes, *, sequence: int = 0, before: float = 0.0) -> KernelLine:
    """One line. `before` is the time of the one before it: some forms tell the difference, some nothing."""
    text = sanitise_bytes(raw.rstrip(b"\r\n"), limit=TEXT_MOST)
    if match := _SYSLOG.match(text):
        text = text[match.end() :]
    level = INFO
    if match := _LEVEL.match(text):
        level, text = int(match[1]) & 7, text[match.end() :]
    seconds = before
    if match := _TIME.match(text) or _DATE.match(text):
        if match.re is _TIME:
            seconds = float(match[2]) + (before if match[1] else 0.0)
        text = text[match.end() :]
    if match := _CALLER.match(text):
        text = text[match.end() :]
    return KernelLine(sequence=sequence, seconds=seconds, level=level, text=text)


def parse_lines(content: bytes) -> tuple[KernelLine, ...]:
    """A whole log, numbered from 0; empty lines are left out."""
    lines: list[KernelLine] = []
    for raw in content.split(b"\n"):
        if raw.strip():
            before = lines[-1].seconds if lines else 0.0
            lines.append(parse_line(raw, sequence=len(lines), before=before))
    return tuple(lines)
