"""Where devices are: windows of registers in a processor's address space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Device(Protocol):
    """Something with registers. Offsets are from the start of its window, sizes are 1, 2 or 4 bytes."""

    def read(self, offset: int, size: int) -> int:
        """The register's value; BusError where there is none."""
        ...

    def write(self, offset: int, size: int, value: int) -> None:
        """Write it; BusError where there is none, CoreStopped when that ends the core."""
        ...


@dataclass(frozen=True, slots=True)
class Window:
    """A device at an address."""

    name: str
    address: int
    size: int
    device: Device

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.size
