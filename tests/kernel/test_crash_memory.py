"""A dump that a kernel made holds, byte for byte, the memory that its driver shows in a file of its own."""

from __future__ import annotations

import hashlib
import os
import pathlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rproc_tui.controller.controller import Controller
from rproc_tui.crash.dump import Dump
from rproc_tui.hosts.local import LocalHost
from rproc_tui.model.crash import CrashStage
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor
from tests.conformance.images import firmware
from tests.conformance.machine import Machine
from tests.conformance.patience import until
from tests.conformance.vrproc import DDR, DTCM, DUMPED, ITCM
from tests.controller.crash_rig import capturing
from tests.remoteproc.images import Segment, carveout, trace

MEMORY = pathlib.Path("/sys/kernel/debug/vrproc.0/mem")
NEVER = 3_600_000
"""Milliseconds between two lines of a program that is to leave its memory alone."""
PLACES = {ITCM + 0x500: 0xB00, DTCM + 0x400: 0x1C00, DDR + 0x2000: 0x6000}
"""Bytes by the address that they are loaded to: all that is dumped, where nothing else has its place."""


@pytest_asyncio.fixture
async def capturer(machine: Machine, tmp_path: pathlib.Path) -> AsyncIterator[Controller]:
    """The controller as the screen starts it, with the program running whose memory is full."""
    noise = [Segment(address, noise_of(address, size)) for address, size in PLACES.items()]
    image = firmware([carveout(), trace()], data=noise[0], more=noise[1:], tick=NEVER)
    async with capturing(LocalHost(label="lab"), tmp_path / "state", state_every=0.1) as controller:
        await machine.start(machine.m4, "full.elf", image)
        await machine.m4.trace_says("trace buffer(s)")
        yield controller


@pytest.mark.parametrize("mode", ["enabled", "inline"])
async def test_a_dump_holds_the_memory_that_the_driver_shows(capturer: Controller, machine: Machine, mode: str) -> None:
    await machine.m4.write("coredump", mode)
    shown = exposed()
    await machine.m4.write("/crash", "2")
    assert held(await dump_of(capturer)) == shown


async def test_a_dump_that_waited_for_the_recovery_holds_it_too(capturer: Controller, machine: Machine) -> None:
    await machine.m4.write("coredump", "enabled")
    await machine.m4.write("recovery", "disabled")
    await machine.m4.write("/crash", "0")
    await machine.m4.becomes("crashed")
    shown = exposed()
    assert (await capturer.act(m4(capturer).key, Verb.RECOVER)).ok
    assert held(await dump_of(capturer)) == shown


def noise_of(address: int, size: int) -> bytes:
    """Bytes that are nowhere else."""
    return hashlib.shake_128(address.to_bytes(4, "little")).digest(size)


def exposed() -> dict[int, bytes]:
    """What the driver shows of the stretches that are dumped."""
    descriptor = os.open(MEMORY, os.O_RDONLY)
    try:
        shown = {address: os.pread(descriptor, size, address) for address, size in DUMPED}
    finally:
        os.close(descriptor)
    assert [len(content) for content in shown.values()] == [size for _, size in DUMPED]
    assert all(len(set(content)) == 256 for content in shown.values())
    return shown


def held(dump: Dump) -> dict[int, bytes | None]:
    """What our reading of a dump says of each of its stretches."""
    assert dump.problems == ()
    return {segment.address: dump.read(segment.address, segment.size) for segment in dump.segments}


def m4(controller: Controller) -> Processor:
    return next(found for found in controller.snapshot.processors if found.name == "vr-m4")


async def dump_of(controller: Controller) -> Dump:
    """The dump of the crash, once it was captured."""

    async def is_kept() -> bool:
        found = m4(controller).last_crash
        return found is not None and found.stage is CrashStage.READY and found.has_dump

    await until(is_kept, "the dump is kept")
    record = m4(controller).last_crash
    assert record is not None
    return (await controller.crash_evidence(record.id)).dump
