"""Memory as a processor sees it: regions that the board gives it and carveouts that the framework holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RegionKind(StrEnum):
    """Who says that a region exists."""

    INTERNAL = "internal"
    """`reg` of the processor's own node: TCM, OCRAM."""
    RESERVED = "reserved"
    """`memory-region` of its node."""
    CARVEOUT = "carveout"
    """Registered with the framework (debugfs `carveout_memories`)."""


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of memory, by device address."""

    name: str
    da: int
    size: int
    """Bytes."""
    kind: RegionKind
    pa: int | None = None
    """DMA or physical address, where known."""
    is_pool: bool = False
    """Its node is a `shared-dma-pool`. Some drivers let Linux allocate from it, others load firmware into it."""

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.da + self.size

    def holds(self, da: int, size: int) -> bool:
        """Whether a stretch lies in it whole."""
        return self.da <= da and da + size <= self.end
