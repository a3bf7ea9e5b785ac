"""The memory of a whole board: what is in it exists once, however many processors see it, and outlives their starts."""

from __future__ import annotations

from rproc_tui.emulator.machine.memory import MemoryBlock, MemoryMap, MemoryRegion
from rproc_tui.emulator.plan import MemoryPlan, ProcessorPlan


class MemoryBank:
    """Blocks by where they are planned."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[str, int], MemoryBlock] = {}

    def block(self, plan: MemoryPlan) -> MemoryBlock:
        """The block of a plan, made at the first asking."""
        return self._blocks.setdefault((plan.path, plan.address), MemoryBlock(plan.size))

    def region(self, plan: MemoryPlan) -> MemoryRegion:
        """The block as a processor sees it."""
        return MemoryRegion(plan.name, plan.address, self.block(plan), plan.access)

    def map_of(self, processor: ProcessorPlan) -> MemoryMap:
        """Everything that a processor sees."""
        return MemoryMap(self.region(plan) for plan in (*processor.internal, *processor.reserved))
