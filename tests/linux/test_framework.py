"""What this room reads and does, on the framework itself: its files are those of a kernel, its drivers are Python."""

from __future__ import annotations

import asyncio
import pathlib

import pytest

from rproc_tui.errors import ActionRefused
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.linux import firmware_path, verbs
from rproc_tui.linux.conditions import crash_count, is_stuck
from rproc_tui.linux.discovery import processor_ids
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.linux.processor import read_live, read_processor
from rproc_tui.linux.recognise import recognise
from rproc_tui.linux.verbs import Seen
from rproc_tui.model.processor import Note, Processor, ProcessorKey, State
from rproc_tui.model.resource_table import ResourceTable, TraceEntry
from tests.plain_board import TRACE_BASE, TRACE_SIZE

ID = "remoteproc0"


async def state_becomes(host: EmulatedHost, state: State) -> None:
    async with asyncio.timeout(5):
        async for content in host.follow(f"/sys/class/remoteproc/{ID}/state", 0.0):
            if content == f"{state}\n".encode():
                return


async def at_once(_: float) -> None:
    """A pause that takes no time."""
    await asyncio.sleep(0)


async def heard(host: EmulatedHost, last: Kind) -> list[KernelFact]:
    """Everything that the log says of processors, up to the first line of a kind."""
    facts: list[KernelFact] = []
    async with asyncio.timeout(5):
        async for line in host.kernel_log():
            fact = recognise(line)
            facts += [] if fact is None else [fact]
            if fact is not None and fact.kind is last:
                break
    return facts


async def test_a_processor_that_runs_is_read_without_a_complaint(plain_host: EmulatedHost) -> None:
    assert await processor_ids(plain_host) == (ID, "remoteproc1")
    await verbs.boot(plain_host, ID)
    facts = await read_processor(plain_host, ID)
    assert (facts.name, facts.state, facts.firmware) == ("m4", State.RUNNING, "m4.elf")
    assert facts.device == "/sys/devices/platform/10000000.m4"
    assert facts.driver == "plain-rproc"
    assert facts.resource_table == ResourceTable((TraceEntry(0, None, TRACE_BASE, TRACE_SIZE, "log"),), 1, ver=None)
    assert facts.traces == ("trace0",)
    assert (facts.writable, facts.unreadable) == (True, ())


async def test_every_verb_tells_the_truth(plain_host: EmulatedHost) -> None:
    assert await verbs.boot(plain_host, ID) == Seen(State.RUNNING)
    assert await verbs.stop(plain_host, ID) == Seen(State.OFFLINE)
    assert await verbs.set_firmware(plain_host, ID, "dsp.elf") == Seen(State.OFFLINE, value="dsp.elf")
    assert await verbs.set_recovery(plain_host, ID, enabled=False) == Seen(State.OFFLINE, value="disabled")
    assert await verbs.set_coredump(plain_host, ID, "inline") == Seen(State.OFFLINE, value="inline")
    assert await verbs.boot(plain_host, ID) == Seen(State.RUNNING)
    await verbs.crash(plain_host, ID, 2)
    await state_becomes(plain_host, State.CRASHED)
    with pytest.raises(ActionRefused):
        await verbs.boot(plain_host, ID)


async def test_a_processor_that_was_started_twice_is_held(plain_host: EmulatedHost) -> None:
    await verbs.boot(plain_host, ID)
    await plain_host.write("/sys/class/remoteproc/remoteproc0/state", b"start")
    assert (await verbs.stop(plain_host, ID)).note is Note.HELD
    assert await verbs.stop(plain_host, ID) == Seen(State.OFFLINE)


async def test_a_recovery_without_its_firmware_is_stuck_and_the_log_tells_it_too(
    plain_host: EmulatedHost, firmware_folder: pathlib.Path
) -> None:
    await verbs.set_recovery(plain_host, ID, enabled=False)
    await verbs.boot(plain_host, ID)
    await verbs.crash(plain_host, ID, 1)
    await state_becomes(plain_host, State.CRASHED)
    (firmware_folder / "m4.elf").unlink()
    assert await verbs.recover(plain_host, ID, pause=at_once) == Seen(State.OFFLINE, note=Note.STUCK)
    assert await verbs.boot(plain_host, ID, pause=at_once) == Seen(State.OFFLINE, note=Note.STUCK)
    said = [fact for fact in await heard(plain_host, Kind.REQUEST_FAILED) if fact.id == ID]
    live = await read_live(plain_host, ID)
    m4 = Processor(ProcessorKey("plain", "m4"), ID, "m4", live.state, traces=live.traces)
    assert is_stuck(m4, said, now=0.0)
    assert is_stuck(m4, [], now=0.0)
    assert crash_count(said) == 1


async def test_a_life_is_told_in_order(plain_host: EmulatedHost) -> None:
    await verbs.boot(plain_host, ID)
    await verbs.stop(plain_host, ID)
    kinds = [fact.kind for fact in await heard(plain_host, Kind.STOPPED) if fact.id == ID]
    assert kinds == [Kind.AVAILABLE, Kind.POWERING_UP, Kind.BOOTING, Kind.UP, Kind.STOPPED]


async def test_firmware_is_found_where_the_kernel_would(plain_host: EmulatedHost) -> None:
    assert await firmware_path.find(plain_host, "m4.elf") == "/lib/firmware/m4.elf"
    assert await firmware_path.find(plain_host, "none.elf") is None
    assert await firmware_path.candidates(plain_host) == ("dsp.elf", "m4.elf")
    assert await firmware_path.folder(plain_host) == "/lib/firmware"
