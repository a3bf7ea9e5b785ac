"""What is written to `firmware`: which names are taken, how they read back, and what a start then makes of them."""

from __future__ import annotations

import pytest

from rproc_tui.hosts.base import HostKind
from tests.conformance.lines import said
from tests.conformance.machine import Machine
from tests.conformance.processor import OK

PARENT = "vrproc vrproc.{index}"

TAKEN = [
    ("good.elf", "good.elf"),
    ("good.elf\n", "good.elf"),
    ("two words.elf", "two words.elf"),
    (" lead.elf", " lead.elf"),
    ("trail.elf ", "trail.elf "),
    ("a\nb", "a"),
    (b"nul\0tail", "nul"),
    ("/good.elf", "/good.elf"),
    ("../good.elf", "../good.elf"),
    ("sub/folder/good.elf", "sub/folder/good.elf"),
    ("%s%n%x", "%s%n%x"),
    ("x" * 255, "x" * 255),
    ("x" * 256, "x" * 256),
    ("x" * 4000, "x" * 4000),
]


@pytest.mark.parametrize(
    ("written", "name"), TAKEN, ids=[f"{written[:12]!r} is {len(name)} characters long" for written, name in TAKEN]
)
async def test_any_name_is_taken_up_to_its_newline(machine: Machine, written: str | bytes, name: str) -> None:
    assert await machine.m4.answer("firmware", written) == OK
    assert await machine.m4.read("firmware") == f"{name}\n"


async def test_the_longest_name_that_fits_a_page_with_its_newline_and_its_nul_reads_back(machine: Machine) -> None:
    assert await machine.m4.answer("firmware", "y" * 4094) == OK
    assert await machine.m4.read("firmware") == "y" * 4094 + "\n"


@pytest.mark.parametrize(("size", "answer"), [(4095, OK), (4096, OK), (4097, "EIO")])
async def test_a_longer_name_is_cut_when_it_is_read(machine: Machine, size: int, answer: str) -> None:
    """Reading makes a kernel write behind the page, into whatever lies there: only the emulated one is asked for it."""
    assert await machine.m4.answer("firmware", "y" * size) == answer
    if machine.host.kind is HostKind.EMULATED:
        assert await machine.m4.read("firmware") == "y" * 4095
    await machine.m4.write("firmware", machine.m4.firmware)


async def test_a_write_of_nothing_changes_nothing(machine: Machine) -> None:
    assert await machine.m4.answer("firmware", "") == OK
    assert await machine.m4.read("firmware") == "vrproc-0.elf\n"


@pytest.mark.parametrize("written", ["\n", "\nname", b"\0"], ids=["a newline", "a name behind a newline", "a NUL"])
async def test_an_empty_name_is_refused(machine: Machine, written: str | bytes) -> None:
    place = await machine.now()
    assert await machine.m4.answer("firmware", written) == "EINVAL"
    assert await machine.m4.read("firmware") == "vrproc-0.elf\n"
    assert await machine.log_since(place) == said(
        "<3> can't provide empty string for firmware name", by="vrproc vrproc.0"
    )


@pytest.mark.parametrize("state", ["running", "crashed", "detached", "attached"])
@pytest.mark.parametrize("written", ["good.elf", "\n"], ids=["another name", "an empty one"])
async def test_the_name_is_fixed_unless_the_processor_is_offline(machine: Machine, state: str, written: str) -> None:
    processor = await machine.in_state(state)
    before = await processor.read("firmware")
    place = await machine.now()
    assert await processor.answer("firmware", written) == "EBUSY"
    assert await processor.read("firmware") == before
    expected = said("<3> can't change firmware while running", by=f"vrproc {processor.device}")
    assert await machine.log_since(place) == expected


@pytest.mark.parametrize("state", ["running", "crashed", "detached", "attached"])
async def test_a_write_of_nothing_is_not_even_looked_at_in_state(machine: Machine, state: str) -> None:
    processor = await machine.in_state(state)
    place = await machine.now()
    assert await processor.answer("firmware", "") == OK
    assert await machine.log_since(place) == []


async def test_a_processor_without_a_name_for_its_firmware_has_a_usual_one(machine: Machine) -> None:
    assert await machine.r5.read("firmware") == "rproc-vr-r5-fw\n"


async def test_the_name_of_an_attached_processors_firmware_is_unknown_until_it_is_stopped(machine: Machine) -> None:
    dsp = machine.dsp
    assert await dsp.read("firmware") == "vrproc-2.elf\n"
    await dsp.write("state", "start")
    assert await dsp.read("firmware") == "unknown\n"
    await dsp.write("state", "stop")
    assert await dsp.read("firmware") == "vrproc-2.elf\n"


async def test_a_stopped_processor_can_be_given_another_image(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    await m4.write("state", "stop")
    await machine.start(m4, "traceonly.elf")
    assert await m4.read("firmware") == "traceonly.elf\n"
    assert await m4.traces() == ["trace0"]
