"""The interrupt controller of cores that bring none of their own: 32 lines, one wire to the core.

| offset | access | what |
|---|---|---|
| 0x00 | read | lines that are pending |
| 0x04 | read, write | lines that are enabled |
| 0x08 | read | claim: the lowest line that is both, which is then no longer pending; 0xFFFFFFFF when there is none |
| 0x0C | write | lines to make pending |
"""

from __future__ import annotations

from rproc_tui.emulator.machine.cpu import Attend, InterruptLine
from rproc_tui.emulator.machine.faults import BusError

ADDRESS = 0xE0000000
SIZE = 0x1000
LINES = 32
NOTHING = 0xFFFFFFFF
_PENDING, _ENABLED, _CLAIM, _SET = 0x00, 0x04, 0x08, 0x0C


class LineController:
    """The lines' state; the core looks at `asserted`."""

    def __init__(self, attend: Attend) -> None:
        self._attend = attend
        self._pending = 0
        self._enabled = 0

    @property
    def asserted(self) -> bool:
        """The wire to the core is up."""
        return bool(self._pending & self._enabled)

    def line(self, number: int) -> InterruptLine:
        """One input; numbers from 32 on lead nowhere."""
        bit = 1 << number if number < LINES else 0

        def interrupt() -> None:
            self._pending |= bit

        return interrupt

    def read(self, offset: int, size: int) -> int:
        """The registers are words."""
        if offset == _PENDING:
            return self._pending
        if offset == _ENABLED:
            return self._enabled
        if offset == _CLAIM:
            return self._claim()
        if offset == _SET:
            return 0
        raise BusError(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        """The core looks at once."""
        if offset == _ENABLED:
            self._enabled = value
        elif offset == _SET:
            self._pending |= value
        else:
            raise BusError(offset, size)
        self._attend()

    def _claim(self) -> int:
        ready = self._pending & self._enabled
        if not ready:
            return NOTHING
        self._pending &= ~(ready & -ready)
        return (ready & -ready).bit_length() - 1
