"""Coherent memory out of a reserved region (`shared-dma-pool`): whole pages, first fit, zeroed."""

from __future__ import annotations

import threading

from rproc_tui.emulator.machine.memory import PAGE, MemoryBlock
from rproc_tui.remoteproc.device import DmaMemory


class RegionPool:
    """The framework's `DmaPool` for one region; bus addresses are the region's own."""

    def __init__(self, address: int, block: MemoryBlock) -> None:
        self._address = address
        self._block = block
        self._used: dict[int, int] = {}
        """Offset and size of what is out, whole pages."""
        self._lock = threading.Lock()

    def alloc(self, size: int) -> DmaMemory | None:
        """The lowest gap that is large enough; None when there is none."""
        pages = max(1, -(-size // PAGE)) * PAGE
        with self._lock:
            start = 0
            for offset, length in sorted(self._used.items()):
                if offset - start >= pages:
                    break
                start = offset + length
            if start + pages > self._block.size:
                return None
            self._used[start] = pages
        view = self._block.view[start : start + pages]
        view[:] = bytes(pages)
        return DmaMemory(self._address + start, view[:size])

    def free(self, memory: DmaMemory) -> None:
        """Give it back."""
        with self._lock:
            self._used.pop(memory.dma - self._address, None)


class NoPool:
    """A device without such a region: there is never room."""

    def alloc(self, size: int) -> DmaMemory | None:
        """Nothing."""

    def free(self, memory: DmaMemory) -> None:
        """Nothing was given."""
