"""Memory that host and guest share: anonymous pages that the engine maps without copying."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Iterable
from enum import IntFlag

PAGE = 4096
"""The engine maps whole pages of this size."""


class Access(IntFlag):
    """What a processor may do with memory; the numbers are the engine's."""

    READ = 1
    WRITE = 2
    EXECUTE = 4


class MemoryBlock:
    """A stretch of physical memory, zeroed; several processors may map the same one."""

    def __init__(self, size: int) -> None:
        # Private, so that looking at what nobody has written costs no memory.
        self._pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self.size = size
        self.view = memoryview(self._pages)
        self.pointer = ctypes.addressof(ctypes.c_char.from_buffer(self._pages))
        """Where the pages are in this process; valid as long as this object lives."""

    def find(self, byte: bytes, start: int) -> int:
        """Where a byte is at or behind an offset; -1: nowhere."""
        return self._pages.find(byte, start)


class MemoryRegion:
    """A memory block as one processor sees it: a name, a device address, what is allowed."""

    def __init__(self, name: str, address: int, block: MemoryBlock, access: Access) -> None:
        self.name = name
        self.address = address
        self.block = block
        self.access = access
        self.size = block.size
        self.end = address + block.size
        """The first device address behind it."""
        self.view = block.view


class MemoryMap:
    """All memory of one processor, by device address."""

    def __init__(self, regions: Iterable[MemoryRegion]) -> None:
        self.regions = tuple(sorted(regions, key=lambda region: region.address))

    def region_at(self, address: int) -> MemoryRegion | None:
        """The region that holds an address."""
        for region in self.regions:
            if region.address <= address < region.end:
                return region
        return None

    def find(self, address: int, length: int) -> memoryview | None:
        """The bytes themselves; None where they are not all in one region."""
        region = self.region_at(address)
        if region is None or address + length > region.end or length < 0:
            return None
        start = address - region.address
        return region.view[start : start + length]

    def load(self, address: int, length: int) -> int | None:
        """A little-endian number; None where there is no memory."""
        found = self.find(address, length)
        return None if found is None else int.from_bytes(found, "little")
