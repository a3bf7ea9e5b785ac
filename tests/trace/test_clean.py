"""Firmware's bytes as text that is safe to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.trace.clean import clean_lines


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"plain", ["plain"]),
        (b"two\nlines", ["two", "lines"]),
        ("20 °C, größer".encode(), ["20 °C, größer"]),
        (b"\x1b[0m[00:00:01] \x1b[1;31m<err> bad\x1b[0m", ["[00:00:01] <err> bad"]),
        (b"\x1b[mshort", ["short"]),
        (b"\x1b[2Jgone", ["\\x1b[2Jgone"]),
        (b"\x1b]0;title\x07", ["\\x1b]0;title\\x07"]),
        (b"half \x1b[3", ["half \\x1b[3"]),
        (b"\x1b\x1b[0m[31mnested", ["\\x1b[31mnested"]),
        (b"8-bit \x9b31m", ["8-bit \\x9b31m"]),
        ("C1 \x9b31m".encode(), ["C1 \\x9b31m"]),
        (b"\xff\xfe", ["\\xff\\xfe"]),
        (b"a\tb", ["a       b"]),
        (b"12345678\tb\n\tc", ["12345678        b", "        c"]),
        (b"bell\x07back\x08", ["bell\\x07back\\x08"]),
        ("\u202eright to left".encode(), ["\\u202eright to left"]),
    ],
)
def test_colour_is_dropped_tabs_are_filled_and_the_rest_is_made_visible(data: bytes, lines: list[str]) -> None:
    assert clean_lines(data) == lines


@given(st.binary(max_size=200))
def test_every_line_is_printable_and_there_are_as_many_as_line_feeds_say(data: bytes) -> None:
    lines = clean_lines(data)
    assert len(lines) == data.count(b"\n") + 1
    assert all(line.isprintable() for line in lines)
