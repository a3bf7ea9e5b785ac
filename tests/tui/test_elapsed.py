from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.model.machine_clock import MachineClock
from rproc_tui.tui.elapsed import age_changes_in, age_text, ahead_text, pending_changes_in, pending_text, took_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, ""),
        (59.9, ""),
        (60, "1 min"),
        (192, "3 min"),
        (599, "9 min"),
        (1199, "10 min"),
        (3599, "50 min"),
        (3600, "1 h"),
        (7000, "1 h"),
        (86399, "23 h"),
        (86400, "1 d"),
        (3 * 86400 + 5, "3 d"),
    ],
)
def test_an_age_is_told_in_steps_that_grow_with_it(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


@given(st.integers(0, 10**10).map(lambda milliseconds: milliseconds / 1000))
def test_an_age_reads_the_same_until_it_is_said_to_change(seconds: float) -> None:
    wait = age_changes_in(seconds)
    assert wait > 0
    assert age_text(seconds + wait * 0.99) == age_text(seconds)
    assert age_text(seconds + wait + 0.01) != age_text(seconds)


@given(st.integers(0, 10**8).map(lambda milliseconds: milliseconds / 1000))
def test_seconds_are_counted_while_an_action_is_pending(seconds: float) -> None:
    wait = pending_changes_in(seconds)
    assert 0 < wait <= 1
    assert pending_text(seconds + wait * 0.99) == pending_text(seconds)


def test_the_first_second_of_an_action_shows_no_figure() -> None:
    assert [pending_text(seconds) for seconds in (0, 0.99, 1, 61.5)] == ["", "", "1 s", "61 s"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0123, "12 ms"), (0.9994, "999 ms"), (1.25, "1.2 s"), (59.94, "59.9 s"), (61.4, "1 min 1 s")],
)
def test_what_something_took_is_told_to_two_or_three_figures(seconds: float, text: str) -> None:
    assert took_text(seconds) == text


@pytest.mark.parametrize(
    ("ahead", "text"),
    [
        (None, ""),
        (0.4, "as here, to 0.5 s"),
        (-0.4, "as here, to 0.5 s"),
        (3.21, "3.2 s ahead"),
        (-192.0, "3 min behind"),
        (-86400.0 * 365, "365 d behind"),
    ],
)
def test_another_machines_clock_is_told_beside_ours(ahead: float | None, text: str) -> None:
    assert ahead_text(MachineClock(0.0, ahead, 0.5)) == text
