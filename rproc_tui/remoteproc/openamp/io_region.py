"""A stretch of memory that both sides see (libmetal's `metal_io_region`), and the addresses in it."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass


def address_of(view: memoryview) -> int | None:
    """The address of a view in this process; None for one that is empty or read-only."""
    if view.readonly or not len(view):
        return None
    return ctypes.addressof(ctypes.c_char.from_buffer(view))


@dataclass(frozen=True, slots=True, eq=False)
class IoRegion:
    """Memory with its physical address."""

    view: memoryview
    """The memory itself, writable, of format "B"."""
    physical: int
    """Physical address of its first byte."""

    def physical_to_offset(self, pa: int) -> int | None:
        """Where a physical address is in it; None when it is not in it."""
        offset = pa - self.physical
        return offset if 0 <= offset < len(self.view) else None

    def virtual_to_offset(self, va: memoryview) -> int | None:
        """Where a view begins in it; None when it begins elsewhere."""
        address, base = address_of(va), address_of(self.view)
        if address is None or base is None:
            return None
        return address - base if 0 <= address - base < len(self.view) else None

    def write(self, pa: int, data: bytes | bytearray) -> int:
        """Put bytes at a physical address, as many as the region holds; how many those are."""
        offset = self.physical_to_offset(pa)
        if offset is None:
            return 0
        data = data[: len(self.view) - offset]
        self.view[offset : offset + len(data)] = data
        return len(data)
