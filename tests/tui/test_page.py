from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.tui.page import Page


def shown(page: Page, total: int) -> list[int | None]:
    return [page.at(y, total) for y in range(page.height)]


def test_lines_fill_the_page_from_the_top_and_then_overwrite_it() -> None:
    page = Page(total=0, height=4)
    pages = [shown(page, total) for total in range(6)]
    assert pages == [
        [None, None, None, None],
        [0, None, None, None],
        [0, 1, None, None],
        [0, 1, 2, None],
        [None, 1, 2, 3],
        [4, None, 2, 3],
    ]


def test_a_page_that_begins_late_holds_the_newest_lines_in_order() -> None:
    assert shown(Page(total=100, height=4), 100) == [97, 98, 99, None]


@given(st.integers(0, 50), st.integers(2, 9), st.lists(st.integers(0, 12), max_size=8))
def test_the_newest_lines_stand_on_the_page_and_only_what_is_told_is_painted(
    total: int, height: int, arrivals: list[int]
) -> None:
    page = Page(total, height)
    for new in arrivals:
        before = shown(page, total)
        painted = set(page.dirty(total, total + new))
        total += new
        now = shown(page, total)
        kept = sorted(place for place in now if place is not None)
        assert kept == list(range(total - len(kept), total))
        assert len(kept) == min(height - 1, total)
        assert {y for y in range(height) if before[y] != now[y]} <= painted
        assert len(painted) <= new + 1
