"""What is at hand is filled in once; what is not known leaves no gap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.diagnosis.sentence import Sentence

KNOWN = {"a": "A", "number": "5", "size": "0x800", "odd": "odd", "hostile": "{a} [x|y] {"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("{a} and {a}", "A and A"),
        ("{size:bytes}", "2 KiB"),
        ("{odd:bytes}", "odd"),
        ("{number:errno}", "EIO"),
        ("{size:errno}", "0x800"),
        ("{missing}", None),
        ("x[ of {a}]", "x of A"),
        ("x[ of {missing}]", "x"),
        ("x[ of {missing}| of {a}|]", "x of A"),
        ("[{missing}|nobody] went", "nobody went"),
        ("[{a} {missing}|{a}]", "A"),
        ("{hostile}", "{a} [x|y] {"),
        ("[it is {hostile}]!", "it is {a} [x|y] {!"),
    ],
)
def test_a_sentence_is_filled_in(text: str, expected: str | None) -> None:
    assert Sentence(text).fill(KNOWN.get) == expected


def test_what_stands_in_brackets_is_not_needed() -> None:
    assert Sentence("{a}[ {b}|{c}]").needed == {"a"}
    assert Sentence("{a}[ {b}|{c}]").fields == {"a", "b", "c"}


@given(st.text(alphabet="ab{}[]|:", max_size=30), st.text(max_size=10))
def test_no_text_and_no_value_raises(text: str, value: str) -> None:
    Sentence(text).fill(lambda _name: value)
