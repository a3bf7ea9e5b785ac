"""How often a processor crashes, and what that is called."""

from __future__ import annotations

import pytest

from rproc_tui.controller.crash_period import Period, period_of
from rproc_tui.model.crash import CrashRecord


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], Period()),
        ([5.0], Period()),
        ([5.0, 45.0], Period()),
        ([0.0, 40.0, 80.0], Period(3, 40.0, regular=True)),
        ([0.0, 40.02, 79.98, 120.01], Period(4, 40.02, regular=True)),
        ([0.0, 1.0, 9.0, 10.0], Period(4, 1.0, regular=False)),
        ([0.0, 1.0, 2.0, 5000.0, 5040.0, 5080.0], Period(3, 40.0, regular=True)),
        ([80.0, 40.0, 0.0], Period()),
        ([7.0] * 5, Period()),
        ([float(n) for n in range(1000)], Period(1000, 1.0, regular=True)),
    ],
    ids=["none", "one", "two", "a clock", "nearly a clock", "no clock", "a new loop", "back", "no times", "many"],
)
def test_a_loop_is_counted_and_measured(times: list[float], expected: Period) -> None:
    found = period_of(times)
    assert (found.count, found.regular) == (expected.count, expected.regular)
    assert found.seconds == pytest.approx(expected.seconds)


@pytest.mark.parametrize(
    ("crash_type", "period", "regular", "words"),
    [
        ("watchdog", 40.0, True, "a watchdog every 40.0 s, 12 times"),
        ("fatal error", 40.0, True, "every 40.0 s, 12 times: as regular as a watchdog"),
        ("fatal error", 0.31, True, "every 310 ms, 12 times"),
        ("watchdog", 40.0, False, "about every 40.0 s, 12 times"),
        ("watchdog", None, False, None),
    ],
)
def test_a_loop_has_words(crash_type: str, period: float | None, regular: bool, words: str | None) -> None:
    record = CrashRecord("x", "h", "/d", "m4", 0.0, type=crash_type, count=12, period=period, regular=regular)
    assert record.loop == words
