"""Memory and registers of a processor as they stand now, where its host shows them: for looking, nothing is kept."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rproc_tui.controller.dump import apart, registers_of
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.crash.core_file import core_of
from rproc_tui.crash.decode import decode
from rproc_tui.crash.dump import Dump
from rproc_tui.crash.symbols import Symbols
from rproc_tui.linux import paths
from rproc_tui.model.memory import Region

if TYPE_CHECKING:
    from rproc_tui.model.processor import Processor

MEMORY_MOST = 16 * 1024 * 1024
"""Bytes of memory that are read for one look; regions behind them are cut."""
FIRMWARE_MOST = 64 * 1024 * 1024
"""Bytes of a firmware file that is read for its names."""
REGISTERS_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class LiveMemory:
    """One look."""

    at: float
    """Monotonic seconds."""
    dump: Dump
    symbols: Symbols
    """Of the firmware that it runs; without names where that file is there no more."""
    registers: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


async def read_live_memory(session: ProcessorSession, now: float) -> LiveMemory | None:
    """Everything that can be read; None where the host shows no memory of this processor."""
    path, processor = session.memory, session.snapshot()
    if path is None:
        return None
    left, contents, problems = MEMORY_MOST, list[tuple[Region, bytes]](), list[str]()
    for region in apart(processor.regions):
        try:
            content = await session.host.read(path, offset=region.da, limit=min(region.size, left)) if left else b""
        except OSError as error:
            problems.append(f"{region.name} cannot be read: {error.strerror or error}")
            continue
        if len(content) < region.size:
            problems.append(f"{region.name}: only the first {len(content)} bytes were read")
        left -= len(content)
        contents.append((region, content))
    registers = await _registers(session, processor)
    image = core_of(registers, contents)
    symbols = await _symbols(session, processor)
    return LiveMemory(now, decode(image, len(image)), symbols, registers, tuple(problems))


async def _registers(session: ProcessorSession, processor: Processor) -> dict[str, int]:
    if not processor.registers:
        return {}
    try:
        return registers_of(await session.host.read(paths.debug_file(processor.id, "regs"), limit=REGISTERS_MOST))
    except OSError:
        return {}


async def _symbols(session: ProcessorSession, processor: Processor) -> Symbols:
    """Those of the file that it would load, if that is the one whose contents it runs."""
    facts = session.shown_image
    if facts is None or processor.firmware_path is None or facts.size > FIRMWARE_MOST:
        return Symbols(b"")
    try:
        content = await session.host.read(processor.firmware_path, limit=FIRMWARE_MOST)
    except OSError:
        return Symbols(b"")
    return await asyncio.to_thread(_read_symbols, content, facts.sha256)


def _read_symbols(content: bytes, digest: str | None) -> Symbols:
    return Symbols(content if hashlib.sha256(content).hexdigest() == digest else b"")
