"""The next and the previous line found."""

from __future__ import annotations

import pytest

from rproc_tui.model.trace_line import TraceLine
from rproc_tui.trace.filter import LineFilter
from rproc_tui.trace.ring import LINE_OVERHEAD, TraceRing
from rproc_tui.trace.search import find_next, find_previous


@pytest.fixture
def ring() -> TraceRing:
    """Lines 4 to 9, found at 5 and 8."""
    ring = TraceRing(6 * (LINE_OVERHEAD + 1))
    ring.append([TraceLine("x" if number in (2, 5, 8) else "-", 0.0) for number in range(10)])
    return ring


@pytest.mark.parametrize(
    ("position", "following", "previous"),
    [(4, 5, 8), (5, 8, 8), (6, 8, 5), (8, 5, 5), (9, 5, 8), (-7, 5, 8), (0, 5, 8), (10, 5, 8), (99, 5, 8)],
)
def test_the_search_goes_on_round_the_end(ring: TraceRing, position: int, following: int, previous: int) -> None:
    assert find_next(ring, LineFilter.parse("x"), position) == following
    assert find_previous(ring, LineFilter.parse("x"), position) == previous


def test_the_line_one_stands_on_is_found_last(ring: TraceRing) -> None:
    ring.append([TraceLine("unique", 0.0)])
    assert find_next(ring, LineFilter.parse("unique"), ring.stop - 1) == ring.stop - 1
    assert find_previous(ring, LineFilter.parse("unique"), ring.stop - 1) == ring.stop - 1


@pytest.mark.parametrize("typed", ["absent", ""])
def test_nothing_is_found_where_nothing_is_there_or_asked_for(ring: TraceRing, typed: str) -> None:
    assert find_next(ring, LineFilter.parse(typed), 5) is None
    assert find_previous(TraceRing(), LineFilter.parse("x"), 5) is None
