"""A board as it was meant, as values: what stands in the device tree, checked and with every reference resolved."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.emulator.machine.memory import Access

CORTEX_R5F = "rproc-tui,cortex-r5f"
RISCV = "rproc-tui,rv32imac"


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """A stretch of memory at an address."""

    name: str
    address: int
    size: int
    access: Access
    path: str
    """Of the node that it comes from."""
    is_pool: bool = False
    """A `shared-dma-pool`: rings and buffers are allocated from it."""

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.size


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """A device at an address."""

    kind: str
    """Its word behind the vendor: `mailbox`, `watchdog`, `timer`, `abort`."""
    name: str
    address: int
    size: int
    interrupt: int | None

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.size


@dataclass(frozen=True, slots=True)
class ProcessorPlan:
    """A processor with everything that it has."""

    name: str
    """Of the node, without address: `m4`."""
    device_name: str
    """As Linux names the platform device: `10000000.m4`."""
    path: str
    compatible: tuple[str, ...]
    core: str
    """The word of its kind: `rproc-tui,cortex-m4`."""
    internal: tuple[MemoryPlan, ...]
    """Its own memory, in the order of `reg`."""
    reserved: tuple[MemoryPlan, ...]
    """Its `memory-region`s, in order."""
    devices: tuple[DevicePlan, ...]
    firmware: str | None
    auto_boot: bool
    frequency: int
    """Hz of its clock."""
    vector_table: int
    phandle: int | None

    @property
    def pool(self) -> MemoryPlan | None:
        """Where rings and buffers come from."""
        return next((region for region in self.reserved if region.is_pool), None)


@dataclass(frozen=True, slots=True)
class BoardPlan:
    """All of it."""

    model: str
    compatible: tuple[str, ...]
    processors: tuple[ProcessorPlan, ...]
