"""A changed file is taken only after it has rested."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.controller.settle import BELIEVED, Fingerprint, Settling, left, look, rested_before

OLD = Fingerprint(1, 2, 100, 5, 5)
NEW = Fingerprint(1, 2, 200, 6, 6)


def is_settled(settling: Settling, now: float, settle: float) -> bool:
    return left(settling, now, settle) <= 0


def test_a_file_that_stays_as_it_is_settles() -> None:
    first = look(None, OLD, busy=False, now=10.0)
    later = look(first, OLD, busy=False, now=10.5)
    assert not is_settled(first, 10.0, 0.5)
    assert is_settled(later, 10.5, 0.5)


def test_a_change_begins_the_rest_anew() -> None:
    first = look(None, OLD, busy=False, now=10.0)
    assert not is_settled(look(first, NEW, busy=False, now=10.5), 10.5, 0.5)


def test_a_file_that_somebody_still_writes_does_not_rest() -> None:
    first = look(None, OLD, busy=False, now=10.0)
    assert not is_settled(look(first, OLD, busy=True, now=20.0), 20.0, 0.5)


def test_a_file_that_is_gone_settles_as_gone() -> None:
    gone = look(look(None, OLD, busy=False, now=1.0), None, busy=False, now=2.0)
    assert is_settled(look(gone, None, busy=False, now=3.0), 3.0, 1.0)
    assert gone.fingerprint is None


def test_the_time_since_its_last_change_counts_though_nobody_looked() -> None:
    changed = Fingerprint(1, 2, 200, 6, 1_000_000_000_000)
    rested = rested_before(changed, busy=False, wall=1000.1, settle=0.5)
    assert left(look(None, changed, busy=False, now=10.0, rested=rested), 10.0, 0.5) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("wall", "busy", "believed"),
    [(999.0, False, 0.0), (2000.0, False, 0.5 * BELIEVED), (1000.1, True, 0.0)],
)
def test_a_clock_that_is_another_machines_is_hardly_believed(wall: float, busy: bool, believed: float) -> None:
    changed = Fingerprint(1, 2, 200, 6, 1_000_000_000_000)
    assert rested_before(changed, busy=busy, wall=wall, settle=0.5) == believed
    assert rested_before(None, busy=False, wall=wall, settle=0.5) == 0.0


@given(st.lists(st.tuples(st.sampled_from([OLD, NEW, None]), st.booleans(), st.floats(0.01, 1.0)), min_size=1))
def test_whatever_settles_was_the_same_and_untouched_for_the_whole_time(
    looks: list[tuple[Fingerprint | None, bool, float]],
) -> None:
    now, state = 0.0, None
    history: list[tuple[float, Fingerprint | None, bool]] = []
    for fingerprint, busy, step in looks:
        now += step
        state = look(state, fingerprint, busy=busy, now=now)
        history.append((now, fingerprint, busy))
        assert isinstance(state, Settling)
        if is_settled(state, now, 0.5):
            since = [entry for entry in history if entry[0] > now - 0.5]
            assert all(seen == state.fingerprint and not was_busy for _, seen, was_busy in since)
