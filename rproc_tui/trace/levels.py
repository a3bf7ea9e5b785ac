"""How bad a line says it is: the marks that firmware logs print for error, warning, info and debug.

Zephyr (`<err>`, and `E: ` in its minimal format), ST's log macros (`[ERR  ]`), ESP-IDF (`E (123) tag:`) and plain
words.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Level(StrEnum):
    """How bad a line says it is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    DEBUG = "debug"


_REACH = 96
"""A level stands near the start of a line, behind time and core; words further on are text."""

_MARK = re.compile(
    r"""
    <(?P<zephyr>err|wrn|inf|dbg)>
  | \[\s?(?P<bracket>ERR|ERROR|FATAL|CRIT|CRITICAL|PANIC|WRN|WARN|WARNING|INF|INFO|DBG|DEBUG|TRACE|VERBOSE)\s{0,4}\]
  | (?:^|[\]>:]\s{0,4}|\ds\s:\s)(?P<letter>(?-i:[EWIDV]))(?::\s|\s\(\d+\)\s)
  | \b(?P<capitals>(?-i:ERROR|FATAL|PANIC|ASSERT|ASSERTION|FAULT|WARNING|WARN|INFO|DEBUG))\b
  | (?:^|[\]>:]\s{0,4})(?P<word>error|fatal|panic|assertion\ failed|warning|info|debug)\b:?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_BY_START = {
    "e": Level.ERROR,
    "f": Level.ERROR,
    "c": Level.ERROR,
    "p": Level.ERROR,
    "a": Level.ERROR,
    "w": Level.WARNING,
    "i": Level.INFO,
    "d": Level.DEBUG,
    "t": Level.DEBUG,
    "v": Level.DEBUG,
}


def level_of(text: str) -> Level | None:
    """The level that the first mark near the start of a line names; None where there is none."""
    found = _MARK.search(text, 0, _REACH)
    return None if found is None or found.lastgroup is None else _BY_START[found.group(found.lastgroup)[0].lower()]
