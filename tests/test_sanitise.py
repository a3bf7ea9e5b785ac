"""Nothing that comes out can do anything to a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.sanitise import sanitise, sanitise_bytes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, ünïcödé 温度", "plain text, ünïcödé 温度"),
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("a\nb\r\n", "a\\x0ab\\x0d\\x0a"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb\u2066c\u200b", "a\\u202eb\\u2066c\\u200b"),
        ("\U000e0041", "\\U000e0041"),
        ("[bold red]x[/]", "[bold red]x[/]"),
    ],
)
def test_what_a_terminal_would_act_on_becomes_a_visible_escape(text: str, shown: str) -> None:
    assert sanitise(text) == shown


def test_bytes_that_are_no_text_show_their_value() -> None:
    assert sanitise_bytes(b"tr\xff\xc0\x80ace \xe2\x82\xac") == "tr\\xff\\xc0\\x80ace €"


def test_long_text_is_cut_and_says_so() -> None:
    assert sanitise("x" * 100, limit=10) == "x" * 9 + "…"


@given(st.binary())
def test_whatever_bytes_come_the_result_is_printable(data: bytes) -> None:
    assert sanitise_bytes(data).isprintable()


@given(st.text())
def test_printable_text_is_left_alone_and_safe_text_stays_as_it_is(text: str) -> None:
    safe = sanitise(text)
    assert sanitise(safe) == safe
