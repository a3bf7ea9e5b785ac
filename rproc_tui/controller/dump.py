"""Gets a dump of a processor's memory into a file of ours, by the best way that its host offers."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterator

from rproc_tui.clock import Clock
from rproc_tui.controller import store
from rproc_tui.controller.coredump_switch import switch_on
from rproc_tui.controller.crash_dump import collect_dump
from rproc_tui.controller.dump_collection import DumpCollection, collecting
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.controller.settings import Settings
from rproc_tui.crash.core_file import core_of
from rproc_tui.errors import HostError, LineLost
from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.model.memory import Region
from rproc_tui.model.processor import Processor, State


async def dump(session: ProcessorSession, clock: Clock, settings: Settings) -> tuple[str, str | None]:
    """What was done, in a sentence, and the file that was made.

    A dump that the kernel holds is collected. Else the memory is read as it stands, where the host shows it, and the
    kernel is asked to make a dump at the next crash.
    """
    async with collecting(session) as collection:  # the capture of a crash may be about to collect it
        await session.refresh()
        processor = session.snapshot()
        path = store.dump_path(settings.folder(), processor, clock)
        if processor.dump is not None:
            return await _collect(session.host, processor.dump, path, collection)
    kept = None
    if session.memory is not None:
        content = await _read_memory(session.host, processor, session.memory)
        kept = await asyncio.to_thread(store.keep, path, content)
    switched = False
    try:
        switched = processor.state is not State.CRASHED and await switch_on(session)
    except OSError:
        if kept is None:
            raise
    return "; ".join(_told(session, kept, switched=switched)), kept


def _told(session: ProcessorSession, kept: str | None, *, switched: bool) -> Iterator[str]:
    crash = session.last_crash
    if kept is not None:
        yield f"memory and registers of {session.name} as they stand: {kept}"
    elif crash is not None and crash.has_dump:
        yield f"the dump of the last crash is kept already: {crash.folder}"
    else:
        yield "nothing to collect yet"
    if switched:
        yield f"the kernel will keep a dump of {session.name} at its next crash"


async def _collect(host: Host, waiting: str, path: str, collection: DumpCollection) -> tuple[str, str]:
    """Keep it under a name of its own; only then the kernel drops its own."""
    await asyncio.to_thread(os.makedirs, os.path.dirname(path), exist_ok=True)
    for name in store.names(path):
        try:
            await collect_dump(host, waiting, name, room=lambda _size: True, keep=False, collection=collection)
        except FileExistsError:
            continue
        except LineLost:  # nothing is kept of a dump that was cut off
            raise
        except HostError as error:
            raise HostError(f"{error.message}; what was read is in {name}") from error
        return f"dump collected: {name}", name
    raise OSError(errno.EEXIST, "there are a thousand files of that name", path)


async def _read_memory(host: Host, processor: Processor, memory: str) -> bytes:
    registers = registers_of(await host.read(paths.debug_file(processor.id, "regs"))) if processor.registers else {}
    regions = apart(processor.regions)
    contents = [(region, await host.read(memory, offset=region.da, limit=region.size)) for region in regions]
    return core_of(registers, contents)


def apart(regions: tuple[Region, ...]) -> list[Region]:
    """The regions without those that lie in another: a carveout may be a part of a memory."""
    largest_first = sorted(regions, key=lambda region: -region.size)
    kept: list[Region] = []
    for region in largest_first:
        if not any(other.holds(region.da, region.size) for other in kept):
            kept.append(region)
    return sorted(kept, key=lambda region: region.da)


def registers_of(text: bytes) -> dict[str, int]:
    """`name value` lines; what is none is left out."""
    found: dict[str, int] = {}
    for line in text.decode(errors="replace").splitlines():
        name, _, value = line.strip().partition(" ")
        try:
            found[name.lower()] = int(value.strip(), 0)
        except ValueError:
            continue
    return found
