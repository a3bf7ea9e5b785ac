"""The time before a line of a trace, in the way that a person chose."""

from __future__ import annotations

from enum import StrEnum

from rproc_tui.model.trace_line import TraceLine
from rproc_tui.tui.wall_time import WallTime

_WIDTH = 12
"""Cells of `14:02:11.412`: the other ways are padded to it."""


class TimeStyle(StrEnum):
    """Which time stands before a line."""

    CLOCK = "clock"
    """When it arrived; between those of other processors, when it was written as far as can be told."""
    RELATIVE = "relative"
    """Seconds since the last boot or mark."""
    FIRMWARE = "firmware"
    """The time that the firmware printed; for a line of the kernel, the kernel's."""
    NONE = "none"

    @property
    def next(self) -> TimeStyle:
        """The one after it, round the end."""
        every = list(TimeStyle)
        return every[(every.index(self) + 1) % len(every)]


def time_text(style: TimeStyle, line: TraceLine, moment: float, wall: WallTime, zero: float) -> str:
    """The time of a line that was written at `moment`, with seconds counted from `zero` (both monotonic).

    Empty where no time is shown.
    """
    match style:
        case TimeStyle.CLOCK:
            return wall.precise(moment)
        case TimeStyle.RELATIVE:
            return f"{moment - zero:+{_WIDTH}.3f}"
        case TimeStyle.FIRMWARE:
            return " " * _WIDTH if line.firmware_time is None else f"{line.firmware_time:{_WIDTH}.3f}"
        case TimeStyle.NONE:
            return ""
