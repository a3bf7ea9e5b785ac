"""What is written to `recovery` and `coredump` in sysfs and debugfs, and to `crash`."""

from __future__ import annotations

import pytest

from tests.conformance.lines import said
from tests.conformance.machine import Machine
from tests.conformance.processor import OK

INVALID = said("<3> Invalid coredump configuration")
BUSY = said("<3> can't change coredump configuration")

Row = tuple[str, str, str, str | None]
"""File, what is written, the answer, what it reads afterwards (None: as before)."""

RECOVERY: list[Row] = [
    ("recovery", "enabled", OK, "enabled"),
    ("recovery", "enabled\n", OK, "enabled"),
    ("recovery", "disabled", OK, "disabled"),
    ("recovery", "disabled\n", OK, "disabled"),
    ("recovery", "recover", OK, None),
    ("recovery", "recover\n", OK, None),
    ("recovery", "", OK, None),
    ("recovery", "\n", "EINVAL", None),
    ("recovery", "Enabled", "EINVAL", None),
    ("recovery", "enabledx", "EINVAL", None),
    ("recovery", "enabled\n\n", "EINVAL", None),
    ("recovery", " enabled", "EINVAL", None),
    ("recovery", "d", "EINVAL", None),
    ("recovery", "1", "EINVAL", None),
    ("recovery", "recover ", "EINVAL", None),
    ("/recovery", "enabled", OK, "enabled"),
    ("/recovery", "enabled\n", OK, "enabled"),
    ("/recovery", "e", OK, "enabled"),
    ("/recovery", "d", OK, "disabled"),
    ("/recovery", "disabled\n", OK, "disabled"),
    ("/recovery", "disab", OK, "disabled"),
    ("/recovery", "r", OK, None),
    ("/recovery", "recover", OK, None),
    ("/recovery", "d\n", "EINVAL", None),
    ("/recovery", "", "EINVAL", None),
    ("/recovery", "bogus", "EINVAL", None),
    ("/recovery", "disabledxy", "EINVAL", None),
    ("/recovery", "disabledxyz", "EINVAL", None),
    ("/recovery", "disabledxyz1", "EINVAL", None),
]

COREDUMP: list[Row] = [
    ("coredump", "disabled", OK, "disabled"),
    ("coredump", "disabled\n", OK, "disabled"),
    ("coredump", "enabled", OK, "enabled"),
    ("coredump", "inline", OK, "inline"),
    ("coredump", "inline\n", OK, "inline"),
    ("coredump", "", OK, None),
    ("coredump", "\n", "EINVAL", None),
    ("coredump", "default", "EINVAL", None),
    ("coredump", "bogus", "EINVAL", None),
    ("coredump", "Inline", "EINVAL", None),
    ("coredump", "e", "EINVAL", None),
    ("coredump", "inline ", "EINVAL", None),
    ("/coredump", "disabled", OK, "disabled"),
    ("/coredump", "e", OK, "enabled"),
    ("/coredump", "i", OK, "inline"),
    ("/coredump", "d", OK, "disabled"),
    ("/coredump", "inline\n", OK, "inline"),
    ("/coredump", "e\n", "EINVAL", None),
    ("/coredump", "bogus", "EINVAL", None),
    ("/coredump", "b" * 20, "EINVAL", None),
    ("/coredump", "", "EINVAL", None),
    ("/coredump", "b" * 21, "EINVAL", None),
]

UNSAID = ("", "b" * 21)
"""Writes that are refused by their length, without a line."""


def row_names(rows: list[Row]) -> list[str]:
    where = {True: "debugfs", False: "sysfs"}
    return [f"{where[file[0] == '/']} and {written!r} gives {answer}" for file, written, answer, _ in rows]


@pytest.mark.parametrize("row", RECOVERY, ids=row_names(RECOVERY))
async def test_a_word_written_to_recovery(machine: Machine, row: Row) -> None:
    file, written, answer, after = row
    before = "disabled" if after == "enabled" else "enabled"
    await machine.m4.write("recovery", before)
    place = await machine.now()
    assert await machine.m4.answer(file, written) == answer
    texts = [await machine.m4.read(name) for name in ("recovery", "/recovery")]
    assert texts == [f"{after or before}\n"] * 2
    assert await machine.log_since(place) == []


@pytest.mark.parametrize("row", COREDUMP, ids=row_names(COREDUMP))
async def test_a_word_written_to_coredump(machine: Machine, row: Row) -> None:
    file, written, answer, after = row
    before = "inline" if after == "disabled" else "disabled"
    await machine.m4.write("coredump", before)
    place = await machine.now()
    assert await machine.m4.answer(file, written) == answer
    texts = [await machine.m4.read(name) for name in ("coredump", "/coredump")]
    assert texts == [f"{after or before}\n"] * 2
    assert await machine.log_since(place) == ([] if answer == OK or written in UNSAID else INVALID)


@pytest.mark.parametrize("file", ["coredump", "/coredump"], ids=["sysfs", "debugfs"])
@pytest.mark.parametrize("written", ["enabled", "disabled", "bogus"])
async def test_a_crashed_processor_keeps_its_coredump_mode_whatever_the_word(
    machine: Machine, file: str, written: str
) -> None:
    m4 = await machine.in_state("crashed")
    place = await machine.now()
    assert await m4.answer(file, written) == "EBUSY"
    assert await m4.read("coredump") == "disabled\n"
    assert await machine.log_since(place) == BUSY


@pytest.mark.parametrize("state", ["offline", "running", "detached", "attached"])
@pytest.mark.parametrize("file", ["coredump", "/coredump"], ids=["sysfs", "debugfs"])
async def test_the_coredump_mode_can_be_changed_in_every_other_state(machine: Machine, state: str, file: str) -> None:
    processor = await machine.in_state(state)
    assert await processor.answer(file, "inline") == OK
    assert await processor.read("coredump") == "inline\n"
    assert await processor.answer(file, "disabled") == OK
    assert await processor.read("coredump") == "disabled\n"


@pytest.mark.parametrize("state", ["offline", "running", "detached", "attached"])
@pytest.mark.parametrize("file", ["recovery", "/recovery"], ids=["sysfs", "debugfs"])
@pytest.mark.parametrize("word", ["enabled", "recover"])
async def test_there_is_nothing_to_recover_unless_the_processor_is_crashed(
    machine: Machine, state: str, file: str, word: str
) -> None:
    processor = await machine.in_state(state)
    place = await machine.now()
    assert await processor.answer(file, word) == OK
    assert await processor.state() == state
    assert await machine.log_since(place) == []


@pytest.mark.parametrize(
    ("file", "word"),
    [("recovery", "recover"), ("recovery", "enabled"), ("/recovery", "recover"), ("/recovery", "enabled")],
    ids=["sysfs recover", "sysfs enabled", "debugfs recover", "debugfs enabled"],
)
async def test_a_crashed_processor_is_recovered_before_the_write_returns(
    machine: Machine, file: str, word: str
) -> None:
    m4 = await machine.in_state("crashed")
    place = await machine.now()
    assert await m4.answer(file, word) == OK
    assert await m4.state() == "running"
    assert await m4.read("recovery") == ("enabled\n" if word == "enabled" else "disabled\n")
    assert (await machine.log_since(place))[:1] == said("<3> recovering vr-m4")


@pytest.mark.parametrize(("file", "word"), [("recovery", "disabled"), ("/recovery", "d")], ids=["sysfs", "debugfs"])
async def test_switching_recovery_off_leaves_a_crashed_processor_alone(machine: Machine, file: str, word: str) -> None:
    m4 = await machine.in_state("crashed")
    assert await m4.answer(file, word) == OK
    assert await m4.state() == "crashed"


async def test_a_wrong_word_does_not_recover(machine: Machine) -> None:
    m4 = await machine.in_state("crashed")
    assert await m4.answer("recovery", "bogus") == "EINVAL"
    assert await m4.answer("/recovery", "bogus") == "EINVAL"
    assert await m4.state() == "crashed"


CRASH_TYPES = [
    ("0", "mmufault"),
    ("1\n", "watchdog"),
    ("2", "fatal error"),
    ("3", "unknown"),
    ("9", "unknown"),
    ("0x1", "watchdog"),
    ("0X2", "fatal error"),
    ("02", "fatal error"),
    ("+1", "watchdog"),
    ("4294967295", "unknown"),
]
NO_CRASH_TYPES = [
    ("-1", "EINVAL"),
    ("x", "EINVAL"),
    ("", "EINVAL"),
    (" 1", "EINVAL"),
    ("1 ", "EINVAL"),
    ("1\n\n", "EINVAL"),
    ("0x", "EINVAL"),
    ("08", "EINVAL"),
    ("watchdog", "EINVAL"),
    ("4294967296", "ERANGE"),
    ("99999999999999999999999", "ERANGE"),
]


@pytest.mark.parametrize(
    ("written", "kind"), CRASH_TYPES, ids=[f"{number!r} is {kind}" for number, kind in CRASH_TYPES]
)
async def test_a_number_written_to_crash(machine: Machine, written: str, kind: str) -> None:
    place = await machine.now()
    assert await machine.m4.answer("/crash", written) == OK
    assert await machine.m4.state() == "offline"
    assert await machine.log_since(place) == said(f"<3> crash detected in vr-m4: type {kind}")


@pytest.mark.parametrize(
    ("written", "answer"), NO_CRASH_TYPES, ids=[f"{text[:12]!r} is {answer}" for text, answer in NO_CRASH_TYPES]
)
async def test_what_is_no_number_crashes_nothing(machine: Machine, written: str, answer: str) -> None:
    m4 = await machine.in_state("running")
    place = await machine.now()
    assert await m4.answer("/crash", written) == answer
    assert await m4.state() == "running"
    assert await machine.log_since(place) == []
