"""The next and the previous line found."""

from __future__ import annotations

import pytest

from rproc_tui.model.trace_line import TraceLine
from rproc_tui.trace import search
from rproc_tui.trace.filter import LineFilter

LINES = [TraceLine("x" if number in (1, 4) else "-", 0.0) for number in range(6)]


def found(lines: list[TraceLine | None], typed: str, position: int, step: int) -> int | None:
    """The place that a search ends at."""
    looks = search.find(lines.__getitem__, len(lines), position, step, LineFilter.parse(typed).finds)
    return next((place for place in looks if place is not None), None)


@pytest.mark.parametrize(
    ("position", "following", "previous"),
    [(0, 1, 4), (1, 4, 4), (2, 4, 1), (4, 1, 1), (5, 1, 4), (-7, 1, 4), (-1, 1, 4), (6, 1, 4), (99, 1, 4)],
)
def test_the_search_goes_on_round_the_end(position: int, following: int, previous: int) -> None:
    assert found([*LINES], "x", position, 1) == following
    assert found([*LINES], "x", position, -1) == previous


@pytest.mark.parametrize("step", [1, -1])
def test_the_line_one_stands_on_is_found_last(step: int) -> None:
    assert found([*LINES, TraceLine("unique", 0.0)], "unique", 6, step) == 6


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("typed", ["absent", ""])
def test_nothing_is_found_where_nothing_is_there_or_asked_for(typed: str, step: int) -> None:
    assert found([*LINES], typed, 5, step) is None
    assert found([], "x", 5, step) is None


def test_lines_that_went_meanwhile_are_passed_over() -> None:
    assert found([None, None, *LINES], "x", 0, 1) == 3


def test_a_long_search_stops_after_each_slice() -> None:
    count = 2 * search.SLICE + 1
    last = TraceLine("x", 0.0)
    looks = list(search.find(lambda place: last if place == count - 1 else LINES[0], count, -1, 1, lambda x: x is last))
    assert looks == [None, None, count - 1]
