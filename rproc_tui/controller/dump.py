"""Gets a dump of a processor's memory into a file of ours, by the best way that its host offers."""

from __future__ import annotations

import asyncio

from rproc_tui.clock import Clock
from rproc_tui.controller import store
from rproc_tui.controller.settings import Settings
from rproc_tui.crash.core_file import core_of
from rproc_tui.errors import HostError
from rproc_tui.hosts.base import Host
from rproc_tui.linux import devcoredump, paths
from rproc_tui.linux.verbs import set_coredump
from rproc_tui.model.memory import Region
from rproc_tui.model.processor import Processor

HEAD = 1024 * 1024
"""Bytes of a dump's beginning that hold its headers."""


async def dump(
    host: Host, processor: Processor, memory: str | None, clock: Clock, settings: Settings
) -> tuple[str, str | None]:
    """What was done, in a sentence, and the file that was made.

    A dump that the kernel holds is collected; else the memory is read as it stands where the host shows it; else the
    kernel is asked to make a dump at the next crash.
    """
    path = store.dump_path(settings.folder(), processor, clock)
    if processor.dump is not None:
        return await _collect(host, processor.dump, path)
    if memory is not None:
        content = await _read_memory(host, processor, memory)
        kept = await asyncio.to_thread(store.keep, path, content)
        return f"memory and registers of {processor.name} as they stand: {kept}", kept
    await set_coredump(host, processor.id, "enabled")
    return f"nothing to collect yet: the kernel will keep a dump of {processor.name} at its next crash", None


async def _collect(host: Host, waiting: str, path: str) -> tuple[str, str]:
    """Read it all, keep it, and only then let the kernel drop its own."""
    content = b"".join([chunk async for chunk in devcoredump.chunks(host, waiting)])
    kept = await asyncio.to_thread(store.keep, path, content)
    wrong = devcoredump.check(content[:HEAD], len(content))
    if wrong is not None:
        raise HostError(f"{wrong}; what was read is in {kept}, and the kernel still has its own")
    await devcoredump.free(host, waiting)
    return f"dump collected: {kept}", kept


async def _read_memory(host: Host, processor: Processor, memory: str) -> bytes:
    registers = _registers(await host.read(paths.debug_file(processor.id, "regs"))) if processor.registers else {}
    regions = _apart(processor.regions)
    contents = [(region, await host.read(memory, offset=region.da, limit=region.size)) for region in regions]
    return core_of(registers, contents)


def _apart(regions: tuple[Region, ...]) -> list[Region]:
    """The regions without those that lie in another: a carveout may be a part of a memory."""
    largest_first = sorted(regions, key=lambda region: -region.size)
    kept: list[Region] = []
    for region in largest_first:
        if not any(other.holds(region.da, region.size) for other in kept):
            kept.append(region)
    return sorted(kept, key=lambda region: region.da)


def _registers(text: bytes) -> dict[str, int]:
    """`name value` lines; what is none is left out."""
    found: dict[str, int] = {}
    for line in text.decode(errors="replace").splitlines():
        name, _, value = line.strip().partition(" ")
        try:
            found[name.lower()] = int(value.strip(), 0)
        except ValueError:
            continue
    return found
