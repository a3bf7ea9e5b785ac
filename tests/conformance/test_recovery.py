"""What becomes of a processor that crashes: with recovery, without, by itself, again, and when recovery fails."""

from __future__ import annotations

import re

import pytest

from tests.conformance.images import IMAGES, firmware
from tests.conformance.lines import said, vdev_comes
from tests.conformance.machine import Machine
from tests.conformance.processor import OK, Processor

DETECTED = said("<3> crash detected in vr-m4: type fatal error")
HANDLED = said("<3> handling crash # in vr-m4")
RECOVERS = said("<3> recovering vr-m4", "<6> stopped remote processor vr-m4")
UP = said("<6> remote processor vr-m4 is now up")


async def recovered(machine: Machine, place: int, processor: Processor) -> None:
    """Wait until it is up again after a crash."""
    await machine.hears(place, "is now up")
    await processor.becomes("running")


def report_first(lines: list[str]) -> list[str]:
    """Lines with the report of the crash in front: a kernel queues the work before it logs, and may be quick."""
    return sorted(lines, key=lambda line: "crash detected" not in line)


async def test_a_crash_is_recovered_with_these_lines(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    place = await machine.now()
    await m4.crash()
    await recovered(machine, place, m4)
    lines = await machine.log_since(place)
    assert report_first(lines) == DETECTED + HANDLED + RECOVERS + vdev_comes() + UP


async def test_a_recovery_keeps_the_files_of_the_first_boot(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    before = await m4.read("/carveout_memories")
    place = await machine.now()
    await m4.crash()
    await recovered(machine, place, m4)
    assert await m4.traces() == ["trace0", "trace1"]
    assert await m4.read("/carveout_memories") == before
    assert len(await m4.children()) == 1


async def test_the_trace_begins_anew_after_a_recovery(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    first = (await m4.trace_says("entry 0x101"))[:15]
    place = await machine.now()
    await m4.crash()
    await recovered(machine, place, m4)
    assert not (await m4.trace_says("entry 0x101")).startswith(first)


async def test_the_channels_are_announced_again_after_a_recovery(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    await machine.device("vrproc-echo")
    place = await machine.now()
    await m4.crash()
    await recovered(machine, place, m4)
    await machine.hears(place, "creating channel rpmsg-raw addr 0x400")
    await machine.hears(place, "creating channel vrproc-echo addr 0x401")


async def test_a_recovery_does_not_change_the_power_count(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    place = await machine.now()
    await m4.crash()
    await recovered(machine, place, m4)
    assert await m4.answer("state", "stop") == OK
    assert await m4.state() == "offline"


async def test_crashes_are_counted_for_the_life_of_a_processor(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    numbers = []
    for _ in range(3):
        place = await machine.now()
        await m4.crash()
        line = await machine.hears(place, "handling crash #")
        numbers += re.findall(r"crash #(\d+) in vr-m4", line.text)
        await recovered(machine, place, m4)
    first = int(numbers[0])
    assert numbers == [str(first), str(first + 1), str(first + 2)]
    await m4.write("state", "stop")
    await m4.write("state", "start")
    place = await machine.now()
    await m4.crash()
    assert f"crash #{first + 3} " in (await machine.hears(place, "handling crash #")).text
    await recovered(machine, place, m4)


async def test_a_new_binding_counts_from_one(machine: Machine) -> None:
    await machine.m4.rebind()
    m4 = await machine.in_state("running")
    place = await machine.now()
    await m4.crash()
    assert "handling crash #1 in vr-m4" in (await machine.hears(place, "handling crash #")).text
    await recovered(machine, place, m4)


async def test_without_recovery_it_stays_crashed(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    await m4.write("recovery", "disabled")
    place = await machine.now()
    await m4.crash()
    await machine.hears(place, "handling crash")
    assert await m4.state() == "crashed"
    assert report_first(await machine.log_since(place)) == DETECTED + HANDLED
    assert len(await m4.children()) == 1


async def test_a_second_crash_of_a_crashed_processor_is_only_reported(machine: Machine) -> None:
    m4 = await machine.in_state("crashed")
    place = await machine.now()
    await m4.crash("1")
    await machine.hears(place, "crash detected in vr-m4: type watchdog")
    assert await m4.answer("recovery", "recover") == OK
    lines = await machine.log_since(place)
    assert lines[0] == said("<3> crash detected in vr-m4: type watchdog")[0]
    assert not [line for line in lines if "handling" in line]


async def test_a_crash_of_a_processor_that_is_off_is_only_reported(machine: Machine) -> None:
    place = await machine.now()
    await machine.m4.crash()
    assert await machine.log_since(place) == DETECTED
    assert await machine.m4.state() == "offline"


async def test_a_detached_processor_that_crashes_is_loaded_from_its_file(machine: Machine) -> None:
    await machine.install("vrproc-2.elf")
    machine.spoils(machine.dsp)
    place = await machine.now()
    await machine.dsp.crash()
    await machine.hears(place, "recovering vr-dsp")
    lines = await machine.log_since(place)
    assert said("<3> handling crash # in vr-dsp")[0] in lines


async def test_an_attached_processor_that_crashes_is_loaded_from_its_file(machine: Machine) -> None:
    await machine.install("vrproc-2.elf")
    dsp = await machine.in_state("attached")
    machine.spoils(dsp)
    place = await machine.now()
    await dsp.crash()
    await machine.hears(place, "remote processor vr-dsp is now up")
    await dsp.becomes("running")
    assert await dsp.read("firmware") == "vrproc-2.elf\n"
    assert await dsp.answer("state", "detach") == "EINVAL"


async def test_a_firmware_that_crashes_by_itself_is_started_again_and_again(machine: Machine) -> None:
    m4 = machine.m4
    own_crash = firmware(crash_after=30, crash_type=1, tick=10)
    place = await machine.now()
    await machine.start(m4, "crasher.elf", own_crash)
    await machine.hears(place, "crash detected in vr-m4: type watchdog")
    await machine.hears(place, "is now up")
    again = await machine.now()
    await machine.hears(again, "crash detected in vr-m4: type watchdog")
    await machine.install("crasher.elf", firmware(banner="a mended build"))  # the next recovery ends the loop
    await m4.trace_says("a mended build")


async def test_the_image_that_crashes_by_itself_says_why_in_its_trace(machine: Machine) -> None:
    await machine.choose(machine.m4, "crash2s.elf")
    await machine.m4.write("recovery", "disabled")
    await machine.m4.write("state", "start")
    await machine.m4.becomes("crashed")
    assert "assert failed at main.c:42\n" in await machine.m4.read("/trace0")


async def test_a_crashed_processor_neither_logs_nor_answers(machine: Machine) -> None:
    await machine.choose(machine.m4, "fast.elf")
    m4 = machine.m4
    await m4.write("state", "start")
    await m4.write("recovery", "disabled")
    await m4.trace_says("tick 3")
    await m4.crash()
    await m4.becomes("crashed")
    # Another processor ticks on meanwhile; its ticks are the clock here.
    await machine.start(machine.r5, "chatty.elf", firmware(tick=20, banner="chatty"))
    await machine.r5.trace_says("tick 4")
    still = await m4.read("/trace0")
    await machine.r5.trace_says("tick 8")
    assert await m4.read("/trace0") == still


async def stuck(machine: Machine) -> Processor:
    """A processor whose recovery failed since its firmware was gone."""
    m4 = machine.m4
    await machine.start(m4, "good.elf")
    await m4.write("recovery", "disabled")
    await m4.crash()
    await m4.becomes("crashed")
    machine.spoils(m4)
    await machine.gone("good.elf")
    assert await m4.answer("recovery", "recover") == OK
    assert await m4.state() == "offline"
    return m4


async def test_a_recovery_without_its_file_says_so_and_the_write_succeeds(machine: Machine) -> None:
    place = await machine.now()
    await stuck(machine)
    lines = await machine.log_since(place)
    assert lines[-4:] == [
        *RECOVERS,
        *said("<4> Direct firmware load for good.elf failed with error -2", "<3> request_firmware failed: -2"),
    ]


async def test_after_a_failed_recovery_every_start_succeeds_and_does_nothing(machine: Machine) -> None:
    m4 = await stuck(machine)
    await machine.install("good.elf")
    place = await machine.now()
    for _ in range(2):
        assert await m4.answer("state", "start") == OK
        assert await m4.state() == "offline"
        assert await m4.answer("state", "stop") == "EINVAL"
    assert await machine.log_since(place) == []


async def test_after_a_failed_recovery_the_resources_stay(machine: Machine) -> None:
    m4 = await stuck(machine)
    assert await m4.traces() == ["trace0", "trace1"]
    assert "Name: vdev0vring1" in await m4.read("/carveout_memories")
    assert "Entry 4 is of type vdev" in await m4.read("/resource_table")
    assert await machine.devices() == []


async def test_after_a_failed_recovery_the_firmware_can_be_renamed(machine: Machine) -> None:
    m4 = await stuck(machine)
    assert await m4.answer("firmware", "traceonly.elf") == OK
    assert await m4.read("firmware") == "traceonly.elf\n"


async def test_after_a_failed_recovery_only_a_new_binding_helps_and_takes_another_number(machine: Machine) -> None:
    m4 = await stuck(machine)
    before = m4.id
    await m4.rebind()
    assert m4.id != before
    await machine.start(m4, "good.elf")
    assert await m4.state() == "running"


@pytest.mark.parametrize("name", ["badda.elf", "starterr.elf", "filesz.elf"])
async def test_a_recovery_that_cannot_load_what_it_finds_leaves_the_processor_stuck(
    machine: Machine, name: str
) -> None:
    m4 = machine.m4
    await machine.start(m4, "changing.elf", firmware())
    await m4.write("recovery", "disabled")
    await m4.crash()
    await m4.becomes("crashed")
    machine.spoils(m4)
    await machine.install("changing.elf", IMAGES[name]())
    assert await m4.answer("recovery", "recover") == OK
    assert await m4.state() == "offline"
    assert await m4.answer("state", "start") == OK
    assert await m4.state() == "offline"


async def test_a_recovery_does_not_look_at_the_header_of_what_it_loads(machine: Machine) -> None:
    m4 = machine.m4
    await machine.start(m4, "changing.elf", firmware())
    await m4.write("recovery", "disabled")
    await m4.crash()
    await m4.becomes("crashed")
    await machine.install("changing.elf", IMAGES["magic.elf"]())
    assert await m4.answer("recovery", "recover") == OK
    assert await m4.state() == "running"


async def test_a_processor_that_refuses_to_stop_says_so_and_runs_on_without_its_devices(machine: Machine) -> None:
    machine.spoils(machine.m4)
    await machine.start(machine.m4, "stoperr.elf")
    await machine.device("vrproc-echo")
    place = await machine.now()
    assert await machine.m4.answer("state", "stop") == "EBUSY"
    assert await machine.m4.state() == "running"
    assert await machine.devices() == []
    assert await machine.m4.traces() == ["trace0", "trace1"]
    assert await machine.log_since(place) == said("<3> can't stop rproc: -16")


async def test_a_processor_that_refuses_to_stop_cannot_be_recovered_and_the_write_succeeds(machine: Machine) -> None:
    m4 = machine.m4
    machine.spoils(m4)
    await machine.start(m4, "stoperr.elf")
    await m4.write("recovery", "disabled")
    await m4.crash()
    await m4.becomes("crashed")
    place = await machine.now()
    assert await m4.answer("recovery", "recover") == OK
    assert await m4.state() == "crashed"
    lines = [line for line in await machine.log_since(place) if "crash" not in line]
    assert lines == said("<3> recovering vr-m4", "<3> can't stop rproc: -16")
