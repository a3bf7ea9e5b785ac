from __future__ import annotations

import pytest

from rproc_tui.controller.trace_follower import rest_after


@pytest.mark.parametrize(
    ("spent", "rest"),
    [(0.0, 0.0), (0.012, 0.0), (0.02, 0.03), (0.1, 0.35), (5.0, 0.5)],
    ids=["nothing to do", "little to do", "a flood", "a flood on a slow machine", "at most"],
)
def test_a_look_that_took_long_is_followed_by_a_rest(spent: float, rest: float) -> None:
    assert rest_after(spent, every=0.05) == pytest.approx(rest)
