"""Crashes of the demo board as evidence: dump, registers, trace and memory of a processor that died in a chosen way."""

from __future__ import annotations

import asyncio
import functools
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.emulator.board import DEMO_FIRMWARE
from rproc_tui.firmware.machines import EM_ARM, EM_RISCV
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.linux import paths
from rproc_tui.model.memory import Region, RegionKind
from tests.crash.dumps import Stretch, with_segments
from tests.demo_board import demo_board

WAYS = {
    "null": 0x101,
    "undefined": 0x102,
    "assert": 0x103,
    "read": 0x104,
    "write": 0x105,
    "branch": 0x106,
    "divide": 0x107,
    "stack": 0x108,
    "interrupt": 0x109,
    "hang": 0x10A,
    "nested": 0x10B,
    "thread": 0x10C,
}
"""Mailbox words of `emulator/boards/crash_commands.dtsi`."""

FIRMWARE = {"m4": "hub.elf", "lab": "fault.elf", "r5f": "battery.elf", "rv32": "lights.elf"}
"""The processors that die on command."""

MEMORIES = {
    "m4": ((0x1000_0000, 0x4_0000), (0x2000_0000, 0x4_0000)),
    "lab": ((0x1300_0000, 0x1_0000), (0x2300_0000, 0x8000)),
    "r5f": ((0x1400_0000, 0x1_0000), (0x2400_0000, 0x1_0000)),
    "rv32": ((0x1500_0000, 0x8000), (0x2500_0000, 0x8000)),
}
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is left of a processor."""

    processor: str
    firmware: bytes
    registers: str
    """The `regs` file."""
    trace: str
    lines: tuple[str, ...]
    """Of the kernel's log."""
    memory: tuple[tuple[Region, bytes], ...]
    dump: bytes
    """In the layout of the kernel's devcoredump."""


def firmware_of(processor: str) -> bytes:
    with open(os.path.join(DEMO_FIRMWARE, FIRMWARE[processor]), "rb") as file:
        return file.read()


@functools.cache
def died(processor: str, way: str) -> Evidence:
    """The processor on a board of its own, dead; its dump is made of its memory, which is quicker than a recovery."""
    return asyncio.run(_die(processor, way, collect=False))


def collected(processor: str, way: str) -> Evidence:
    """The same, with the dump that the framework hands out when the processor is recovered."""
    return asyncio.run(_die(processor, way, collect=True))


async def _die(processor: str, way: str, *, collect: bool) -> Evidence:
    with tempfile.TemporaryDirectory() as folder:
        host = demo_board(folder)
        try:
            await host.switch_on()
            async with asyncio.timeout(PATIENCE):
                return await _die_on(host, processor, way, collect=collect)
        finally:
            await host.close()


async def _die_on(host: EmulatedHost, processor: str, way: str, *, collect: bool) -> Evidence:
    number = await _number(host, processor)
    lines: list[str] = []
    listening = asyncio.create_task(_listen(host, lines.append))

    def debug(name: str) -> str:
        return paths.debug_file(number, name)

    await host.write(paths.attribute(number, "recovery"), b"disabled")
    await host.write(paths.attribute(number, "coredump"), b"enabled")
    if await host.read(paths.attribute(number, "state")) != b"running\n":
        await host.write(paths.attribute(number, "state"), b"start")
    await host.write(debug("mailbox"), str(WAYS[way]).encode())
    while await host.read(paths.attribute(number, "state")) != b"crashed\n":  # noqa: ASYNC110
        await asyncio.sleep(0.002)
    registers = (await host.read(debug("regs"))).decode()
    trace = (await host.read(debug("trace0"))).decode(errors="replace")
    memory = [
        (Region(str(index), start, size, RegionKind.INTERNAL), await host.read(debug("mem"), offset=start, limit=size))
        for index, (start, size) in enumerate(MEMORIES[processor])
    ]
    machine = EM_RISCV if processor == "rv32" else EM_ARM
    firmware = firmware_of(processor)
    entry = int.from_bytes(firmware[24:28], "little")
    dump = with_segments([Stretch(region.da, content) for region, content in memory], machine=machine, entry=entry)
    if collect:
        await host.write(paths.attribute(number, "recovery"), b"recover")
        dump = await host.read(f"{paths.attribute(number, 'devcoredump')}/data")
    while not any(f"crash detected in {processor}" in line for line in lines):  # noqa: ASYNC110
        await asyncio.sleep(0.002)
    listening.cancel()
    return Evidence(processor, firmware, registers, trace, tuple(lines), tuple(memory), dump)


async def _listen(host: EmulatedHost, keep: Callable[[str], None]) -> None:
    async for line in host.kernel_log():
        keep(line.text)


async def _number(host: EmulatedHost, processor: str) -> str:
    for number in await host.list("/sys/class/remoteproc"):
        if (await host.read(paths.attribute(number, "name"))).decode().strip() == processor:
            return number
    raise LookupError(processor)
