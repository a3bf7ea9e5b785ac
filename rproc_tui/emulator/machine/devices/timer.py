"""A free-running microsecond counter with one alarm, for firmware that sleeps without a tick.

| offset | access | what |
|---|---|---|
| 0x00 | read | microseconds since the core was started, lower half; latches the upper half |
| 0x04 | read | the upper half as it was latched |
| 0x08 | write | alarm: interrupt in so many microseconds, once; 0 cancels it |
"""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.emulator.machine.cpu import InterruptLine
from rproc_tui.emulator.machine.faults import BusError

_LOW, _HIGH, _ALARM = 0x00, 0x04, 0x08


class Timer:
    """One counter and its alarm."""

    def __init__(self, now: Callable[[], float], interrupt: InterruptLine) -> None:
        self._now = now
        self._start = now()
        self._interrupt = interrupt
        self._latched = 0
        self._deadline: float | None = None

    @property
    def deadline(self) -> float | None:
        """When the alarm goes off."""
        return self._deadline

    def expire(self, now: float) -> None:
        """Go off, if it is time."""
        if self._deadline is not None and now >= self._deadline:
            self._deadline = None
            self._interrupt()

    def read(self, offset: int, size: int) -> int:
        """The registers are words."""
        if offset == _LOW:
            count = int((self._now() - self._start) * 1_000_000)
            self._latched = count >> 32
            return count & 0xFFFFFFFF
        if offset == _HIGH:
            return self._latched
        if offset == _ALARM:
            return 0
        raise BusError(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        """Set the alarm."""
        if offset != _ALARM:
            raise BusError(offset, size)
        self._deadline = self._now() + value / 1_000_000 if value else None
