from __future__ import annotations

from rproc_tui.clock import ManualClock
from rproc_tui.rpmsg.rate_limit import RateLimit


def test_ten_lines_in_five_seconds_and_no_more() -> None:
    clock = ManualClock(start=100.0)
    limit = RateLimit(clock.monotonic)
    assert sum(limit.allows() for _ in range(100)) == 10
    clock.advance(5.0)
    assert not limit.allows()
    clock.advance(0.1)
    assert sum(limit.allows() for _ in range(100)) == 10
