"""Trace files: what a read gives, where it begins, how a buffer wraps, and when the file comes and goes."""

from __future__ import annotations

import re

import pytest

from tests.conformance.images import firmware
from tests.conformance.machine import Machine
from tests.conformance.patience import until
from tests.conformance.processor import OK, reading_of
from tests.conformance.program import TRACES_MOST
from tests.conformance.vrproc import DDR, DTCM
from tests.remoteproc.images import Segment, carveout, trace

FEW = 0x200


async def test_a_trace_grows_while_the_firmware_runs(machine: Machine) -> None:
    await machine.start(machine.m4, "fast.elf")
    first = await machine.m4.trace_says("tick 1\n")
    second = await machine.m4.trace_says("tick 9\n")
    assert second.startswith(first)


async def test_each_line_has_the_firmwares_own_time_stamp(machine: Machine) -> None:
    await machine.start(machine.m4, "fast.elf")
    text = await machine.m4.trace_says("tick 5\n")
    stamps = [float(stamp) for stamp in re.findall(r"^\[ *(\d+\.\d{6})\] ", text, re.MULTILINE)]
    assert len(stamps) == text.count("\n")
    assert stamps == sorted(stamps)


async def test_the_second_trace_is_a_file_of_its_own(machine: Machine) -> None:
    await machine.start(machine.m4, "fast.elf")
    text = await machine.m4.trace_says("heap free", "/trace1")
    assert re.match(r"\[ *\d+\.\d{6}\] heap free 65536\n", text)
    assert "heap" not in await machine.m4.read("/trace0")


async def test_a_read_begins_and_ends_where_one_wants(machine: Machine) -> None:
    await machine.start(machine.m4, "quiet.elf", firmware(tick=60_000, names=()))
    whole = (await machine.m4.trace_says("trace buffer(s)\n")).encode()
    path = machine.m4.path("/trace0")
    for offset in (0, 1, len(whole) - 1, len(whole), len(whole) + 100):
        assert await machine.host.read(path, offset=offset) == whole[offset:]
        assert await machine.host.read(path, offset=offset, limit=5) == whole[offset : offset + 5]


async def wrapped(machine: Machine, mode: int) -> str:
    """A trace of a few lines that has come to its end more than once."""
    image = firmware([carveout(), trace(length=FEW)], tick=1, names=(), banner="begins", trace_mode=mode)
    await machine.start(machine.m4, "wraps.elf", image)

    async def far_on() -> bool:
        ticks = re.findall(r"tick (\d+)\n", await machine.m4.read("/trace0"))
        return bool(ticks) and max(map(int, ticks)) > 60

    await until(far_on, "the buffer has wrapped")
    return await machine.m4.read("/trace0")


async def test_a_buffer_that_wraps_shows_the_new_before_the_old(machine: Machine) -> None:
    text = await wrapped(machine, 0)
    numbers = [int(number) for number in re.findall(r"tick (\d+)\n", text)]
    assert "begins" not in text
    assert len(text) > FEW // 2
    seams = [index for index in range(1, len(numbers)) if numbers[index] < numbers[index - 1]]
    assert len(seams) <= 1


async def test_a_buffer_that_is_cleared_when_it_wraps_shows_only_the_new(machine: Machine) -> None:
    text = await wrapped(machine, 2)
    numbers = [int(number) for number in re.findall(r"tick (\d+)\n", text)]
    assert numbers == sorted(numbers)
    assert "begins" not in text


async def test_a_firmware_that_stops_at_the_end_of_its_buffer_shows_its_beginning(machine: Machine) -> None:
    image = firmware([carveout(), trace(length=FEW)], tick=1, names=(), banner="begins", trace_mode=1)
    await machine.start(machine.m4, "full.elf", image)

    async def full() -> bool:
        return len(await machine.m4.read("/trace0")) > FEW - 30

    await until(full, "the buffer is full")
    text = await machine.m4.read("/trace0")
    assert "begins\n" in text
    await machine.start(machine.r5, "clock.elf", firmware(tick=1))
    await machine.r5.trace_says("tick 9\n")
    assert await machine.m4.read("/trace0") == text


def with_fifth_trace(data: bytes, length: int) -> bytes:
    """An image with one trace more than the firmware writes; it shows a part of the data segment."""
    own = [trace(DTCM + 0x5000 + 64 * index, 64) for index in range(TRACES_MOST)]
    entries = [carveout(), *own, trace(DDR + 0x1000, length)]
    return firmware(entries, data=Segment(DDR + 0x1000, data), names=())


async def test_a_trace_ends_at_the_first_nul(machine: Machine) -> None:
    await machine.start(machine.m4, "nul.elf", with_fifth_trace(b"before\0behind", 64))
    assert await machine.m4.traces() == [f"trace{index}" for index in range(5)]
    assert await machine.m4.read("/trace4") == "before"


async def test_a_buffer_without_a_nul_is_shown_to_its_end(machine: Machine) -> None:
    await machine.start(machine.m4, "nonul.elf", with_fifth_trace(b"z" * 64, 32))
    assert await machine.m4.read("/trace4") == "z" * 32


@pytest.mark.parametrize(
    "da", [0x7000_0000, DTCM + 0xFFFF, DDR + 0x10_0000 - 8], ids=["nowhere", "TCM's end", "DDR's end"]
)
async def test_a_buffer_that_is_not_wholly_in_memory_is_not_available(machine: Machine, da: int) -> None:
    await machine.start(machine.m4, "away.elf", firmware([carveout(), trace(da, 16)], names=()))
    assert await machine.m4.read("/trace0") == "Trace  not available\n"


async def test_a_trace_stays_while_the_processor_is_crashed(machine: Machine) -> None:
    await machine.in_state("running")
    text = await machine.m4.trace_says("vrproc-echo")
    await machine.m4.write("recovery", "disabled")
    await machine.m4.crash()
    await machine.m4.becomes("crashed")
    assert (await machine.m4.read("/trace0")).startswith(text)


async def test_a_trace_goes_with_a_stop_and_comes_back_empty_of_the_past(machine: Machine) -> None:
    await machine.in_state("running")
    text = await machine.m4.trace_says("entry 0x101")
    await machine.m4.write("state", "stop")
    assert await reading_of(machine.host, machine.m4.path("/trace0")) == "ENOENT"
    assert await machine.m4.answer("state", "start") == OK
    again = await machine.m4.trace_says("entry 0x101")
    assert again[:15] != text[:15]


async def test_no_trace_is_left_by_a_start_that_fails(machine: Machine) -> None:
    await machine.choose(machine.m4, "starterr.elf")
    assert await machine.m4.answer("state", "start") == "ETIMEDOUT"
    assert await machine.m4.traces() == []


async def test_an_attached_processors_trace_goes_with_a_detach(machine: Machine) -> None:
    await machine.in_state("attached")
    assert await machine.dsp.traces() == ["trace0"]
    await machine.dsp.write("state", "detach")
    assert await machine.dsp.traces() == []
    await machine.dsp.write("state", "start")
    assert await machine.dsp.traces() == ["trace0"]


async def test_a_large_trace_is_read_whole(machine: Machine) -> None:
    await machine.start(machine.m4, "large.elf", with_fifth_trace(b"large " * 0x5000, 0x2_0000))
    assert await machine.m4.read("/trace4") == "large " * 0x5000
