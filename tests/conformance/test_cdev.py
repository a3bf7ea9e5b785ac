"""The character device of a processor: one write is one command, without a newline, with the errno of `state`."""

from __future__ import annotations

import pytest

from rproc_tui.model.file_facts import FileKind
from tests.conformance.lines import said
from tests.conformance.machine import Machine
from tests.conformance.processor import OK, answer_of, reading_of

UNKNOWN = said("<3> Unrecognized option")
ROWS = [
    ("offline", "start", OK, "running"),
    ("offline", "s", OK, "running"),
    ("offline", "sta", OK, "running"),
    ("offline", "start\0", OK, "running"),
    ("offline", "stop", "EINVAL", "offline"),
    ("offline", "sto", "EINVAL", "offline"),
    ("offline", "detach", "EINVAL", "offline"),
    ("offline", "d", "EINVAL", "offline"),
    ("offline", "", "EINVAL", "offline"),
    ("offline", "bogus", "EINVAL", "offline"),
    ("offline", "START", "EINVAL", "offline"),
    ("offline", "start\n", "EINVAL", "offline"),
    ("offline", "stop\n", "EINVAL", "offline"),
    ("offline", "startx", "EINVAL", "offline"),
    ("offline", "start start", "EINVAL", "offline"),
    ("offline", "x" * 10, "EINVAL", "offline"),
    ("offline", "x" * 33, "EINVAL", "offline"),
    ("running", "start", OK, "running"),
    ("running", "stop", OK, "offline"),
    ("running", "sto", OK, "offline"),
    ("running", "detach", "EINVAL", "running"),
    ("running", "", "EINVAL", "running"),
    ("running", "stop\n", "EINVAL", "running"),
    ("crashed", "start", OK, "crashed"),
    ("crashed", "stop", OK, "offline"),
    ("crashed", "detach", "EINVAL", "crashed"),
    ("detached", "start", OK, "attached"),
    ("detached", "stop", "EINVAL", "detached"),
    ("detached", "detach", "EINVAL", "detached"),
    ("attached", "start", OK, "attached"),
    ("attached", "det", OK, "detached"),
    ("attached", "detach", OK, "detached"),
    ("attached", "stop", OK, "offline"),
    ("attached", "detach\n", "EINVAL", "attached"),
]
UNSAID = ("stop", "sto", "detach", "d", "", "start start", "x" * 33)
"""Refused without a line: by the state, or by their length."""
NAMES = [f"{before} and {written!r} gives {answer} and {after}" for before, written, answer, after in ROWS]


@pytest.mark.parametrize(("before", "written", "answer", "after"), ROWS, ids=NAMES)
async def test_a_word_written_to_the_character_device(
    machine: Machine, before: str, written: str, answer: str, after: str
) -> None:
    await machine.install("vrproc-0.elf")
    processor = await machine.in_state(before)
    place = await machine.now()
    assert await answer_of(machine.host, processor.node, written.encode()) == answer
    assert await processor.state() == after
    if answer != OK:
        assert await machine.log_since(place) == ([] if written in UNSAID else UNKNOWN)


async def test_a_failed_start_through_it_does_not_say_that_the_boot_failed(machine: Machine) -> None:
    await machine.choose(machine.m4, "badda.elf")
    place = await machine.now()
    assert await answer_of(machine.host, machine.m4.node, b"start") == "EINVAL"
    assert (await machine.log_since(place))[-2:] == said(
        "<3> bad phdr da 0x10000000 mem 0x800", "<3> Failed to load program segments: -22"
    )


@pytest.mark.parametrize(
    ("name", "answer"),
    [("nosuch.elf", "ENOENT"), ("starterr.elf", "ETIMEDOUT"), ("carvedup.elf", "ENOMEM"), ("magic.elf", "EINVAL")],
)
async def test_a_start_through_it_answers_as_state_does(machine: Machine, name: str, answer: str) -> None:
    if name != "nosuch.elf":
        await machine.install(name)
    await machine.m4.write("firmware", name)
    assert await answer_of(machine.host, machine.m4.node, b"start") == answer


async def test_a_stop_that_the_driver_refuses_answers_its_errno(machine: Machine) -> None:
    machine.spoils(machine.m4)
    await machine.start(machine.m4, "stoperr.elf")
    assert await answer_of(machine.host, machine.m4.node, b"stop") == "EBUSY"


async def test_its_starts_and_those_of_state_count_together(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    assert await answer_of(machine.host, m4.node, b"start") == OK
    assert await m4.answer("state", "stop") == OK
    assert await m4.state() == "running"
    assert await answer_of(machine.host, m4.node, b"stop") == OK
    assert await m4.state() == "offline"


async def test_closing_it_does_not_stop_the_processor(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    assert await answer_of(machine.host, m4.node, b"bogus") == "EINVAL"
    assert await m4.state() == "running"


async def test_it_cannot_be_read(machine: Machine) -> None:
    assert await reading_of(machine.host, machine.m4.node) == "EINVAL"


async def test_it_is_a_device_for_root_alone(machine: Machine) -> None:
    facts = await machine.host.stat(machine.m4.node)
    assert (facts.kind, facts.mode, facts.size) == (FileKind.OTHER, 0o600, 0)


async def test_every_processor_has_its_own(machine: Machine) -> None:
    names = await machine.host.list("/dev")
    assert {processor.id for processor in machine.processors} <= set(names)
    assert len({await processor.read("dev") for processor in machine.processors}) == 3
