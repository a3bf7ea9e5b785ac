"""Cutting firmware's text into lines."""

from __future__ import annotations

import pytest

from rproc_tui.trace.clean import MAX_LINE
from rproc_tui.trace.lines import cut_lines, partial_line


def _cut(*chunks: bytes) -> tuple[list[str], bytes]:
    lines: list[str] = []
    rest = b""
    for chunk in chunks:
        new, rest = cut_lines(rest, chunk, 0.0)
        lines += [line.text for line in new]
    return lines, rest


@pytest.mark.parametrize(
    ("chunks", "lines", "rest"),
    [
        ([b"a\nb\n"], ["a", "b"], b""),
        ([b"a\r\nb\r\n"], ["a", "b"], b""),
        ([b"a\n\rb\n\r"], ["a", "b"], b""),
        ([b"a\r\r\nb"], ["a"], b"b"),
        ([b"a\rb\rc"], ["a", "b"], b"c"),
        ([b"a\n\n\nb\n"], ["a", "", "", "b"], b""),
        ([b"a\r\n\r\nb\r\n"], ["a", "", "b"], b""),
        ([b"a\r", b"\nb\n"], ["a", "b"], b""),
        ([b"a\r", b"b\n"], ["a", "b"], b""),
        ([b"a\n\r", b"b\n"], ["a", "b"], b""),
        ([b"a\n", b"\rb\n"], ["a", "b"], b""),
        ([b"a\r\n\r", b"\nb\n"], ["a", "", "b"], b""),
        ([b"\r\r\r"], [], b""),
        ([b"a\r\r\r"], [], b"a\r"),
        ([b"\n"], [""], b""),
        ([b""], [], b""),
    ],
)
def test_every_usual_line_end_ends_one_line(chunks: list[bytes], lines: list[str], rest: bytes) -> None:
    assert _cut(*chunks) == (lines, rest)


def test_a_line_without_end_is_cut_with_a_mark_and_nothing_is_lost() -> None:
    text = b"0123456789" * 1000
    lines, rest = _cut(text)
    assert len(rest) <= MAX_LINE
    assert all(line.endswith("…") and len(line.encode()) <= MAX_LINE for line in lines)
    assert "".join(line.removesuffix("…") for line in lines).encode() + rest == text


def test_a_line_without_end_stays_bounded_when_it_comes_in_pieces() -> None:
    rest = b""
    count = 0
    for _ in range(50):
        lines, rest = cut_lines(rest, b"x" * 1000, 0.0)
        count += len(lines)
        assert len(rest) <= MAX_LINE
    assert count == 50_000 // (MAX_LINE - 3)


def test_an_overlong_line_is_not_cut_inside_a_character() -> None:
    text = "ü".encode() * 5000
    lines, rest = _cut(b"x" + text + b"\nnext\n")
    assert rest == b""
    assert lines[-1] == "next"
    assert "".join(line.removesuffix("…") for line in lines[:-1]) == "x" + "ü" * 5000


def test_an_overlong_line_of_continuation_bytes_is_cut_all_the_same() -> None:
    lines, rest = _cut(b"\x80" * 10_000)
    assert len(lines) >= 2
    assert len(rest) <= MAX_LINE


def test_a_lonely_carriage_return_is_no_line_to_show() -> None:
    assert partial_line(b"\r", 0.0) is None
    shown = partial_line(b"text\r", 0.0)
    assert shown is not None
    assert (shown.text, shown.partial) == ("text", True)
