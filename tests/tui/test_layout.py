from __future__ import annotations

import pytest

from rproc_tui.tui.layout import Layout, layout_for


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
