"""Each kernel line has its level and the device that it is about, so that processors can be told apart."""

from __future__ import annotations

import pytest

from rproc_tui.model.kernel_log import KernelLine
from tests.conformance.machine import Machine
from tests.conformance.processor import Processor


async def tag_of(processor: Processor) -> str:
    """How the kernel's log names a processor: by its character device where it has one."""
    number = await processor.reading("dev")
    return f"+remoteproc:{processor.id}" if number == "ENOENT" else f"c{number.rstrip()}"


async def line_with(machine: Machine, place: int, text: str) -> KernelLine:
    found = [line for line in await machine.lines_since(place) if text in line.text]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("text", ["powering up vr-m4", "Booting fw image good.elf", "remote processor vr-m4 is now up"])
async def test_a_line_of_a_start_is_the_processors(machine: Machine, text: str) -> None:
    place = await machine.now()
    await machine.start(machine.m4)
    line = await line_with(machine, place, text)
    assert (line.level, line.subsystem, line.device) == (6, "remoteproc", await tag_of(machine.m4))
    assert line.text.startswith(f"remoteproc {machine.m4.id}: ")


OF_OTHERS = [
    ("rpmsg host is online", "virtio", "+virtio:virtio"),
    ("registered virtio", "platform", "+platform:rproc-virtio."),
    ("creating channel vrproc-echo", "virtio", "+virtio:virtio"),
]


@pytest.mark.parametrize(("text", "subsystem", "tag"), OF_OTHERS, ids=[text for text, _, _ in OF_OTHERS])
async def test_a_line_of_a_virtio_device_is_its_own(machine: Machine, text: str, subsystem: str, tag: str) -> None:
    place = await machine.now()
    await machine.start(machine.m4)
    line = await machine.hears(place, text)
    assert (line.level, line.subsystem) == (6, subsystem)
    assert line.device is not None
    assert line.device.startswith(tag)


@pytest.mark.parametrize("name", ["vr-m4", "vr-dsp"])
async def test_what_a_name_logs_stands_under_the_platform_device(machine: Machine, name: str) -> None:
    processor = machine.m4 if name == "vr-m4" else machine.dsp
    place = await machine.now()
    assert await processor.answer("firmware", "\n") in ("EINVAL", "EBUSY")
    line = await line_with(machine, place, "can't")
    assert (line.level, line.subsystem, line.device) == (3, "platform", f"+platform:{processor.device}")
    assert line.text.startswith(f"vrproc {processor.device}: ")


async def test_the_lines_of_two_processors_can_be_told_apart(machine: Machine) -> None:
    place = await machine.now()
    await machine.start(machine.m4, "traceonly.elf")
    await machine.start(machine.r5, "traceonly.elf")
    lines = [line for line in await machine.lines_since(place) if line.subsystem == "remoteproc"]
    tags = {await tag_of(machine.m4): "vr-m4", await tag_of(machine.r5): "vr-r5"}
    assert len(tags) == 2
    for line in lines:
        assert line.device in tags
        if "vr-" in line.text:
            assert tags[line.device] in line.text


LEVELS = {
    "crash detected in vr-m4": 3,
    "handling crash #": 3,
    "recovering vr-m4": 3,
    "stopped remote processor vr-m4": 6,
}


@pytest.mark.parametrize("text", LEVELS)
async def test_a_line_of_a_crash_is_an_error_of_the_processor(machine: Machine, text: str) -> None:
    m4 = await machine.in_state("running")
    place = await machine.now()
    await m4.crash()
    await machine.hears(place, "is now up")
    line = await line_with(machine, place, text)
    assert (line.level, line.subsystem, line.device) == (LEVELS[text], "remoteproc", await tag_of(m4))


async def test_lines_are_numbered_and_timed(machine: Machine) -> None:
    place = await machine.now()
    await machine.start(machine.m4)
    lines = await machine.lines_since(place)
    numbers = [line.sequence for line in lines]
    assert numbers == sorted(set(numbers))
    assert [line.seconds for line in lines] == sorted(line.seconds for line in lines)


async def test_debian_kernels_name_each_file_that_they_do_not_find(machine: Machine) -> None:
    await machine.m4.write("firmware", "nosuch.elf")
    place = await machine.now()
    assert await machine.m4.answer("state", "start") == "ENOENT"
    found = [
        line.level
        for line in await machine.lines_since(place)
        if "firmware: failed to load nosuch.elf (-2)" in line.text
    ]
    assert found in ([], [6 if machine.is_6_12 else 3])


async def test_a_line_from_outside_cannot_break_the_log(machine: Machine) -> None:
    place = await machine.now()
    assert await machine.m4.answer("state", "a\nb\x1b[31m") == "EINVAL"
    line = await machine.hears(place, "Unrecognised option: a")
    assert "\n" not in line.text
    assert "\x1b" not in line.text
    assert line.device == await tag_of(machine.m4)
