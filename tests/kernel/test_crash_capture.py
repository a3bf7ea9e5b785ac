"""A real kernel recovers in milliseconds and throws everything away; what is kept of a crash is what there was."""

from __future__ import annotations

import json
import pathlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rproc_tui.controller.controller import Controller
from rproc_tui.crash.dump import Layout
from rproc_tui.hosts.local import LocalHost
from rproc_tui.linux import paths
from rproc_tui.model.crash import CrashRecord, CrashStage
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor, State
from tests.conformance.machine import Machine
from tests.conformance.patience import until
from tests.controller.crash_rig import capturing

NAME = "vr-m4"
DUMPED = 0x1000 + 0x2000 + 0x8000
"""Bytes of memory that the driver has dumped."""


@pytest_asyncio.fixture
async def capturer(machine: Machine, tmp_path: pathlib.Path) -> AsyncIterator[Controller]:
    """The controller as the screen starts it."""
    async with capturing(LocalHost(label="lab"), tmp_path / "state", state_every=0.1) as controller:
        yield controller


def processor(controller: Controller) -> Processor:
    return next(found for found in controller.snapshot.processors if found.name == NAME)


async def runs(controller: Controller) -> None:
    assert (await controller.act(processor(controller).key, Verb.FIRMWARE, "good.elf")).ok
    assert (await controller.act(processor(controller).key, Verb.BOOT)).ok


async def dies(controller: Controller, machine: Machine, crash_type: bytes = b"1") -> tuple[CrashRecord, pathlib.Path]:
    before = processor(controller).last_crash
    await machine.host.write(paths.debug_file(processor(controller).id, "crash"), crash_type)

    async def is_ready() -> bool:
        found = processor(controller).last_crash
        return found is not None and found.stage is CrashStage.READY and (before is None or found.id != before.id)

    await until(is_ready, "the crash is captured")
    found = processor(controller).last_crash
    assert found is not None
    assert found.folder is not None
    return found, pathlib.Path(found.folder)


async def recovers(controller: Controller) -> None:
    async def is_up() -> bool:
        return processor(controller).state is State.RUNNING

    await until(is_up, "it is up again")


async def test_a_crash_is_captured_with_log_firmware_table_and_trace(capturer: Controller, machine: Machine) -> None:
    await runs(capturer)
    record, folder = await dies(capturer, machine)
    assert (record.type, record.firmware) == ("watchdog", "good.elf")
    log = (folder / "kernel.log").read_text()
    assert "crash detected in vr-m4: type watchdog" in log
    assert "handling crash #" in log
    assert (folder / "firmware.elf").read_bytes() == pathlib.Path("/lib/firmware/good.elf").read_bytes()
    assert "Entry" in (folder / "resource_table").read_text()
    assert (folder / "trace.txt").read_text().strip()
    assert json.loads((folder / "report.json").read_text())["crash_type"] == "watchdog"
    await recovers(capturer)


async def test_the_dump_of_the_kernel_is_collected_whole_and_freed(capturer: Controller, machine: Machine) -> None:
    await runs(capturer)
    assert (await capturer.act(processor(capturer).key, Verb.COREDUMP)).ok
    assert processor(capturer).coredump == "enabled"
    record, _ = await dies(capturer, machine)
    assert record.problems == ()
    report = await capturer.crash_report(record.id)
    assert (report.dump.layout, report.dump.problems) == (Layout.SEGMENTS, ())
    assert sum(segment.size for segment in report.dump.segments) == DUMPED
    assert await machine.dumps() == []
    await recovers(capturer)


async def test_an_inline_dump_is_collected_and_lets_the_recovery_go_on(capturer: Controller, machine: Machine) -> None:
    await runs(capturer)
    await machine.host.write(paths.attribute(processor(capturer).id, "coredump"), b"inline")
    record, folder = await dies(capturer, machine)
    await recovers(capturer)
    assert (folder / "dump.core").stat().st_size > DUMPED
    assert record.has_dump


async def test_without_recovery_everything_is_caught_as_it_stands(capturer: Controller, machine: Machine) -> None:
    await runs(capturer)
    assert (await capturer.act(processor(capturer).key, Verb.RECOVERY, "off")).ok
    _, folder = await dies(capturer, machine, b"0")
    kept = json.loads((folder / "capture.json").read_text())
    assert (kept["caught"], kept["state"]) == (True, "crashed")
    assert (folder / "trace0").read_bytes()
    assert "Carveout memory entry" in (folder / "carveouts").read_text()


@pytest.mark.parametrize("crashes", [20])
async def test_crashes_in_a_row_are_all_counted(capturer: Controller, machine: Machine, crashes: int) -> None:
    await runs(capturer)
    first, _ = await dies(capturer, machine)
    assert first.number is not None
    for number in range(1, crashes):
        await recovers(capturer)
        record, _ = await dies(capturer, machine)
        assert record.number == first.number + number
    history = await capturer.crash_history()
    assert [record.number for record in history] == [first.number + crashes - 1 - number for number in range(crashes)]
