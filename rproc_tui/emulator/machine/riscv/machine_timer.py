"""The core-local interruptor: software interrupt and machine timer (RISC-V ACLINT, as at SiFive 0x02000000).

| offset | access | what |
|---|---|---|
| 0x0000 | read, write | MSIP: bit 0 makes the software interrupt pending |
| 0x4000 | read, write | MTIMECMP, two words |
| 0xBFF8 | read | MTIME, two words, counts microseconds |
"""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.emulator.machine.cpu import Attend
from rproc_tui.emulator.machine.faults import BusError

ADDRESS = 0x02000000
SIZE = 0x10000
RATE = 1_000_000
"""Hz."""
_SOFTWARE, _COMPARE, _TIME = 0x0000, 0x4000, 0xBFF8
_NEVER = (1 << 64) - 1
_LATEST = 1 << 53
"""Counts that a float still holds exactly: 285 years."""


class MachineTimer:
    """The block's state; the core looks at `software` and `timer_pending`."""

    def __init__(self, now: Callable[[], float], attend: Attend) -> None:
        self._now = now
        self._start = now()
        self._attend = attend
        self._compare = _NEVER
        self.software = False

    @property
    def time(self) -> int:
        """MTIME."""
        return int((self._now() - self._start) * RATE)

    @property
    def timer_pending(self) -> bool:
        """MTIME has got to MTIMECMP."""
        return self.time >= self._compare

    @property
    def deadline(self) -> float | None:
        """When it will get there; None when it has, or will not in a human's time."""
        if self._compare >= _LATEST or self.timer_pending:
            return None
        return self._start + (self._compare + 1) / RATE

    def expire(self, now: float) -> None:
        """The interrupt is a level: there is nothing to remember."""

    def read(self, offset: int, size: int) -> int:
        """Any half."""
        if offset == _SOFTWARE:
            return int(self.software)
        if offset & ~4 == _COMPARE:
            return self._compare >> 8 * (offset & 4) & 0xFFFFFFFF
        if offset & ~4 == _TIME:
            return self.time >> 8 * (offset & 4) & 0xFFFFFFFF
        raise BusError(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        """The core looks at once."""
        if offset == _SOFTWARE:
            self.software = bool(value & 1)
        elif offset & ~4 == _COMPARE:
            shift = 8 * (offset & 4)
            self._compare = self._compare & ~(0xFFFFFFFF << shift) | value << shift
        else:
            raise BusError(offset, size)
        self._attend()
