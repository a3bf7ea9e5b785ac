"""Reads what is left of a processor that has just crashed, what vanishes first first: a kernel recovers in 20 ms.

Then trace buffers hold the text of the next run, registers are those of a core out of reset, and memory is loaded anew.
The state that is read last proves that everything before it is of the crash. Debugfs prints table and carveouts
without a lock, so while the kernel may be recovering they are kept as they were last seen.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.hosts.base import Host
from rproc_tui.linux import carveouts, paths, resource_table
from rproc_tui.linux.attribute import read_attribute, state_of
from rproc_tui.linux.reading import try_list
from rproc_tui.model.memory import Region
from rproc_tui.model.processor import Processor, State

TRACE_MOST = 4 * 1024 * 1024
"""Bytes of one trace buffer."""
TRACES_MOST = 64
REGISTERS_MOST = 64 * 1024
MEMORY_MOST = 64 * 1024 * 1024
"""Bytes of memory that are read as they stand."""

_TRACE = re.compile(r"trace[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Remains:
    """The bytes of files, and what they were read from."""

    processor: Processor
    caught: bool = False
    """The processor was still crashed when the last of it had been read."""
    state: str | None = None
    recovery: str | None = None
    """The kernel's setting, as it was read then."""
    coredump: str | None = None
    traces: tuple[tuple[str, bytes], ...] = ()
    """Name (`trace0`) and content."""
    registers: bytes | None = None
    memory: tuple[tuple[Region, bytes], ...] = field(default=(), repr=False)
    """By device address; only where it was caught."""
    table: bytes | None = None
    """Text of debugfs."""
    carveouts: bytes | None = None
    problems: tuple[str, ...] = ()


async def read_remains(session: ProcessorSession, certain: Callable[[], Awaitable[bool]]) -> Remains:
    """Everything that can be had; never an error. `certain` waits until the kernel deals with the crash, or never will.

    A crash is reported before the state changes: what is up then may not be `crashed` yet, or up again.
    """
    host, processor, seen = session.host, session.snapshot(), session.memory_texts
    names = processor.traces or await _trace_names(host, processor.id)
    traces, registers = await asyncio.gather(
        asyncio.gather(*(_bytes(host, _file(processor, name), TRACE_MOST) for name in names)),
        _bytes(host, _file(processor, "regs"), REGISTERS_MOST) if processor.registers else _nothing(),
    )
    memory, problems = await _memory(host, processor, session.memory)
    state, recovery, coredump = await _attributes(host, processor.id)
    if state_of(state).is_up and await certain():
        state, recovery, coredump = await _attributes(host, processor.id)
    caught = state_of(state) is State.CRASHED
    stays = caught and recovery == "disabled" and not session.recovery_is_held
    table, regions = await _texts(host, processor) if stays else seen
    return Remains(
        processor=processor,
        caught=caught,
        state=state,
        recovery=recovery,
        coredump=coredump,
        traces=tuple((name, text) for name, text in zip(names, traces, strict=True) if text is not None),
        registers=registers if caught else None,
        memory=memory if caught else (),
        table=table,
        carveouts=regions,
        problems=problems,
    )


async def _trace_names(host: Host, processor_id: str) -> tuple[str, ...]:
    """Of one that crashed so soon after its start that its files were not looked at since."""
    names = await try_list(host, paths.debug_folder(processor_id))
    return tuple(name for name in names if _TRACE.fullmatch(name))[:TRACES_MOST]


async def _memory(
    host: Host, processor: Processor, path: str | None
) -> tuple[tuple[tuple[Region, bytes], ...], tuple[str, ...]]:
    """Every region that can be read, as far as the bound allows."""
    from rproc_tui.controller.dump import apart  # noqa: PLC0415 (only a host that shows memory needs it)

    left, found = MEMORY_MOST, list[tuple[Region, bytes]]()
    for region in apart(processor.regions) if path is not None else ():
        if region.size > left:
            return tuple(found), (f"memory of more than {MEMORY_MOST >> 20} MiB was not kept as it stood",)
        content = await _bytes(host, path or "", region.size, offset=region.da)
        if content:
            left -= len(content)
            found.append((region, content))
    return tuple(found), ()


async def _texts(host: Host, processor: Processor) -> tuple[bytes | None, bytes | None]:
    table, regions = await asyncio.gather(
        _bytes(host, _file(processor, "resource_table"), resource_table.TEXT_MOST),
        _bytes(host, _file(processor, "carveout_memories"), carveouts.TEXT_MOST),
    )
    return table, regions


async def _attributes(host: Host, processor_id: str) -> list[str | None]:
    return await asyncio.gather(*(_attribute(host, processor_id, name) for name in ("state", "recovery", "coredump")))


async def _attribute(host: Host, processor_id: str, name: str) -> str | None:
    try:
        return (await read_attribute(host, processor_id, name)).text
    except OSError:
        return None


async def _bytes(host: Host, path: str, limit: int, *, offset: int = 0) -> bytes | None:
    try:
        return await host.read(path, limit=limit, offset=offset)
    except OSError:
        return None


async def _nothing() -> None:
    return None


def _file(processor: Processor, name: str) -> str:
    return paths.debug_file(processor.id, name)
