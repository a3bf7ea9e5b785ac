"""Monotonic seconds as the time of day, in the zone of this machine."""

from __future__ import annotations

import time

from rproc_tui.clock import Clock


class WallTime:
    """Turns monotonic seconds into text; the wall clock's steps after the start do not move old lines."""

    def __init__(self, clock: Clock) -> None:
        self._offset = clock.wall() - clock.monotonic()
        self._second = -1
        self._text = ""

    def precise(self, at: float) -> str:
        """`14:02:11.412`."""
        milliseconds = int((at + self._offset) * 1000)
        second, rest = divmod(milliseconds, 1000)
        return f"{self._clock_text(second)}.{rest:03d}"

    def brief(self, at: float) -> str:
        """`14:02:11`."""
        return self._clock_text(int(at + self._offset))

    def _clock_text(self, second: int) -> str:
        if second != self._second:  # lines come in bursts: most ask for the second of the line before
            self._second = second
            self._text = time.strftime("%H:%M:%S", time.localtime(second))
        return self._text
