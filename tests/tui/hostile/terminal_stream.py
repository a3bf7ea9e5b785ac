"""What a program may send to a terminal: text that is what it looks like, and what the screen is made of."""

from __future__ import annotations

import re

_SEQUENCE = re.compile(
    r"""
    \x1b\[ (?P<csi> [?<=>]? [0-9;:]* [ $]? ) (?P<final> [A-Za-z@`] )
  | \x1b\] (?: 52;c;[A-Za-z0-9+/=]* | 22;[a-z-]+ ) (?:\x07|\x1b\\)
  | \x1b [78=>DM]
  | \x1b\( [0B]
    """,
    re.VERBOSE,
)
_FINALS = frozenset("ABCDGHJKLMSTXdhlmnpqru")
"""Cursor, erase, insert and delete, scroll, modes, colours, questions, the cursor's shape, keyboard modes."""
_NUMBER_MOST = 2048
"""The number of the newest private mode; colours and places are below it."""
_LINE_ENDS = frozenset("\r\n")


def faults(data: bytes) -> list[str]:
    """What in a stream is neither plain text nor one of the screen's own sequences."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return [f"no UTF-8: {data[max(0, error.start - 20) : error.start + 20]!r}"]
    found = []
    for match in _SEQUENCE.finditer(text):
        numbers = [int(number) for number in re.findall(r"\d+", match["csi"] or "")]
        if match["final"] and (match["final"] not in _FINALS or max(numbers, default=0) > _NUMBER_MOST):
            found.append(f"sequence {match[0]!r}")
    rest = _SEQUENCE.sub("", text)
    strange = {character for character in rest if not character.isprintable() and character not in _LINE_ENDS}
    return found + [f"character {character!r}" for character in sorted(strange)]
