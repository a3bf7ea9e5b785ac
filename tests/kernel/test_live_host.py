"""The controller over this machine's own kernel: what people do all day, from files to outcomes."""

from __future__ import annotations

import asyncio
import pathlib
import subprocess

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.local import LocalHost
from rproc_tui.linux import devcoredump, firmware_path
from rproc_tui.model.event import EventKind
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import Processor, State
from tests.conformance.images import firmware
from tests.conformance.machine import FIRMWARE, FIRMWARE_PATH, Machine
from tests.conformance.patience import until

DEBUGFS = "/sys/kernel/debug"
DUMPED = 0x1000 + 0x2000 + 0x8000
"""Bytes of memory that the driver has dumped."""


def processor(controller: Controller, name: str = "vr-m4") -> Processor:
    return next(found for found in controller.snapshot.processors if found.name == name)


async def act(controller: Controller, verb: Verb, argument: str | None = None, name: str = "vr-m4") -> Outcome:
    return await controller.act(processor(controller, name).key, verb, argument)


async def done(controller: Controller, verb: Verb, argument: str | None = None, name: str = "vr-m4") -> Outcome:
    outcome = await act(controller, verb, argument, name)
    assert outcome.result is Result.DONE, outcome
    return outcome


def said(controller: Controller, text: str, name: str = "vr-m4") -> int:
    """In how many lines of its trace a text is."""
    ring = controller.trace(processor(controller, name).key)
    return sum(text in line.text for line in ring.lines(ring.start, ring.stop))


async def comes(controller: Controller, text: str, times: int = 1, name: str = "vr-m4") -> None:
    async def look() -> bool:
        return said(controller, text, name) >= times

    await until(look, f"the trace of {name} says {text!r} {times} times")


async def becomes(controller: Controller, state: State, crashes: int, name: str = "vr-m4") -> None:
    async def look() -> bool:
        seen = processor(controller, name)
        return (seen.state, seen.crashes) == (state, crashes)

    await until(look, f"{name} is {state} with {crashes} crashes")


async def test_three_processors_are_listed_with_their_driver_and_device(controller: Controller) -> None:
    (host,) = controller.snapshot.hosts
    assert (host.label, host.kind, host.error, host.advice) == ("lab", "local", None, ())
    assert host.kernel is not None
    assert host.kernel.startswith("6.")
    listed = sorted((p.name, p.state, p.driver, p.key.device, p.firmware, p.writable) for p in host.processors)
    at = "/sys/devices/platform/vrproc."
    assert listed == [
        ("vr-dsp", State.DETACHED, "vrproc", f"{at}2", "vrproc-2.elf", True),
        ("vr-m4", State.OFFLINE, "vrproc", f"{at}0", "vrproc-0.elf", True),
        ("vr-r5", State.OFFLINE, "vrproc", f"{at}1", "rproc-vr-r5-fw", True),
    ]


async def test_boot_shows_the_trace_the_table_and_the_channels_until_stop(controller: Controller) -> None:
    assert (await done(controller, Verb.BOOT)).message == "vr-m4 is running"
    await comes(controller, "klab firmware 1.0")
    await comes(controller, "tick 2")
    seen = processor(controller)
    assert (seen.state, seen.traces) == (State.RUNNING, ("trace0", "trace1"))
    assert seen.resource_table is not None

    async def announced() -> bool:
        return {channel.name for channel in processor(controller).rpmsg.channels} >= {"rpmsg-raw", "vrproc-echo"}

    await until(announced, "the channels are there")
    assert (await done(controller, Verb.STOP)).message == "vr-m4 is offline"
    assert processor(controller).traces == ()


async def test_a_detached_processor_is_attached_and_detached(controller: Controller) -> None:
    assert (await done(controller, Verb.BOOT, name="vr-dsp")).message == "vr-dsp is attached"
    assert (await done(controller, Verb.DETACH, name="vr-dsp")).message == "vr-dsp is detached"


async def test_a_missing_firmware_fails_with_the_kernels_lines_about_it(controller: Controller) -> None:
    await done(controller, Verb.FIRMWARE, "nosuch.elf")
    outcome = await act(controller, Verb.BOOT)
    assert (outcome.result, outcome.errno) == (Result.FAILED, 2)
    texts = [line.text for line in outcome.lines]
    assert any("Direct firmware load for nosuch.elf failed with error -2" in text for text in texts), texts
    assert any("nosuch.elf" in advice for advice in outcome.advice)


async def test_a_crash_with_recovery_is_counted_though_no_look_at_the_state_may_see_it(controller: Controller) -> None:
    before = processor(controller).crashes or 0
    await done(controller, Verb.BOOT)
    await comes(controller, "tick 0")
    await done(controller, Verb.CRASH)
    await becomes(controller, State.RUNNING, before + 1)
    await comes(controller, "klab firmware 1.0", times=2)
    assert any(event.kind is EventKind.CRASHED for event in controller.events)


async def test_a_crash_without_recovery_stays_until_somebody_recovers_it(controller: Controller) -> None:
    before = processor(controller).crashes or 0
    await done(controller, Verb.BOOT)
    assert (await done(controller, Verb.RECOVERY, "off")).message == "recovery of vr-m4 is disabled"
    await done(controller, Verb.CRASH, "watchdog")
    await becomes(controller, State.CRASHED, before + 1)
    assert (await act(controller, Verb.BOOT)).result is Result.REFUSED
    await done(controller, Verb.RECOVER)
    assert processor(controller).state is State.RUNNING


async def test_a_dump_is_collected_whole_and_then_freed(controller: Controller, machine: Machine) -> None:
    await done(controller, Verb.BOOT)
    await done(controller, Verb.COREDUMP)
    assert processor(controller).coredump == "enabled"
    await done(controller, Verb.CRASH)

    async def waits() -> bool:
        return processor(controller).dump is not None

    await until(waits, "a dump waits")
    outcome = await done(controller, Verb.COREDUMP)
    assert outcome.path is not None
    content = pathlib.Path(outcome.path).read_bytes()
    assert content.startswith(b"\x7fELF")
    assert devcoredump.check(content, len(content)) is None
    assert len(content) > DUMPED

    async def freed() -> bool:
        return not await machine.dumps()

    await until(freed, "the kernel has dropped its own")


async def test_firmware_is_replaced_while_it_runs(controller: Controller, machine: Machine) -> None:
    await done(controller, Verb.BOOT)
    await comes(controller, "klab firmware 1.0")
    await machine.install("vrproc-0.elf", firmware(banner="klab firmware 2.0"))
    await done(controller, Verb.RELOAD)
    await comes(controller, "klab firmware 2.0")
    await machine.gone("vrproc-0.elf")
    await machine.install("vrproc-0.elf")


async def test_firmware_goes_into_the_folder_that_the_kernel_is_told_to_search_first(machine: Machine) -> None:
    host = LocalHost()
    assert await firmware_path.folder(host) == FIRMWARE
    own = f"{FIRMWARE}/first-of-all"
    await host.write(FIRMWARE_PATH, own.encode())
    assert await firmware_path.folder(host) == own
    await machine.install("only-here.elf", firmware(banner="from the first folder"), await firmware_path.folder(host))
    assert await firmware_path.find(host, "only-here.elf") == f"{own}/only-here.elf"
    await machine.m4.write("firmware", "only-here.elf")
    await machine.m4.write("state", "start")
    await machine.m4.trace_says("from the first folder")


async def test_a_slow_start_holds_nobody_up(controller: Controller, machine: Machine) -> None:
    await machine.install("slow.elf", firmware(start_delay=2000))
    await done(controller, Verb.FIRMWARE, "slow.elf")
    slow = asyncio.create_task(act(controller, Verb.BOOT))

    async def pending() -> bool:
        return processor(controller).pending is not None

    await until(pending, "the start is under way")
    assert (await done(controller, Verb.BOOT, name="vr-r5")).message == "vr-r5 is running"
    assert not slow.done()
    assert (await slow).result is Result.DONE


async def test_an_unbound_processor_vanishes_and_comes_back(controller: Controller, machine: Machine) -> None:
    async def names() -> list[str]:
        return sorted(found.name for found in controller.snapshot.processors)

    async def two() -> bool:
        return await names() == ["vr-dsp", "vr-m4"]

    async def three() -> bool:
        return await names() == ["vr-dsp", "vr-m4", "vr-r5"]

    await machine.r5.unbind()
    await until(two, "vr-r5 is gone")
    await machine.r5.bind()
    await until(three, "vr-r5 is back")
    kinds = [event.kind for event in controller.events]
    assert EventKind.VANISHED in kinds
    assert EventKind.APPEARED in kinds


async def test_device_events_come_from_the_kernel_without_a_daemon(machine: Machine) -> None:
    place = await machine.events_now()
    await machine.r5.rebind()
    seen = {(event.action, event.subsystem) for event in await machine.events_since(place)}
    assert {("add", "remoteproc"), ("remove", "remoteproc"), ("bind", "platform"), ("unbind", "platform")} <= seen


async def test_kernel_lines_name_their_device_by_its_number(machine: Machine) -> None:
    place = await machine.now()
    await machine.start(machine.m4)
    line = await machine.hears(place, "is now up")
    number = (await machine.m4.read("dev")).strip()
    assert (line.subsystem, line.device) == ("remoteproc", f"c{number}")


@pytest.mark.usefixtures("machine")
async def test_without_debugfs_it_says_what_it_cannot_show_and_does_the_rest(tmp_path: pathlib.Path) -> None:
    settings = Settings(state_folder=str(tmp_path / "state"))
    controller = Controller([LocalHost(label="lab")], clock=SystemClock(), settings=settings)
    subprocess.run(["umount", DEBUGFS], check=True)
    try:
        await controller.start()
        (host,) = controller.snapshot.hosts
        assert any("debugfs is not mounted" in sentence for sentence in host.advice)
        await done(controller, Verb.BOOT)
        assert (processor(controller).state, processor(controller).traces) == (State.RUNNING, ())
        assert {channel.name for channel in processor(controller).rpmsg.channels} >= {"rpmsg-raw"}
        await done(controller, Verb.STOP)
    finally:
        subprocess.run(["mount", "-t", "debugfs", "debugfs", DEBUGFS], check=True)
        await controller.close()
