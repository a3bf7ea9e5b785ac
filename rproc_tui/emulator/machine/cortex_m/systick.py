"""The core's own timer: 24 bits, counts down, reloads (Armv7-M, B3.3)."""

from __future__ import annotations

import math
from collections.abc import Callable

ENABLE = 1
INTERRUPT = 2
PROCESSOR_CLOCK = 4
COUNTED_TO_ZERO = 1 << 16

REFERENCE_CLOCK = 1_000_000
"""Hz, where CLKSOURCE is 0."""
_COUNT_MASK = 0xFFFFFF


class SystemTick:
    """The timer's four registers, on a clock of seconds."""

    def __init__(self, now: Callable[[], float], frequency: int, interrupt: Callable[[], None]) -> None:
        self._now = now
        self._frequency = frequency
        self._interrupt = interrupt
        self._control = 0
        self._reload = 0
        self._held = 0
        """The count while it stands still."""
        self._zero_at = 0.0
        """When a running count gets to zero next."""
        self._counted = False

    @property
    def _running(self) -> bool:
        return bool(self._control & ENABLE) and self._reload > 0

    @property
    def _rate(self) -> int:
        return self._frequency if self._control & PROCESSOR_CLOCK else REFERENCE_CLOCK

    @property
    def calibration(self) -> int:
        """CALIB: counts of 10 ms on the reference clock."""
        return REFERENCE_CLOCK // 100 - 1

    @property
    def deadline(self) -> float | None:
        """When it interrupts next."""
        return self._zero_at if self._running and self._control & INTERRUPT else None

    def expire(self, now: float) -> None:
        """Note that zero was passed. Ticks that nobody was there for are one tick."""
        if not self._running or now < self._zero_at:
            return
        period = (self._reload + 1) / self._rate
        self._zero_at += (math.floor((now - self._zero_at) / period) + 1) * period
        self._counted = True
        if self._control & INTERRUPT:
            self._interrupt()

    def read_control(self) -> int:
        """CSR; reading it clears COUNTFLAG."""
        self.expire(self._now())
        counted, self._counted = self._counted, False
        return self._control | (COUNTED_TO_ZERO if counted else 0)

    def write_control(self, value: int) -> None:
        """CSR: start, stop, choose the clock."""
        now = self._now()
        self._held = self.count(now)
        self._control = value & (ENABLE | INTERRUPT | PROCESSOR_CLOCK)
        if self._running:
            self._zero_at = now + ((self._held or self._reload + 1) / self._rate)

    @property
    def reload(self) -> int:
        """RVR."""
        return self._reload

    def write_reload(self, value: int) -> None:
        """RVR: takes effect at the next zero; a timer that stood still for want of it starts."""
        was_running = self._running
        self._reload = value & _COUNT_MASK
        if self._running and not was_running:
            self._zero_at = self._now() + (self._reload + 1) / self._rate

    def count(self, now: float) -> int:
        """CVR."""
        if not self._running:
            return self._held
        self.expire(now)
        return min(self._reload, math.ceil((self._zero_at - now) * self._rate)) & _COUNT_MASK

    def read_count(self) -> int:
        """CVR at this moment."""
        return self.count(self._now())

    def clear_count(self) -> None:
        """Any write of CVR: zero, flag cleared, reload at the next clock."""
        self._held = 0
        self._counted = False
        if self._running:
            self._zero_at = self._now() + (self._reload + 1) / self._rate
