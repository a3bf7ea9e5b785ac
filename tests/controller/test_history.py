"""What the log tells of a processor's past, and what time it is on its machine."""

from __future__ import annotations

import pytest

from rproc_tui.controller.history import History
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.kernel_log import KernelLine


def fact(kind: Kind, seconds: float, number: int | None = None) -> KernelFact:
    return KernelFact(kind, KernelLine(0, seconds, 6, kind.value), id="remoteproc0", number=number)


def heard(*facts: KernelFact, now: float = 100.0) -> History:
    history = History()
    for one in facts:
        history.add(one, now)
    return history


def test_without_a_log_nothing_is_known() -> None:
    assert (History().crashes, History().uptime(5.0)) == (None, None)


def test_a_log_that_tells_of_no_crash_means_none() -> None:
    history = History()
    history.begin(100.0, 7.0)
    assert history.crashes == 0


def test_the_last_line_of_an_old_log_is_not_the_present() -> None:
    history = heard(fact(Kind.CRASH_HANDLED, 40.0, 1))
    history.begin(100.0, 18_000.0)
    assert history.uptime(110.0) == pytest.approx(18_010.0)


@pytest.mark.parametrize("uptime", [None, 39.0])
def test_without_a_better_clock_the_last_line_is_the_present(uptime: float | None) -> None:
    history = heard(fact(Kind.UP, 40.0))
    history.begin(100.0, uptime)
    assert history.uptime(110.0) == pytest.approx(50.0)


def test_a_new_line_sets_the_clock_again_since_its_time_stands_still_in_suspend() -> None:
    history = heard(fact(Kind.UP, 40.0))
    history.begin(100.0, 18_000.0)
    history.add(fact(Kind.STOPPED, 60.0), 120.0)
    assert history.uptime(121.0) == pytest.approx(61.0)


def test_a_crash_without_a_number_that_fits_is_counted_on() -> None:
    assert heard(fact(Kind.CRASH_HANDLED, 1.0, 498)).crashes == 498
    assert heard(fact(Kind.CRASH_HANDLED, 1.0, 3), fact(Kind.AVAILABLE, 2.0)).crashes == 0


def test_boots_are_counted_from_the_moment_that_the_driver_was_bound() -> None:
    up, attached, crash = fact(Kind.UP, 1.0), fact(Kind.ATTACHED, 2.0), fact(Kind.CRASH_HANDLED, 3.0, 1)
    assert History().boots is None
    assert heard(up, crash, attached, up).boots == 3
    assert heard(up, fact(Kind.AVAILABLE, 2.0), up).boots == 1
