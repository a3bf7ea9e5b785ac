"""Which lines a person wants to see."""

from __future__ import annotations

import pytest

from rproc_tui.errors import UsageError
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.filter import MAX_PATTERN, LineFilter, is_unclosed


@pytest.mark.parametrize(
    ("typed", "text", "matches"),
    [
        ("", "anything", True),
        ("!", "anything", True),
        ("tick", "hub: tick 1", True),
        ("tick", "hub: TICK 1", True),
        ("Tick", "hub: tick 1", False),
        ("Tick", "hub: Tick 1", True),
        ("a.c", "abc", False),
        ("a.c", "a.c", True),
        ("!tick", "hub: tick 1", False),
        ("!tick", "hub: echo", True),
        ("/t.ck \\d+/", "hub: tick 1", True),
        ("/t.ck/", "hub: TICK", False),
        ("/t.ck/i", "hub: TICK", True),
        ("!/t.ck/", "hub: tick", False),
        ("/", "a/b", True),
        ("//", "a//b", True),
        ("/open", "see /open", True),
        ("/dev/ttyRPMSG0", "using /dev/ttyrpmsg0", False),
    ],
)
def test_plain_text_regular_expressions_and_their_opposite(typed: str, text: str, *, matches: bool) -> None:
    assert LineFilter.parse(typed).matches(TraceLine(text, 0.0)) is matches


@pytest.mark.parametrize("typed", ["/(/", "/[/i", "!/*/", "/(?P<n>a)(?P<n>b)/"])
def test_a_regular_expression_that_cannot_be_used_is_said_in_a_sentence(typed: str) -> None:
    with pytest.raises(UsageError, match=r"regular expression .* cannot be used"):
        LineFilter.parse(typed)


@pytest.mark.parametrize(
    ("typed", "unclosed"),
    [("/[bad", True), ("!/x", True), ("/x/", False), ("/x/i", False), ("/", False), ("a/b", False), ("", False)],
)
def test_an_expression_without_its_end_is_known_for_one(typed: str, unclosed: bool) -> None:
    assert is_unclosed(typed) is unclosed


def test_a_filter_of_endless_length_is_refused() -> None:
    with pytest.raises(UsageError, match="at most"):
        LineFilter.parse("x" * (MAX_PATTERN + 1))


@pytest.mark.parametrize("kind", [LineKind.LOST, LineKind.RESTART, LineKind.SEAM, LineKind.MARK])
@pytest.mark.parametrize("typed", ["nothing like it", "!lost"])
def test_lines_that_tell_of_loss_and_restarts_are_never_filtered_away(kind: LineKind, typed: str) -> None:
    assert LineFilter.parse(typed).matches(TraceLine("text lost", 0.0, kind))


def test_the_kernels_lines_are_filtered_as_text() -> None:
    assert not LineFilter.parse("tick").matches(TraceLine("is now up", 0.0, LineKind.KERNEL))


@pytest.mark.parametrize(
    ("typed", "spans"), [("ab", [(0, 2), (3, 5)]), ("/b|x*/", [(1, 2), (4, 5)]), ("!ab", []), ("", [])]
)
def test_what_was_found_can_be_highlighted(typed: str, spans: list[tuple[int, int]]) -> None:
    assert LineFilter.parse(typed).spans("ab ab") == spans
