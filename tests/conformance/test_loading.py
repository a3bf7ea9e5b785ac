"""The rules of loading that no image of the lab shows: order of checks, edges of tables, entries and segments."""

from __future__ import annotations

import errno
import functools
import struct
from collections.abc import Callable

import pytest

from tests.conformance.images import VERSION, firmware, odd
from tests.conformance.lines import said
from tests.conformance.machine import Machine
from tests.conformance.outcomes import Outcome, boots, insane, refused, rpmsg, unloaded, unprocessed
from tests.conformance.processor import OK
from tests.conformance.test_images import starts_as
from tests.conformance.vrproc import DDR, DDR_SIZE, DTCM, ITCM, TCM_SIZE
from tests.remoteproc.images import ANY, GOOD_TABLE, Segment, carveout, devmem, table, trace, unknown, vdev

NAME = "conformance.elf"
PT_NOTE = 4
SECOND_PROGRAM_HEADER, P_VADDR = 52 + 32, 8


def patched(offset: int, value: bytes, image: bytes | None = None) -> bytes:
    """An image with other bytes at an offset."""
    out = bytearray(firmware() if image is None else image)
    out[offset : offset + len(value)] = value
    return bytes(out)


def with_offset(offset: int, *entries: bytes) -> bytes:
    """A table whose only entry is said to be somewhere else."""
    return firmware(table(*entries, offsets=[offset]))


def with_segment(segment: Segment) -> bytes:
    return firmware(more=[segment])


CARVEOUT_TABLE = len(table(carveout()))
TINY = "Image is too small"

HEADERS: dict[str, tuple[Callable[[], bytes], Outcome]] = {
    "one byte less than a header": (lambda: firmware()[:51], insane(TINY)),
    "a header alone": (lambda: odd(shoff=52, shnum=0)[:52], insane(TINY)),
    "ELF64 with the header of ELF32": (lambda: odd(class_=2)[:60], insane("elf64 header is too small")),
    "no class": (lambda: odd(class_=0), insane("Unsupported class: 0")),
    "no byte order": (lambda: odd(data=0), insane("Unsupported firmware endianness")),
    "magic before class": (lambda: odd(magic=b"ELF\x7f", class_=3), insane("Image is corrupted (bad magic)")),
    "size before magic": (lambda: odd(magic=b"ELF\x7f")[:51], insane(TINY)),
    "class before byte order": (lambda: odd(class_=3, data=2), insane("Unsupported class: 3")),
    "byte order before segments": (lambda: odd(data=2, phnum=0), insane("Unsupported firmware endianness")),
    "no segments before their place": (lambda: odd(phnum=0, phoff=0x10_0000), insane("No loadable segments")),
    "any type of file": (lambda: patched(16, b"\1\0"), rpmsg()),
    "any machine": (lambda: odd(machine=0xFFFF), rpmsg()),
    "any version of ELF": (lambda: patched(6, b"\x09"), rpmsg()),
    "any version of the file": (lambda: patched(20, b"\xff\xff\xff\xff"), rpmsg()),
    "any size of a program header": (lambda: patched(42, b"\0\0"), rpmsg()),
    "any size of a section header": (lambda: patched(46, b"\1\0"), rpmsg()),
    "any size of the header": (lambda: patched(40, b"\xff\xff"), rpmsg()),
}

TABLES: dict[str, tuple[Callable[[], bytes], Outcome]] = {
    "a section of another name": (lambda: odd(section_name=b".resource_tabel"), refused()),
    "a section with a longer name": (lambda: odd(section_name=b".resource_table2"), refused()),
    "a section with a shorter name": (lambda: odd(section_name=b".resource_tabl"), refused()),
    "one byte less than a header": (lambda: odd(table_size=15), refused("header-less resource table")),
    "nothing at all": (lambda: odd(table_size=0), refused("header-less resource table")),
    "version 0": (lambda: firmware(table(*GOOD_TABLE, version=0)), refused("unsupported fw ver: 0")),
    "version -1": (lambda: firmware(table(*GOOD_TABLE, version=ANY)), refused("unsupported fw ver: -1")),
    "the second reserved word": (lambda: firmware(table(reserved=(0, 1))), refused("non zero reserved bytes")),
    "version before reserved words": (
        lambda: firmware(table(version=2, reserved=(1, 1))),
        refused("unsupported fw ver: 2"),
    ),
    "one offset more than there is room": (
        lambda: firmware(table(num=1)),
        refused("resource table incomplete"),
    ),
    "a header alone": (lambda: firmware(table()), boots(traces=0)),
    "room behind the last entry": (lambda: firmware(table(*GOOD_TABLE) + bytes(64)), rpmsg()),
    "fewer entries than offsets": (lambda: firmware(table(carveout(), trace(), vdev(), num=2)), boots()),
}

TRUNCATED = "rsc table is truncated"
ENTRIES: dict[str, tuple[Callable[[], bytes], Outcome]] = {
    "an entry in the header": (lambda: with_offset(15, carveout()), unprocessed(TRUNCATED)),
    "an entry at the beginning": (lambda: with_offset(0, carveout()), unprocessed(TRUNCATED)),
    "an entry right behind the table": (lambda: with_offset(CARVEOUT_TABLE, carveout()), unprocessed(TRUNCATED)),
    "an entry without room for its type": (
        lambda: with_offset(CARVEOUT_TABLE - 3, carveout()),
        unprocessed(TRUNCATED),
    ),
    "an entry with room for its type alone": (
        lambda: with_offset(CARVEOUT_TABLE - 4, carveout()),
        unprocessed("carveout rsc is truncated"),
    ),
    "an offset that wraps": (lambda: with_offset(ANY, carveout()), unprocessed(TRUNCATED)),
    "type 127": (lambda: firmware([unknown(127)]), boots(*said("<4> unsupported resource 127"), traces=0)),
    "type 512": (lambda: firmware([unknown(512)]), boots(*said("<4> unsupported vendor resource 512"), traces=0)),
    "type 513": (lambda: firmware([unknown(513)]), boots(*said("<4> unsupported resource 513"), traces=0)),
    "a carveout of one byte less": (lambda: firmware([carveout()[:-1]]), unprocessed("carveout rsc is truncated")),
    "a trace of one byte less": (lambda: firmware([trace()[:-1]]), unprocessed("trace rsc is truncated")),
    "a vdev of one byte less": (lambda: firmware([vdev()[:-1]]), unprocessed("vdev rsc is truncated")),
    "a vdev without its rings": (lambda: firmware([vdev(vrings=0, claim=2)]), unprocessed("vdev rsc is truncated")),
    "a vdev without its configuration": (
        lambda: firmware([vdev()[:20] + struct.pack("<I", 8) + vdev()[24:]]),
        unprocessed("vdev rsc is truncated"),
    ),
    "a vdev with configuration": (
        lambda: firmware([carveout(), trace(), vdev(config=b"12345678")]),
        rpmsg(traces=1),
    ),
    "a vdev with its second reserved byte set": (
        lambda: firmware([vdev(reserved=b"\0\1")]),
        unprocessed("vdev rsc has non zero reserved bytes"),
    ),
    "a vdev with 255 rings in room for two": (
        lambda: firmware([vdev(claim=255)]),
        unprocessed("vdev rsc is truncated"),
    ),
    "too many rings after reserved bytes": (
        lambda: firmware([vdev(vrings=3, reserved=b"\1\0")]),
        unprocessed("vdev rsc has non zero reserved bytes"),
    ),
    "a devmem that is truncated": (lambda: firmware([devmem()[:20]]), unprocessed()),
    "a devmem with reserved bytes": (lambda: firmware([devmem(reserved=1)]), unprocessed()),
    "a bad entry behind a good one": (
        lambda: firmware([carveout(), trace(), vdev(), carveout("x", reserved=1)]),
        Outcome(
            [
                *refused().lines,
                *said("<3> carveout rsc has non zero reserved bytes", "<3> Failed to process resources: -22"),
            ],
            errno.EINVAL,
        ),
    ),
}

FITS = boots(traces=0)
NO_FIT = "Registered carveout doesn't fit {} request"
CARVEOUTS: dict[str, tuple[Callable[[], bytes], Outcome]] = {
    "the whole region": (lambda: firmware([carveout()]), FITS),
    "any address": (lambda: firmware([carveout(da=ANY)]), FITS),
    "a part of it": (lambda: firmware([carveout(da=DDR + 0x1000, length=0x1000)]), FITS),
    "its last bytes": (lambda: firmware([carveout(da=DDR + DDR_SIZE - 16, length=16)]), FITS),
    "nothing of it": (lambda: firmware([carveout(length=0)]), FITS),
    "one byte too many": (
        lambda: firmware([carveout(length=DDR_SIZE + 1)]),
        unprocessed(NO_FIT.format("len"), number=errno.ENOMEM),
    ),
    "one byte too many at any address": (
        lambda: firmware([carveout(da=ANY, length=DDR_SIZE + 1)]),
        unprocessed(NO_FIT.format("len"), number=errno.ENOMEM),
    ),
    "one byte before it": (
        lambda: firmware([carveout(da=DDR - 1, length=1)]),
        unprocessed(NO_FIT.format("da"), number=errno.ENOMEM),
    ),
    "one byte beyond it": (
        lambda: firmware([carveout(da=DDR + 1)]),
        unprocessed(NO_FIT.format("len"), number=errno.ENOMEM),
    ),
    "two of one new name": (
        lambda: firmware([carveout("own", ANY, 4096), carveout("own", ANY, 4096)]),
        unprocessed("Carveout already associated to resource table", number=errno.ENOMEM),
    ),
    "two without a name": (
        lambda: firmware([carveout("", ANY, 4096), carveout("", ANY, 4096)]),
        unprocessed("Carveout already associated to resource table", number=errno.ENOMEM),
    ),
    "two whose names differ behind the 31st character": (
        lambda: firmware([carveout(f"{'n' * 31}{letter}", ANY, 4096) for letter in "ab"]),
        unprocessed("Carveout already associated to resource table", number=errno.ENOMEM),
    ),
    "two of different names": (lambda: firmware([carveout("a", ANY, 4096), carveout("b", ANY, 4096)]), FITS),
    "the reserved word before the name": (
        lambda: firmware([carveout(), carveout(reserved=1)]),
        unprocessed("carveout rsc has non zero reserved bytes"),
    ),
    "an address that nobody can promise": (
        lambda: firmware([carveout("own", 0x1234_0000, 4096)]),
        boots(*said("<4> Allocated carveout doesn't fit device address request", by="vrproc vrproc.0"), traces=0),
    ),
}

END = ITCM + TCM_SIZE
SEGMENTS: dict[str, tuple[Callable[[], bytes], Outcome]] = {
    "empty and nowhere": (lambda: with_segment(Segment(0x1000_0000, b"", 0)), rpmsg()),
    "not to be loaded": (lambda: with_segment(Segment(0x1000_0000, b"note", type=PT_NOTE)), rpmsg()),
    "the last bytes of a memory": (lambda: with_segment(Segment(END - 16, bytes(16))), rpmsg()),
    "one byte over the end of a memory": (
        lambda: with_segment(Segment(END - 15, bytes(16))),
        unloaded(f"bad phdr da 0x{END - 15:x} mem 0x10"),
    ),
    "larger than a memory": (
        lambda: with_segment(Segment(DTCM, b"x", TCM_SIZE + 1)),
        unloaded(f"bad phdr da 0x{DTCM:x} mem 0x{TCM_SIZE + 1:x}"),
    ),
    "bytes behind the end of the file": (
        lambda: with_segment(Segment(DDR + 0x8000, b"x", 1, 1, offset=0x10_0000)),
        unloaded("truncated fw: need {need} avail {avail}"),
    ),
    "sizes before the end of the file": (
        lambda: with_segment(Segment(0x1000_0000, b"x", 1, 2, offset=0x10_0000)),
        unloaded("bad phdr filesz 0x2 memsz 0x1"),
    ),
    "the end of the file before the address": (
        lambda: with_segment(Segment(0x1000_0000, b"x", 1, 1, offset=0x10_0000)),
        unloaded("truncated fw: need {need} avail {avail}"),
    ),
    "a virtual address that means nothing": (
        lambda: patched(SECOND_PROGRAM_HEADER + 32 + P_VADDR, b"\0\0\0\x70"),
        rpmsg(),
    ),
    "an address of 64 bits": (
        lambda: firmware(more=[Segment(0x1_0000_0000, VERSION)], header={"bits": 64}),
        unloaded("bad phdr da 0x100000000 mem 0x20"),
    ),
}

STARTS: dict[str, tuple[Callable[[], bytes], Outcome]] = {
    errno.errorcode[number]: (
        functools.partial(firmware, start_error=number),
        refused(f"can't start rproc vr-m4: -{number}", number=number),
    )
    for number in (errno.EPERM, errno.EIO, errno.EBUSY, errno.ENODEV, errno.EINVAL, errno.ETIMEDOUT)
}

CASES = {
    f"{kind}, {what}": case
    for kind, cases in {
        "ELF header": HEADERS,
        "table": TABLES,
        "entry": ENTRIES,
        "carveout": CARVEOUTS,
        "segment": SEGMENTS,
        "start refused with": STARTS,
    }.items()
    for what, case in cases.items()
}


@pytest.mark.parametrize("case", CASES)
async def test_loading_an_image_with(machine: Machine, case: str) -> None:
    build, outcome = CASES[case]
    content = build()
    await machine.install(NAME, content)
    await starts_as(machine, NAME, len(content), outcome)


SECTIONS: dict[str, tuple[Callable[[], bytes], Outcome]] = {
    "their table behind the end": (
        lambda: odd(shoff=len(firmware()) + 1),
        insane("Section header table is out of bounds"),
    ),
    "their table at the end": (lambda: odd(shoff=len(firmware())), insane("Section headers are out of bounds")),
    "one more than there is room for": (lambda: odd(shnum=0xFFFF), insane("Section headers are out of bounds")),
    "the index of their names behind the end": (lambda: odd(shstrndx=0xFFFF), insane(TINY)),
}


@pytest.mark.parametrize("case", SECTIONS)
async def test_a_newer_kernel_checks_of_the_sections(machine: Machine, case: str) -> None:
    if not machine.is_6_12:
        pytest.skip("an older kernel reads behind the end of the image")
    build, outcome = SECTIONS[case]
    content = build()
    await machine.install(NAME, content)
    await starts_as(machine, NAME, len(content), outcome)


@pytest.mark.parametrize("what", ["num", "align"])
async def test_a_ring_without_size_or_alignment_leaves_its_vdev_out_and_behind(machine: Machine, what: str) -> None:
    num, align = (0, 4096) if what == "num" else (16, 0)
    machine.spoils(machine.m4)
    place = await machine.now()
    await machine.start(machine.m4, NAME, firmware([carveout(), trace(), vdev(num=num, align=align)]))
    lines = await machine.log_since(place)
    assert lines[2:3] == said(f"<3> invalid qsz ({num}) or alignment ({align})")
    assert await machine.m4.state() == "running"
    assert await machine.devices() == []
    assert await machine.m4.answer("state", "stop") == OK
    assert len(await machine.m4.children()) == 1


async def test_an_image_without_sections_boots_where_no_table_is_wanted(machine: Machine) -> None:
    image = firmware(None, header={"shoff": 0, "shnum": 0, "shstrndx": 0})
    place = await machine.now()
    await machine.start(machine.r5, NAME, image)
    assert await machine.r5.state() == "running"
    assert said("<6> No resource table in elf")[0] in await machine.log_since(place)


async def test_a_failed_load_is_told_in_the_order_of_the_segments(machine: Machine) -> None:
    bad = [Segment(0x1000_0000, b"first"), Segment(0x1100_0000, b"second")]
    place = await machine.now()
    await machine.choose(machine.m4, NAME, firmware(more=bad))
    assert await machine.m4.answer("state", "start") == "EINVAL"
    lines = await machine.log_since(place)
    assert [line for line in lines if "bad phdr" in line] == said("<3> bad phdr da 0x10000000 mem 0x5")
