from __future__ import annotations

import pytest

from rproc_tui.tui.layout import Layout, layout_for, notice_rows


@pytest.mark.parametrize(
    ("size", "layout"),
    [
        ((120, 40), Layout.WIDE),
        ((100, 30), Layout.WIDE),
        ((99, 40), Layout.COMPACT),
        ((200, 29), Layout.COMPACT),
        ((80, 24), Layout.COMPACT),
        ((60, 16), Layout.COMPACT),
        ((59, 40), Layout.TINY),
        ((120, 15), Layout.TINY),
    ],
)
def test_the_layout_follows_from_the_size(size: tuple[int, int], layout: Layout) -> None:
    assert layout_for(*size) is layout


@pytest.mark.parametrize(
    ("layout", "rows", "most"),
    [
        (Layout.WIDE, 30, 6),
        (Layout.WIDE, 40, 14),
        (Layout.WIDE, 100, 14),
        (Layout.COMPACT, 16, 5),
        (Layout.COMPACT, 24, 8),
        (Layout.COMPACT, 60, 8),
    ],
)
def test_the_notice_leaves_room_for_panels_and_trace(layout: Layout, rows: int, most: int) -> None:
    assert notice_rows(layout, rows) == most
