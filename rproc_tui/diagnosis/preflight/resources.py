"""The entries of a resource table as `rproc_handle_resources` and the allocator after it would take them."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from rproc_tui.diagnosis.preflight.memory import PAGE, BootMemory, Carveout, ring_bytes
from rproc_tui.diagnosis.preflight.verdict import Finding, Stage
from rproc_tui.firmware.facts import FirmwareFacts, Problem, Severity
from rproc_tui.firmware.table_checks import LARGE
from rproc_tui.firmware.table_entries import VRINGS_MOST
from rproc_tui.firmware.units import size_text
from rproc_tui.model.resource_table import ADDRESS_ANY, CarveoutEntry, DevmemEntry, ResourceTable, VdevEntry, Vring

REFUSED_ENTRIES = frozenset({"entry-truncated", "entry-reserved", "entry-outside", "too-many-vrings"})
"""Codes of what the decoder found and the kernel refuses."""


def resource_findings(facts: FirmwareFacts, table: ResourceTable, memory: BootMemory) -> Iterator[Finding]:
    """What stops at an entry, in their order; `memory` gets the carveouts that they make."""
    refused: dict[int, Problem] = {}
    for problem in facts.problems:
        if problem.code in REFUSED_ENTRIES and problem.index is not None:
            refused.setdefault(problem.index, problem)
    decoded = {entry.index: entry for entry in table.entries}
    vdevs = 0
    for index in sorted({*decoded, *refused}):
        entry = decoded.get(index)
        if isinstance(entry, DevmemEntry) and memory.target.rules.iommu is False:
            yield _devmem(entry, memory)
        elif index in refused:
            yield _entry(refused[index], memory)
        elif isinstance(entry, CarveoutEntry):
            yield from _carveout(entry, memory)
        elif isinstance(entry, VdevEntry):
            yield from _vdev(entry, vdevs, memory)
            vdevs += 1


def _refusal(code: str, message: str, memory: BootMemory, number: int, kernel: str | None) -> Finding:
    certain = memory.target.certain
    return Finding(code, Severity.ERROR, message, Stage.RESOURCES, kernel or None, number, certain)


def _entry(problem: Problem, memory: BootMemory) -> Finding:
    certain = memory.target.rules.own_loader is False
    kernel, number = problem.kernel, errno.EINVAL
    return Finding(problem.code, Severity.ERROR, problem.message, Stage.RESOURCES, kernel, number, certain)


def _devmem(entry: DevmemEntry, memory: BootMemory) -> Finding:
    message = (
        f"entry {entry.index} (devmem {entry.name}) is to be mapped by an IOMMU, and {memory.target.name} has none"
    )
    return _refusal("devmem-iommu", message, memory, errno.EINVAL, None)


def _carveout(entry: CarveoutEntry, memory: BootMemory) -> Iterator[Finding]:
    at = f"entry {entry.index} (carveout {entry.name}, {size_text(entry.len)})"
    there = memory.named(entry.name)
    if there is None:
        memory.carveouts.append(Carveout(entry.name, entry.da, entry.len, bound=True))
        if entry.da != ADDRESS_ANY and memory.target.complete and memory.target.rules.iommu is False:
            yield Finding(
                "carveout-elsewhere",
                Severity.WARNING,
                f"{at} is to be at {entry.da:#x}, and no region is reserved by that name: Linux takes other memory, "
                "says so, and leaves the address as it is",
                kernel="Allocated carveout doesn't fit device address request",
            )
        return
    if there.bound:
        message = f"{at} has the name of another entry; a carveout goes with one"
        said = "Carveout already associated to resource table"
        certain = memory.target.rules.own_loader is False
        yield Finding("carveout-twice", Severity.ERROR, message, Stage.RESOURCES, said, errno.ENOMEM, certain)
        return
    kernel = there.misfit(entry.da, entry.len)
    if kernel is not None:
        where = "" if entry.da == ADDRESS_ANY else f" at {entry.da:#x}"
        message = f"{at}{where} does not fit into the region of that name, {_extent(there)}"
        yield _refusal("carveout-misfit", message, memory, errno.ENOMEM, kernel)
        return
    there.bound = True


def _extent(carveout: Carveout) -> str:
    return f"{size_text(carveout.size)} at {carveout.da:#x}"


def _vdev(entry: VdevEntry, number: int, memory: BootMemory) -> Iterator[Finding]:
    """Its platform device fails alone on kernels from 6.1 on: the processor runs, the device is missing."""
    rings = entry.vrings[:VRINGS_MOST]
    if any(ring.num == 0 or ring.align == 0 for ring in rings):
        return  # the file's own facts tell of it
    for index, ring in enumerate(rings):
        if ring.da != ADDRESS_ANY and ring.da % ring.align:
            words = f"ring {index} of entry {entry.index} is at {ring.da:#x}, not aligned to {ring.align}"
            yield Finding("vring-align", Severity.WARNING, words)
        kernel, there = _ring_misfit(f"vdev{number}vring{index}", ring, memory)
        if kernel is not None and there is not None:
            size = size_text(ring_bytes(ring))
            words = (
                f"ring {index} of entry {entry.index} takes {size}, its region has {_extent(there)}: the device is not "
                "made (kernels before 6.1 do not boot it)"
            )
            yield Finding("vring-misfit", Severity.WARNING, words, kernel=kernel or None)
            return


def _ring_misfit(name: str, ring: Vring, memory: BootMemory) -> tuple[str | None, Carveout | None]:
    """The kernel's complaint about a ring and its region; without a region it gets a carveout of its own."""
    there, size = memory.named(name), ring_bytes(ring)
    if there is None:
        memory.carveouts.append(Carveout(name, ring.da, size, bound=True))
        return None, None
    return there.misfit(ring.da, size), there


def allocation_findings(memory: BootMemory) -> Iterator[Finding]:
    """What the default allocator would not find memory for."""
    pool, used = memory.target.pool, 0
    for carveout in memory.carveouts:
        if carveout.registered:
            continue
        size = -(-carveout.size // PAGE) * PAGE
        used += size
        reason = _no_room(carveout, used, pool, memory.target.name)
        if reason is not None:
            kernel, certain = f"failed to allocate dma memory: len {carveout.size:#x}", memory.target.certain
            message = f"carveout {carveout.name} of {size_text(carveout.size)}: {reason}"
            yield Finding("no-memory", Severity.ERROR, message, Stage.ALLOCATION, kernel, errno.ENOMEM, certain)
            used -= size


def _no_room(carveout: Carveout, used: int, pool: int | None, name: str) -> str | None:
    if carveout.size == 0:
        return "there is no memory of no length"
    if carveout.size >= LARGE:
        return "no board has that much for one processor"
    if pool is None or used <= pool:
        return None
    return f"{name} has no pool of memory" if pool == 0 else f"the pool of {name} has {size_text(pool)}"
