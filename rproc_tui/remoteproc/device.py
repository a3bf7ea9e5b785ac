"""The platform device that a processor hangs from, and the memory that it can be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DmaMemory:
    """A stretch of coherent memory: zeroed, and seen by both sides at once."""

    dma: int
    """Bus address: what goes into descriptors and, truncated, into the table."""
    view: memoryview
    """The memory itself, writable, of format "B"."""


class DmaPool(Protocol):
    """Where a device's coherent memory comes from (`dma_alloc_coherent`)."""

    def alloc(self, size: int) -> DmaMemory | None:
        """Page-aligned and zeroed; None when there is no room."""
        ...

    def free(self, memory: DmaMemory) -> None:
        """Give it back."""
        ...


@dataclass(frozen=True, slots=True)
class Device:
    """A platform device with its driver."""

    name: str
    """`10000000.m4`"""
    driver: str
    """`stm32-rproc`"""
    pool: DmaPool
    of_node: str | None = None
    """Path of its node in the device tree (`/soc/m4@10000000`)."""

    @property
    def devpath(self) -> str:
        """Below /sys."""
        return f"/devices/platform/{self.name}"
