"""The lines that are kept."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import LINE_OVERHEAD, TraceRing


def _line(text: str, *, partial: bool = False) -> TraceLine:
    return TraceLine(text, 0.0, partial=partial)


def test_a_new_ring_is_empty() -> None:
    ring = TraceRing()
    assert (ring.start, ring.stop, ring.size, ring.dropped, ring.generation) == (0, 0, 0, 0, 0)
    assert ring.lines(0, 10) == []


def test_the_line_that_repeats_a_partial_one_takes_its_number() -> None:
    ring = TraceRing()
    ring.append([_line("one"), _line("tw", partial=True)])
    ring.append([_line("two"), _line("three")])
    assert [line.text for line in ring.lines(0, 10)] == ["one", "two", "three"]
    assert ring.line(1).text == "two"


def test_every_append_that_brings_something_raises_the_generation() -> None:
    ring = TraceRing()
    ring.append([])
    assert ring.generation == 0
    ring.append([_line("a", partial=True)])
    ring.append([_line("ab")])
    assert ring.generation == 2


def test_the_oldest_lines_go_first_and_the_others_keep_their_numbers() -> None:
    ring = TraceRing(capacity_bytes=10 * (LINE_OVERHEAD + 4))
    for number in range(25):
        ring.append([_line(f"{number:04}")])
    assert (ring.start, ring.stop, ring.dropped) == (15, 25, 15)
    assert [ring.line(number).text for number in range(15, 25)] == [f"{number:04}" for number in range(15, 25)]


@pytest.mark.parametrize("number", [-1, 14, 25])
def test_a_line_that_is_not_kept_is_an_error(number: int) -> None:
    ring = TraceRing(capacity_bytes=10 * (LINE_OVERHEAD + 4))
    ring.append([_line(f"{number:04}") for number in range(25)])
    with pytest.raises(IndexError, match="15 to 24"):
        ring.line(number)


def test_a_line_larger_than_the_ring_is_kept_alone() -> None:
    ring = TraceRing(capacity_bytes=100)
    ring.append([_line("a"), _line("x" * 1000)])
    assert [line.text for line in ring.lines(0, 9)] == ["x" * 1000]


def test_a_restart_begins_a_run_and_runs_go_with_their_lines() -> None:
    ring = TraceRing(capacity_bytes=8 * (LINE_OVERHEAD + 4))
    assert ring.runs == [range(0)]
    for number in range(10):
        ring.append([TraceLine(f"{number:04}", 0.0, LineKind.RESTART if number in (2, 4, 7) else LineKind.TEXT)])
        assert [each for run in ring.runs for each in run] == list(range(ring.start, ring.stop))
    assert ring.runs == [range(2, 4), range(4, 7), range(7, 10)]
    ring.append([_line(f"{number:04}") for number in range(10, 30)])
    assert ring.runs == [range(22, 30)]


def test_a_moment_is_measured_from_the_last_restart_or_mark_even_a_dropped_one() -> None:
    ring = TraceRing(capacity_bytes=4 * (LINE_OVERHEAD + 1))
    kinds = {2: LineKind.RESTART, 4: LineKind.MARK, 5: LineKind.LOST}
    ring.append([TraceLine("x", float(at), kinds.get(at, LineKind.TEXT)) for at in range(8)])
    assert [ring.landmark_before(moment) for moment in (4.0, 7.5)] == [4.0, 4.0]
    ring.append([TraceLine("x", float(at)) for at in range(8, 30)])
    assert ring.landmark_before(29.0) == 4.0
    assert TraceRing().landmark_before(1.0) is None


@given(
    batches=st.lists(st.lists(st.tuples(st.text("aé", max_size=30), st.booleans()), max_size=6), max_size=30),
    capacity=st.integers(0, 3000),
)
def test_numbers_hold_and_memory_is_bounded_whatever_is_appended(
    batches: list[list[tuple[str, bool]]], capacity: int
) -> None:
    ring = TraceRing(capacity)
    every: list[TraceLine] = []  # all lines that ever were
    for batch in batches:
        new = [_line(text, partial=partial and at == len(batch) - 1) for at, (text, partial) in enumerate(batch)]
        if new and every and every[-1].partial:
            every.pop()
        every += new
        ring.append(new)
        assert ring.stop == len(every)
        assert ring.lines(ring.start, ring.stop) == every[ring.start :]
        assert ring.lines(-5, ring.stop + 5) == every[ring.start :]
        assert ring.dropped == ring.start
        assert ring.size <= capacity or ring.stop - ring.start <= 1


def test_the_account_of_memory_is_what_python_takes() -> None:
    tracemalloc.start()
    try:
        ring = TraceRing()
        begun = tracemalloc.get_traced_memory()[0]
        for number in range(200):
            arrived = float(number)
            ring.append(
                [TraceLine(f"{number * 100 + at:070}", arrived, firmware_time=at / 7 + number) for at in range(100)]
            )
        taken = tracemalloc.get_traced_memory()[0] - begun
    finally:
        tracemalloc.stop()
    assert taken == pytest.approx(ring.size, rel=0.15)
