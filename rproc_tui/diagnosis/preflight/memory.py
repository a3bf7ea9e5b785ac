"""The memory that the loader would find during a boot: what the driver has, and carveouts (`rproc_da_to_va`)."""

from __future__ import annotations

from dataclasses import dataclass, field

from rproc_tui.diagnosis.preflight.target import Target
from rproc_tui.firmware.table_checks import vring_size
from rproc_tui.firmware.table_entries import NAME_SIZE_COMPARED
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.resource_table import ADDRESS_ANY, Vring

PAGE = 4096


def ring_bytes(ring: Vring) -> int:
    """Memory that the kernel takes for a ring: whole pages."""
    return -(-vring_size(ring.num, ring.align) // PAGE) * PAGE


@dataclass(slots=True)
class Carveout:
    """One entry of a processor's list of carveouts (`struct rproc_mem_entry`)."""

    name: str
    da: int
    size: int
    registered: bool = False
    """By the driver; else the firmware's table asks for it and it is allocated."""
    bound: bool = False
    """An entry of the table speaks of it."""

    def misfit(self, da: int, size: int) -> str | None:
        """The kernel's message for a request that does not fit, `""` for a silent refusal, None when it fits."""
        if size > self.size:
            return "Registered carveout doesn't fit len request"
        if da == ADDRESS_ANY:
            return None
        if self.da == ADDRESS_ANY:
            return ""
        offset = _signed(da - self.da)
        if offset < 0:
            return "Registered carveout doesn't fit da request"
        return "Registered carveout doesn't fit len request" if offset + size > self.size else None

    def holds(self, da: int, size: int) -> bool:
        """Device addresses of carveouts have 32 bits."""
        offset = _signed(da - self.da)
        return self.da != ADDRESS_ANY and offset >= 0 and offset + size <= self.size


@dataclass(slots=True)
class BootMemory:
    """What grows during one boot that is gone through."""

    target: Target
    carveouts: list[Carveout] = field(default_factory=list)
    own: list[Region] = field(default_factory=list)
    """What the driver translates itself, before the core looks at carveouts."""

    def __post_init__(self) -> None:
        for region in self.target.regions:
            if region.kind is RegionKind.CARVEOUT or (
                region.kind is RegionKind.RESERVED and self.target.rules.names_regions
            ):
                name = region.name[:NAME_SIZE_COMPARED]
                self.carveouts.append(Carveout(name, region.da, region.size, registered=True))
            else:
                self.own.append(region)

    def named(self, name: str) -> Carveout | None:
        """The first carveout of a name; 31 characters count."""
        wanted = name[:NAME_SIZE_COMPARED]
        return next((carveout for carveout in self.carveouts if carveout.name == wanted), None)

    def holds(self, da: int, size: int) -> bool:
        """Whether the loader finds memory for all of a stretch."""
        return any(region.holds(da, size) for region in self.own) or any(
            carveout.holds(da, size) for carveout in self.carveouts
        )

    def lends(self, da: int, size: int) -> Carveout | None:
        """The carveout that holds a stretch only because the table asked for it at that address."""
        if any(region.holds(da, size) for region in self.own):
            return None
        holder = next((carveout for carveout in self.carveouts if carveout.holds(da, size)), None)
        return None if holder is None or holder.registered else holder


def _signed(number: int) -> int:
    """As a C `int` keeps it."""
    number &= 0xFFFF_FFFF
    return number - (1 << 32) if number >> 31 else number
