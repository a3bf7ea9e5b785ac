"""Bars to scale."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.firmware.memory_map import FILLED, LEFT, NAMED, RIGHT, ZEROED, MappedRegion, Stretch, bar, regions


def stretch(start: int, size: int, filled: int | None = None, *, loaded: bool = True) -> Stretch:
    return Stretch("x", start, size, size if filled is None else filled, loaded=loaded)


STRETCHES = st.lists(
    st.builds(
        lambda start, size, share, loaded: stretch(start, size, size * share // 8, loaded=loaded),
        st.integers(0, 1 << 24),
        st.integers(1, 1 << 22),
        st.integers(0, 8),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(STRETCHES, st.integers(4, 60))
def test_every_bar_has_the_same_width_and_shows_something(stretches: list[Stretch], width: int) -> None:
    for region in regions(stretches):
        for row in region.rows:
            drawn = bar(row, region, width)
            assert (drawn[0], drawn[-1], len(drawn)) == (LEFT, RIGHT, width + 2)
            assert drawn[1:-1].strip(" ")


@given(STRETCHES, st.integers(4, 60))
def test_a_bar_lies_where_its_addresses_are(stretches: list[Stretch], width: int) -> None:
    for region in regions(stretches):
        cell = region.size / width
        for row in region.rows:
            inside = bar(row, region, width)[1:-1]
            first = len(inside) - len(inside.lstrip(" "))
            last = len(inside.rstrip(" "))
            assert abs(first * cell - (row.start - region.start)) <= cell
            assert abs(last * cell - (row.end - region.start)) <= cell + 1


@given(STRETCHES)
def test_regions_hold_every_stretch_once_and_lie_apart(stretches: list[Stretch]) -> None:
    found = regions(stretches)
    rows = [row for region in found for row in region.rows]
    assert sorted(rows, key=repr) == sorted(stretches, key=repr)
    assert all(region.start <= row.start and row.end <= region.end for region in found for row in region.rows)
    assert all(before.end < after.start for before, after in pairwise(found))


def test_half_a_region_is_half_a_bar() -> None:
    region = MappedRegion(0x1000, 0x2000, ())
    assert bar(stretch(0x1000, 0x800), region, 8)[1:-1] == FILLED * 4 + " " * 4
    assert bar(stretch(0x1800, 0x800, 0), region, 8)[1:-1] == " " * 4 + ZEROED * 4
    assert bar(stretch(0x1000, 0x1000, 0x400), region, 8)[1:-1] == FILLED * 2 + ZEROED * 6
    assert bar(stretch(0x1000, 0x1000, 1), region, 8)[1:-1] == FILLED + ZEROED * 7
    assert bar(stretch(0x1000, 0x1000, 0xFFF), region, 8)[1:-1] == FILLED * 7 + ZEROED
    assert bar(stretch(0x1FFF, 1, loaded=False), region, 8)[1:-1] == " " * 7 + NAMED


def test_memories_far_apart_are_drawn_apart() -> None:
    near = [stretch(0, 0x1000), stretch(0x8000, 0x1000)]
    far = stretch(0x10000000, 0x1000)
    assert [len(region.rows) for region in regions([far, *near])] == [2, 1]
