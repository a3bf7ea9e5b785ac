"""What is written to `state` in each state of a processor: the answer, the state after it, and the kernel's line."""

from __future__ import annotations

import pytest

from tests.conformance.lines import said, vdev_comes
from tests.conformance.machine import Machine
from tests.conformance.processor import OK

BOOTS = [
    *said("<6> powering up vr-m4", "<6> Booting fw image vrproc-0.elf, size 1663"),
    *vdev_comes(),
    *said("<6> remote processor vr-m4 is now up"),
]
STOPS = said("<6> stopped remote processor vr-m4")
ATTACHES = said("<6> attaching to vr-dsp", "<6> remote processor vr-dsp is now attached")


def unrecognised(word: str) -> list[str]:
    return said(f"<3> Unrecognised option: {word}")


Row = tuple[str, str, str, str, list[str] | None]
"""State before, what is written, the answer, the state after, and the lines (None where they are not compared)."""

ROWS: list[Row] = [
    ("offline", "start", OK, "running", BOOTS),
    ("offline", "start\n", OK, "running", BOOTS),
    ("offline", "stop", "EINVAL", "offline", []),
    ("offline", "stop\n", "EINVAL", "offline", []),
    ("offline", "detach", "EINVAL", "offline", []),
    ("offline", "", OK, "offline", []),
    ("offline", "\n", "EINVAL", "offline", None),
    ("offline", "start\n\n", "EINVAL", "offline", None),
    ("offline", "bogus", "EINVAL", "offline", unrecognised("bogus")),
    ("offline", "START", "EINVAL", "offline", unrecognised("START")),
    ("offline", " start", "EINVAL", "offline", unrecognised(" start")),
    ("offline", "start ", "EINVAL", "offline", None),
    ("offline", "startx", "EINVAL", "offline", unrecognised("startx")),
    ("offline", "star", "EINVAL", "offline", unrecognised("star")),
    ("offline", "s", "EINVAL", "offline", unrecognised("s")),
    ("offline", "offline", "EINVAL", "offline", unrecognised("offline")),
    ("offline", "running", "EINVAL", "offline", unrecognised("running")),
    ("offline", "recover", "EINVAL", "offline", unrecognised("recover")),
    ("offline", "a" * 300, "EINVAL", "offline", unrecognised("a" * 300)),
    ("running", "start", OK, "running", []),
    ("running", "stop", OK, "offline", STOPS),
    ("running", "stop\n", OK, "offline", STOPS),
    ("running", "detach", "EINVAL", "running", []),
    ("running", "", OK, "running", []),
    ("running", "bogus", "EINVAL", "running", unrecognised("bogus")),
    ("crashed", "start", OK, "crashed", []),
    ("crashed", "stop", OK, "offline", STOPS),
    ("crashed", "detach", "EINVAL", "crashed", []),
    ("crashed", "", OK, "crashed", []),
    ("crashed", "bogus", "EINVAL", "crashed", unrecognised("bogus")),
    ("detached", "start", OK, "attached", ATTACHES),
    ("detached", "start\n", OK, "attached", ATTACHES),
    ("detached", "stop", "EINVAL", "detached", []),
    ("detached", "detach", "EINVAL", "detached", []),
    ("detached", "", OK, "detached", []),
    ("detached", "bogus", "EINVAL", "detached", unrecognised("bogus")),
    ("attached", "start", OK, "attached", []),
    ("attached", "stop", OK, "offline", said("<6> stopped remote processor vr-dsp")),
    ("attached", "detach", OK, "detached", said("<6> detached remote processor vr-dsp")),
    ("attached", "detach\n", OK, "detached", said("<6> detached remote processor vr-dsp")),
    ("attached", "", OK, "attached", []),
    ("attached", "bogus", "EINVAL", "attached", unrecognised("bogus")),
]


def name_of(row: Row) -> str:
    before, written, answer, after, _ = row
    return f"{before} and {written[:20]!r} gives {answer} and {after}"


@pytest.mark.parametrize("row", ROWS, ids=map(name_of, ROWS))
async def test_a_word_written_to_state(machine: Machine, row: Row) -> None:
    before, written, answer, after, lines = row
    await machine.install("vrproc-0.elf")
    processor = await machine.in_state(before)
    place = await machine.now()
    assert await processor.answer("state", written) == answer
    assert await processor.state() == after
    if lines is not None:
        assert await machine.log_since(place) == lines


async def test_the_line_about_an_unknown_word_holds_its_newline(machine: Machine) -> None:
    place = await machine.now()
    assert await machine.m4.answer("state", "go\n") == "EINVAL"
    line = await machine.hears(place, "Unrecognised option: go")
    assert line.text.removeprefix(f"remoteproc {machine.m4.id}: Unrecognised option: go").strip() in ("", r"\x0a", "�")


async def test_a_name_behind_a_nul_is_not_looked_at(machine: Machine) -> None:
    place = await machine.now()
    assert await machine.m4.answer("state", b"stop\0start") == "EINVAL"
    assert await machine.log_since(place) == []
    assert await machine.m4.answer("state", b"go\0start") == "EINVAL"
    assert await machine.log_since(place) == unrecognised("go")


async def test_every_further_start_needs_a_stop_of_its_own(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    place = await machine.now()
    assert [await m4.answer("state", "start") for _ in range(3)] == [OK] * 3
    for _ in range(3):
        assert await m4.answer("state", "stop") == OK
        assert await m4.state() == "running"
    assert await machine.log_since(place) == []
    assert await m4.answer("state", "stop") == OK
    assert await m4.state() == "offline"
    assert await m4.answer("state", "stop") == "EINVAL"


async def test_every_further_attach_needs_a_detach_of_its_own(machine: Machine) -> None:
    dsp = await machine.in_state("attached")
    assert await dsp.answer("state", "start") == OK
    assert await dsp.answer("state", "detach") == OK
    assert await dsp.state() == "attached"
    assert await dsp.answer("state", "detach") == OK
    assert await dsp.state() == "detached"


async def test_a_start_of_a_crashed_processor_counts_for_its_stop(machine: Machine) -> None:
    m4 = await machine.in_state("crashed")
    assert await m4.answer("state", "start") == OK
    assert await m4.answer("state", "stop") == OK
    assert await m4.state() == "crashed"
    assert await m4.answer("state", "stop") == OK
    assert await m4.state() == "offline"


async def test_a_failed_start_counts_for_nothing(machine: Machine) -> None:
    await machine.choose(machine.m4, "badda.elf")
    assert [await machine.m4.answer("state", "start") for _ in range(2)] == ["EINVAL"] * 2
    assert await machine.m4.answer("state", "stop") == "EINVAL"
    await machine.choose(machine.m4, "good.elf")
    assert await machine.m4.answer("state", "start") == OK
    assert await machine.m4.answer("state", "stop") == OK
    assert await machine.m4.state() == "offline"
