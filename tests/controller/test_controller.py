"""The controller sees, acts and tells; its answers come from what was read back."""

from __future__ import annotations

import asyncio
import errno
import pathlib
from typing import Any, cast

import pytest

from rproc_tui.controller.controller import Controller
from rproc_tui.controller.steps import STEPS, Done, Step
from rproc_tui.errors import NoSuchProcessor
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.linux import verbs
from rproc_tui.model.event import EventKind
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import ProcessorKey, State
from tests.controller.conftest import processor, until
from tests.plain_board import PlainBoard, firmware


async def act(controller: Controller, verb: Verb, argument: str | None = None, name: str = "m4") -> Outcome:
    return await controller.act(processor(controller, name).key, verb, argument)


def texts(controller: Controller, name: str = "m4") -> list[str]:
    ring = controller.trace(processor(controller, name).key)
    return [line.text for line in ring.lines(ring.start, ring.stop)]


async def test_the_first_snapshot_shows_every_processor_as_it_is(controller: Controller) -> None:
    (host,) = controller.snapshot.hosts
    assert (host.label, host.kind, host.kernel, host.error) == ("plain", "emulated", "6.12.117", None)
    assert [(p.id, p.name, p.state) for p in host.processors] == [
        ("remoteproc0", "m4", State.OFFLINE),
        ("remoteproc1", "dsp", State.OFFLINE),
    ]
    assert processor(controller).firmware == "m4.elf"


async def test_boot_runs_the_firmware_and_its_trace_arrives(controller: Controller, plain_board: PlainBoard) -> None:
    outcome = await act(controller, Verb.BOOT)
    assert (outcome.result, outcome.message) == (Result.DONE, "m4 is running")
    await until(controller, lambda: "start 1" in texts(controller))
    plain_board.drivers["m4"].say("hello\n")
    await until(controller, lambda: "hello" in texts(controller))
    seen = processor(controller)
    assert (seen.state, seen.traces, seen.pending) == (State.RUNNING, ("trace0",), None)
    assert seen.resource_table is not None
    assert seen.since is not None


async def test_a_boot_of_a_running_processor_is_refused_and_writes_nothing(
    controller: Controller, plain_board: PlainBoard
) -> None:
    await act(controller, Verb.BOOT)
    outcome = await act(controller, Verb.BOOT)
    assert outcome.result is Result.REFUSED
    assert "already running" in outcome.message
    assert plain_board.processors["m4"].power == 1


async def test_a_stop_that_another_user_holds_up_is_told_as_failed(
    controller: Controller, plain_host: EmulatedHost
) -> None:
    await act(controller, Verb.BOOT)
    await plain_host.write("/sys/class/remoteproc/remoteproc0/state", b"start")
    outcome = await act(controller, Verb.STOP)
    assert (outcome.result, outcome.message) == (Result.FAILED, "m4 is still running")
    assert "power reference" in outcome.advice[0]
    assert (await act(controller, Verb.STOP)).result is Result.DONE


async def test_a_failed_boot_shows_errno_kernel_lines_and_what_to_do(
    controller: Controller, firmware_folder: pathlib.Path
) -> None:
    (firmware_folder / "m4.elf").write_bytes(firmware(address=0x2000_0000))
    outcome = await act(controller, Verb.BOOT)
    assert (outcome.result, outcome.errno) == (Result.FAILED, errno.EINVAL)
    assert any("bad phdr da 0x20000000" in line.text for line in outcome.lines)
    assert any("lies in no memory of m4" in advice for advice in outcome.advice)
    assert processor(controller).outcome == outcome


async def test_a_missing_file_is_named(controller: Controller, firmware_folder: pathlib.Path) -> None:
    (firmware_folder / "m4.elf").unlink()
    outcome = await act(controller, Verb.BOOT)
    assert outcome.errno == errno.ENOENT
    assert any("m4.elf" in advice for advice in outcome.advice)


async def test_a_crash_without_recovery_is_seen_counted_and_recovered_by_hand(controller: Controller) -> None:
    await act(controller, Verb.BOOT)
    assert (await act(controller, Verb.RECOVERY, "off")).message == "recovery of m4 is disabled"
    await act(controller, Verb.CRASH, "watchdog")
    await until(controller, lambda: processor(controller).state is State.CRASHED)
    await until(controller, lambda: processor(controller).crashes == 1)
    assert (await act(controller, Verb.BOOT)).result is Result.REFUSED
    assert (await act(controller, Verb.RECOVER)).result is Result.DONE
    assert processor(controller).state is State.RUNNING


@pytest.mark.parametrize("verb", [Verb.BOOT, Verb.RELOAD])
async def test_firmware_that_crashes_between_the_start_and_the_last_look_was_not_booted(
    controller: Controller, plain_host: EmulatedHost, monkeypatch: pytest.MonkeyPatch, verb: Verb
) -> None:
    step = STEPS[verb]

    async def then_crash(given: Step) -> Done:
        done = await step(given)
        await verbs.crash(plain_host, "remoteproc0", 2)
        async for state in plain_host.follow("/sys/class/remoteproc/remoteproc0/state", 0.0):
            if state == b"crashed\n":
                break
        return done

    await act(controller, Verb.RECOVERY, "off")
    monkeypatch.setitem(cast("dict[Verb, Any]", STEPS), verb, then_crash)
    outcome = await act(controller, verb)
    assert (outcome.result, outcome.message) == (Result.FAILED, "m4 was running for a moment, and is crashed now")
    assert any("crash detected in m4" in line.text for line in outcome.lines)
    assert processor(controller).state is State.CRASHED


async def test_a_crash_with_recovery_is_counted_though_nobody_saw_the_state(controller: Controller) -> None:
    await act(controller, Verb.BOOT)
    await act(controller, Verb.CRASH)
    await until(controller, lambda: processor(controller).crashes == 1)
    await until(controller, lambda: processor(controller).state is State.RUNNING)
    await until(controller, lambda: "start 2" in texts(controller))
    assert any(event.kind is EventKind.CRASHED for event in controller.events)


async def test_events_tell_in_order_what_happened(controller: Controller) -> None:
    await act(controller, Verb.BOOT)
    await act(controller, Verb.STOP)
    await until(controller, lambda: sum(event.kind is EventKind.STATE for event in controller.events) == 2)
    told = [event.text for event in controller.events if event.kind in (EventKind.STATE, EventKind.ACTION)]
    assert [text for text in told if "is" in text] == [
        "m4 is running, was offline",
        "boot: m4 is running",
        "m4 is offline, was running",
        "stop: m4 is offline",
    ]


async def test_different_processors_are_acted_on_side_by_side(controller: Controller) -> None:
    outcomes = await asyncio.gather(act(controller, Verb.BOOT), act(controller, Verb.BOOT, name="dsp"))
    assert [outcome.result for outcome in outcomes] == [Result.DONE, Result.DONE]


async def test_a_second_action_on_a_busy_processor_is_refused(controller: Controller) -> None:
    first, second = await asyncio.gather(act(controller, Verb.BOOT), act(controller, Verb.STOP))
    assert first.result is Result.DONE
    assert second.result is Result.REFUSED
    assert "another action" in second.message


async def test_an_action_waits_for_a_look_and_is_refused_only_behind_another_action(controller: Controller) -> None:
    session = controller._session(processor(controller).key)  # nobody else can hold it just so
    async with session.lock:
        boot = asyncio.ensure_future(act(controller, Verb.BOOT))
        await until(controller, lambda: processor(controller).pending is not None)
        second = await act(controller, Verb.STOP)
        assert not boot.done()
    assert second.result is Result.REFUSED
    assert (await boot).result is Result.DONE


async def test_firmware_is_chosen_by_name_and_read_back(controller: Controller, firmware_folder: pathlib.Path) -> None:
    (firmware_folder / "other.elf").write_bytes(firmware(b"\x70\x47" * 9))
    choices = await controller.firmware_choices(processor(controller).key)
    assert {(choice.name, choice.current) for choice in choices} == {
        ("m4.elf", True),
        ("dsp.elf", False),
        ("other.elf", False),
    }
    assert (await act(controller, Verb.FIRMWARE, "other.elf")).result is Result.DONE
    assert processor(controller).firmware == "other.elf"


async def test_a_processor_that_is_gone_cannot_be_acted_on(controller: Controller) -> None:
    with pytest.raises(NoSuchProcessor):
        await controller.act(ProcessorKey("plain", "/sys/devices/none"), Verb.BOOT)


async def test_a_processor_whose_driver_goes_away_vanishes_with_an_event(
    controller: Controller, plain_host: EmulatedHost, plain_board: PlainBoard
) -> None:
    await asyncio.to_thread(plain_host._registry.delete, plain_board.processors.pop("dsp"))
    await until(controller, lambda: len(controller.snapshot.processors) == 1)
    assert controller.events[-1].kind is EventKind.VANISHED
