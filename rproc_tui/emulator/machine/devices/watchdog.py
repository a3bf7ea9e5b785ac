"""The watchdog: it bites when the firmware has not fed it in time.

| offset | access | what |
|---|---|---|
| 0x00 | read, write | control: 1 runs it, 0 stops it |
| 0x04 | read, write | period in milliseconds, 1 to 0xFFFFFF |
| 0x08 | write | any value feeds it |
| 0x0C | read | milliseconds left; 0 when it stands still |
"""

from __future__ import annotations

import math
from collections.abc import Callable

from rproc_tui.emulator.machine.faults import BusError, CoreStopped, CrashCause

_CONTROL, _PERIOD, _FEED, _LEFT = 0x00, 0x04, 0x08, 0x0C
_LONGEST = 0xFFFFFF


class Watchdog:
    """One countdown."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._period = 1000
        self._deadline: float | None = None

    @property
    def deadline(self) -> float | None:
        """When it bites."""
        return self._deadline

    def expire(self, now: float) -> None:
        """Bite, if it is time."""
        if self._deadline is not None and now >= self._deadline:
            raise CoreStopped(f"the watchdog was not fed for {self._period} ms", CrashCause.WATCHDOG)

    def read(self, offset: int, size: int) -> int:
        """The registers are words."""
        if offset == _CONTROL:
            return int(self._deadline is not None)
        if offset == _PERIOD:
            return self._period
        if offset == _LEFT:
            return 0 if self._deadline is None else max(0, math.ceil((self._deadline - self._now()) * 1000))
        raise BusError(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        """Every write starts the period anew while it runs."""
        if offset == _CONTROL:
            self._deadline = self._now() if value & 1 else None
        elif offset == _PERIOD:
            self._period = max(1, min(value, _LONGEST))
        elif offset != _FEED:
            raise BusError(offset, size)
        if self._deadline is not None:
            self._deadline = self._now() + self._period / 1000
