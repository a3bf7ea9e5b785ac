from __future__ import annotations

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.model.trace_line import TraceLine
from rproc_tui.tui.line_times import TimeStyle, time_text
from rproc_tui.tui.wall_time import WallTime


@pytest.mark.usefixtures("utc")
@pytest.mark.parametrize(
    ("style", "text"),
    [
        (TimeStyle.CLOCK, "22:13:22.500"),
        (TimeStyle.RELATIVE, "      +1.500"),
        (TimeStyle.FIRMWARE, "       0.250"),
        (TimeStyle.NONE, ""),
    ],
)
def test_the_same_line_has_a_time_in_each_way(style: TimeStyle, text: str) -> None:
    line = TraceLine("[0.250000] up", 1002.5, firmware_time=0.25)
    assert time_text(style, line, line.arrived, WallTime(ManualClock(1000.0)), zero=1001.0) == text


def test_a_line_without_a_time_of_its_own_leaves_the_column_blank() -> None:
    wall = WallTime(ManualClock(1000.0))
    lines = [TraceLine("up", 1002.5, firmware_time=own) for own in (None, 1.0)]
    shown = [time_text(TimeStyle.FIRMWARE, line, line.arrived, wall, 0.0) for line in lines]
    assert not shown[0].strip()
    assert len(shown[0]) == len(shown[1])


def test_the_ways_follow_each_other_round_the_end() -> None:
    style, seen = TimeStyle.CLOCK, []
    for _ in TimeStyle:
        style = style.next
        seen.append(style)
    assert seen[-1] is TimeStyle.CLOCK
    assert len(set(seen)) == len(TimeStyle)
