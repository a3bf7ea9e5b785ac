"""Dumps of crashed processors in the three modes, and the files in which they wait."""

from __future__ import annotations

import asyncio
import struct

import pytest

from rproc_tui.model.file_facts import FileKind
from tests.conformance.control import Control
from tests.conformance.images import ENTRY, VERSION, firmware, text
from tests.conformance.lines import said
from tests.conformance.machine import DUMPS, Machine
from tests.conformance.patience import until
from tests.conformance.processor import OK, Processor, answer_of, reading_of
from tests.conformance.vrproc import DDR, DUMPED
from tests.remoteproc.images import Segment

EHDR, PHDR = struct.Struct("<16sHHIIIIIHHHHHH"), struct.Struct("<8I")
HEADERS = EHDR.size + len(DUMPED) * PHDR.size
SIZE = HEADERS + sum(size for _, size in DUMPED)


async def crashes(machine: Machine, mode: str, name: str = "good.elf") -> Processor:
    """`vr-m4` runs with a coredump mode, crashes and is up again."""
    m4 = machine.m4
    await m4.write("coredump", mode)
    await machine.start(m4, name)
    await crash_again(machine)
    return m4


async def crash_again(machine: Machine) -> None:
    place = await machine.now()
    await machine.m4.crash()
    await machine.hears(place, "is now up")
    await machine.m4.becomes("running")


async def the_dump(machine: Machine) -> str:
    """The folder of the only dump."""
    (name,) = await machine.dumps()
    return f"{DUMPS}/{name}"


def segments(core: bytes) -> list[tuple[int, ...]]:
    """The program headers."""
    return [PHDR.unpack_from(core, EHDR.size + index * PHDR.size) for index in range(len(DUMPED))]


async def test_disabled_there_is_none(machine: Machine) -> None:
    await crashes(machine, "disabled")
    assert await machine.dumps() == []


async def test_enabled_there_is_one_while_the_processor_runs_again(machine: Machine) -> None:
    m4 = await crashes(machine, "enabled")
    assert len(await machine.dumps()) == 1
    assert await m4.state() == "running"


async def test_a_dump_is_an_elf_core_of_the_drivers_kind(machine: Machine) -> None:
    await crashes(machine, "enabled")
    core = await machine.host.read(f"{await the_dump(machine)}/data")
    assert len(core) == SIZE
    ident = b"\x7fELF\x01\x01\x01".ljust(16, b"\0")
    assert EHDR.unpack_from(core) == (ident, 4, 40, 1, ENTRY, EHDR.size, 0, 0, EHDR.size, PHDR.size, 3, 0, 0, 0)


async def test_the_segments_of_a_dump_follow_each_other_without_gaps(machine: Machine) -> None:
    await crashes(machine, "enabled")
    core = await machine.host.read(f"{await the_dump(machine)}/data")
    expected, at = [], HEADERS
    for da, size in DUMPED:
        expected.append((1, at, da, da, size, size, 7, 0))
        at += size
    assert segments(core) == expected


async def test_a_dump_holds_what_was_in_memory(machine: Machine) -> None:
    await machine.start(machine.m4)
    said_last = await machine.m4.trace_says("announce vrproc-echo at 0x401")
    await machine.m4.write("coredump", "enabled")
    await crash_again(machine)
    core = await machine.host.read(f"{await the_dump(machine)}/data")
    code, _, ddr = (core[offset : offset + size] for _, offset, _, _, size, _, _, _ in segments(core))
    wishes = Control(tick=250, banner="klab firmware 1.0", names=("rpmsg-raw", "vrproc-echo"))
    assert code[:0x400] == text(wishes)
    assert ddr[:32] == VERSION
    trace = ddr[0x1000:0x2000].rstrip(b"\0").decode()
    assert trace.startswith(said_last[:40])


async def test_what_a_segment_reserves_beyond_its_bytes_is_zero(machine: Machine) -> None:
    m4 = machine.m4
    await machine.start(m4, "full.elf", firmware(data=Segment(DDR, b"\xaa" * 0x800)))
    await m4.write("state", "stop")
    await crashes(machine, "enabled", "good.elf")
    core = await machine.host.read(f"{await the_dump(machine)}/data")
    offset = segments(core)[2][1]
    assert core[offset : offset + 0x800] == VERSION.ljust(0x800, b"\0")


async def test_the_memory_of_a_processor_keeps_what_nobody_loads_over(machine: Machine) -> None:
    await machine.start(machine.r5, "full.elf", firmware(None, data=Segment(0x2000_1000, b"\xbb" * 64)))
    await machine.r5.write("state", "stop")
    await machine.r5.write("coredump", "enabled")
    await machine.start(machine.r5, "good.elf")
    place = await machine.now()
    await machine.r5.crash()
    await machine.hears(place, "is now up")
    core = await machine.host.read(f"{await the_dump(machine)}/data")
    offset = segments(core)[1][1]
    assert core[offset + 0x1000 : offset + 0x1040] == b"\xbb" * 64


async def test_data_can_be_read_anywhere_and_again(machine: Machine) -> None:
    await crashes(machine, "enabled")
    data = f"{await the_dump(machine)}/data"
    whole = await machine.host.read(data)
    assert await machine.host.read(data) == whole
    assert await machine.host.read(data, offset=HEADERS - 10, limit=20) == whole[HEADERS - 10 :][:20]
    assert await machine.host.read(data, offset=len(whole) - 3) == whole[-3:]
    assert await machine.host.read(data, offset=len(whole)) == b""


async def test_the_files_of_a_dump_lead_to_its_processor_and_back(machine: Machine) -> None:
    m4 = await crashes(machine, "enabled")
    folder = await the_dump(machine)
    name = folder.rpartition("/")[2]
    assert set(await machine.host.list(folder)) - {"power"} == {"data", "failing_device", "subsystem", "uevent"}
    facts = await machine.host.stat(f"{folder}/data")
    assert (facts.kind, facts.mode, facts.size) == (FileKind.REGULAR, 0o600, 0)
    here = f"platform/{m4.device}/remoteproc/{m4.id}"
    assert await machine.host.link(f"{folder}/failing_device") == f"../../../{here}"
    assert await machine.host.link(f"{folder}/subsystem") == "../../../../class/devcoredump"
    assert await machine.host.link(folder) == f"../../devices/virtual/devcoredump/{name}"
    assert await machine.host.link(m4.path("devcoredump")) == f"../../../../virtual/devcoredump/{name}"
    assert await reading_of(machine.host, f"{folder}/uevent") == ""


@pytest.mark.parametrize("written", [b"1", b"0", b"anything at all\n"], ids=["1", "0", "any text"])
async def test_any_write_to_data_frees_the_dump(machine: Machine, written: bytes) -> None:
    await crashes(machine, "enabled")
    assert await answer_of(machine.host, f"{await the_dump(machine)}/data", written) == OK

    async def gone() -> bool:
        return not await machine.dumps() and "devcoredump" not in await machine.host.list(machine.m4.path(""))

    await until(gone, "the dump and the way to it are gone")


async def test_numbers_of_dumps_only_grow(machine: Machine) -> None:
    await crashes(machine, "enabled")
    first = int((await the_dump(machine)).rpartition("devcd")[2])
    await machine.free_dumps()
    await crash_again(machine)
    assert int((await the_dump(machine)).rpartition("devcd")[2]) == first + 1


async def test_a_second_dump_of_one_processor_is_dropped(machine: Machine) -> None:
    await crashes(machine, "enabled")
    first = await the_dump(machine)
    content = await machine.host.read(f"{first}/data")
    await crash_again(machine)
    assert await the_dump(machine) == first
    assert await machine.host.read(f"{first}/data") == content


async def test_two_processors_have_a_dump_each(machine: Machine) -> None:
    await crashes(machine, "enabled")
    await machine.r5.write("coredump", "enabled")
    await machine.start(machine.r5)
    place = await machine.now()
    await machine.r5.crash()
    await machine.hears(place, "remote processor vr-r5 is now up")
    assert len(await machine.dumps()) == 2


async def test_without_recovery_a_dump_waits_for_the_recovery(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    await m4.write("coredump", "enabled")
    await m4.write("recovery", "disabled")
    await m4.crash()
    await m4.becomes("crashed")
    assert await machine.dumps() == []
    await m4.write("recovery", "recover")
    assert len(await machine.dumps()) == 1


async def test_a_stop_of_a_crashed_processor_drops_its_dump(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    await m4.write("coredump", "enabled")
    await m4.write("recovery", "disabled")
    await m4.crash()
    await m4.becomes("crashed")
    await m4.write("state", "stop")
    assert await machine.dumps() == []


async def test_the_dump_outlives_a_stop(machine: Machine) -> None:
    m4 = await crashes(machine, "enabled")
    folder = await the_dump(machine)
    content = await machine.host.read(f"{folder}/data")
    await m4.write("state", "stop")
    assert await machine.host.read(f"{folder}/data") == content


async def inline(machine: Machine) -> str:
    """`vr-m4` waits in the middle of its recovery until somebody has collected its dump, which is the answer."""
    m4 = machine.m4
    await m4.write("coredump", "inline")
    await machine.start(m4)
    await m4.crash()

    async def there() -> bool:
        return bool(await machine.dumps())

    await until(there, "an inline dump")
    return f"{await the_dump(machine)}/data"


async def test_inline_the_recovery_waits_offline_until_the_dump_is_freed(machine: Machine) -> None:
    data = await inline(machine)
    assert await machine.m4.state() == "offline"
    core = await machine.host.read(data)
    assert len(core) == SIZE
    assert await machine.m4.state() == "offline"
    assert await answer_of(machine.host, data, b"1") == OK
    await machine.m4.becomes("running")
    assert await machine.dumps() == []


async def test_inline_a_dump_that_nobody_has_read_can_be_freed(machine: Machine) -> None:
    data = await inline(machine)
    await machine.host.write(data, b"1")
    await machine.m4.becomes("running")


async def test_inline_the_end_of_each_read_is_told(machine: Machine) -> None:
    data = await inline(machine)
    place = await machine.now()
    await machine.host.read(data)
    line = await machine.hears(place, "Ramdump done")
    assert (line.level, line.text) == (6, f"remoteproc {machine.m4.id}: Ramdump done, {SIZE} bytes read")
    await machine.free_dumps()
    await machine.m4.becomes("running")


async def test_inline_the_headers_are_read_by_themselves(machine: Machine) -> None:
    data = await inline(machine)
    whole = await machine.host.read(data)
    assert await machine.host.read(data, limit=HEADERS) == whole[:HEADERS]
    assert await machine.host.read(data, offset=HEADERS, limit=16) == whole[HEADERS:][:16]
    await machine.free_dumps()
    await machine.m4.becomes("running")


WAITING = [
    ("state", "stop"),
    ("state", "start"),
    ("state", "detach"),
    ("firmware", "good.elf"),
    ("recovery", "recover"),
]


@pytest.mark.parametrize(("file", "word"), WAITING, ids=[f"{word} in {file}" for file, word in WAITING])
async def test_inline_a_write_that_needs_the_lock_waits_for_the_dump(machine: Machine, file: str, word: str) -> None:
    await inline(machine)
    writing = asyncio.create_task(machine.m4.answer(file, word))
    assert await machine.m4.answer("coredump", "disabled") == OK
    assert await machine.m4.answer("recovery", "disabled") == OK
    assert await machine.m4.state() == "offline"
    assert not writing.done()
    await machine.free_dumps()
    answer = await writing
    assert answer == {"detach": "EINVAL", "good.elf": "EBUSY"}.get(word, OK)
    assert await machine.m4.state() == ("offline" if word == "stop" else "running")


async def test_inline_the_other_processors_go_on(machine: Machine) -> None:
    await inline(machine)
    await machine.start(machine.r5)
    assert await machine.r5.state() == "running"
    assert await machine.r5.answer("state", "stop") == OK
    await machine.free_dumps()
    await machine.m4.becomes("running")


async def test_inline_a_crash_while_another_dump_waits_recovers_at_once(machine: Machine) -> None:
    m4 = await crashes(machine, "enabled")
    await m4.write("coredump", "inline")
    await crash_again(machine)
    assert len(await machine.dumps()) == 1


async def test_inline_the_table_is_shown_as_it_was_before_the_host_filled_it_in(machine: Machine) -> None:
    await inline(machine)
    table = await machine.m4.read("/resource_table")
    assert "  Status 0x0\n" in table
    assert "  Guest features 0x0\n" in table
    await machine.free_dumps()
    await machine.m4.becomes("running")
    assert "  Status 0x7\n" in await machine.m4.read("/resource_table")


async def test_the_lines_of_a_recovery_with_a_dump_are_those_without(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    await m4.write("coredump", "enabled")
    place = await machine.now()
    await m4.crash()
    await machine.hears(place, "is now up")
    # The report itself may come after what is done about it.
    lines = [line for line in await machine.log_since(place) if "crash detected" not in line]
    expected = ["<3> handling crash # in vr-m4", "<3> recovering vr-m4", "<6> stopped remote processor vr-m4"]
    assert lines[:3] == said(*expected)
    assert not [line for line in lines if "ump" in line]
