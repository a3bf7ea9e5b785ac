from __future__ import annotations

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.tui.wall_time import WallTime


@pytest.mark.usefixtures("utc")
def test_monotonic_seconds_become_the_time_of_day() -> None:
    wall = WallTime(ManualClock(1000.0, wall=1_700_000_000.0))
    assert wall.brief(1000.0) == "22:13:20"
    assert wall.precise(1000.25) == "22:13:20.250"
    assert wall.precise(999.999) == "22:13:19.999"
    assert wall.brief(1061.0) == "22:14:21"


@pytest.mark.usefixtures("utc")
def test_a_step_of_the_wall_clock_does_not_move_old_lines() -> None:
    clock = ManualClock(1000.0, wall=1_700_000_000.0)
    wall = WallTime(clock)
    clock._wall_offset += 3600
    assert wall.brief(1000.0) == "22:13:20"
