"""The device with which firmware ends itself: an assertion's last act.

| offset | access | what |
|---|---|---|
| 0x00 | write | abort: any value; the core stops and the host is told that it has crashed |
"""

from __future__ import annotations

from rproc_tui.emulator.machine.faults import BusError, CoreStopped


class AbortDevice:
    """One register."""

    def read(self, offset: int, size: int) -> int:
        """Nothing to read."""
        if offset:
            raise BusError(offset, size)
        return 0

    def write(self, offset: int, size: int, value: int) -> None:
        """Stop the core."""
        if offset:
            raise BusError(offset, size)
        raise CoreStopped(f"the firmware aborted with code {value:#x}")
