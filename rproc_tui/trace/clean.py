"""Makes firmware's bytes into lines of text that are safe to show.

Unknown encoding: UTF-8 where it is valid, visible escapes elsewhere. Colour sequences (`ESC [ … m`), which Zephyr and
ESP-IDF put around every line, are dropped whole; every other control character becomes a visible escape; tabs are
filled up with spaces to the next multiple of eight.
"""

from __future__ import annotations

import re

from rproc_tui.sanitise import sanitise

MAX_LINE = 4096
"""Bytes of firmware text in one line; a longer one is cut into several, and each cut shows an ellipsis."""

_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"
_COLOUR = re.compile(r"\x1b\[[0-9;:]{0,32}m")
_MAX_TEXT = 2 * MAX_LINE
"""Characters of a line before escaping: only a line made of tabs is longer."""


def clean_lines(data: bytes) -> list[str]:
    """Safe text for each line of `data`, which are separated by line feeds."""
    if not data.translate(None, _PLAIN):
        return data.decode("ascii").split("\n")
    text = data.decode("utf-8", "surrogateescape")
    if "\x1b[" in text:
        text = _COLOUR.sub("", text)
    if "\t" in text:
        text = text.expandtabs(8)
    return [sanitise(line, limit=_MAX_TEXT) for line in text.split("\n")]
