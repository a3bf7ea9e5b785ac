"""The resource table in a file: every kind of entry, every malformation with its place and the kernel's words."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.inspect import facts
from rproc_tui.model.resource_table import CarveoutEntry, DevmemEntry, RawEntry, TraceEntry, VdevEntry, Vring
from tests.firmware.images import (
    ANY,
    TEXT_AT,
    brief,
    carveout,
    devmem,
    firmware,
    raw_entry,
    resource_table,
    trace,
    vdev,
    vring,
)


def look(table: bytes, endian: str = "<") -> FirmwareFacts:
    image = firmware(table, endian=endian)
    return facts("x.elf", image, len(image), digest=False)


def test_every_kind_of_entry_is_read() -> None:
    config = bytes(range(16))
    table = resource_table(
        [
            carveout("buffer", 0x10040000, 0x2000),
            devmem("periph", 0x50000000, 0x1000),
            trace("log", 0x10030000, 0x400),
            vdev([vring(0x1000, 4096, 16, 3), vring()], config=config),
            raw_entry(128, b"\1\2\3\4"),
            raw_entry(512, b""),
            raw_entry(4, b"abcd"),
        ]
    )
    found = look(table).resource_table
    assert found is not None
    assert (found.ver, found.num, found.section, found.size) == (1, 7, ".resource_table", len(table))
    assert found.entries == (
        CarveoutEntry(0, 44, 0x10040000, 0, 0x2000, 0, "buffer"),
        DevmemEntry(1, 100, 0x50000000, 0, 0x1000, 0, "periph"),
        TraceEntry(2, 156, 0x10030000, 0x400, "log"),
        VdevEntry(
            index=3,
            offset=204,
            id=7,
            notifyid=0,
            dfeatures=1,
            gfeatures=0,
            config_len=16,
            status=0,
            num_of_vrings=2,
            vrings=(Vring(0x1000, 4096, 16, 3, 0), Vring(ANY, 16, 8, 0, 0)),
            config=config,
        ),
        RawEntry(4, 288, 128, b"\1\2\3\4"),
        RawEntry(5, 296, 512, b""),
        RawEntry(6, 300, 4, b"abcd"),
    )


NAMES = st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=31)
WORDS = st.integers(0, 0xFFFFFFFF)


@st.composite
def any_entry(draw: st.DrawFn) -> tuple[bytes, tuple[object, ...]]:
    """The bytes of an entry and the values in it."""
    kind = draw(st.integers(0, 3))
    name, words = draw(NAMES), draw(st.tuples(WORDS, WORDS, WORDS, WORDS))
    padded = name.encode().ljust(32, b"\0")
    if kind in (0, 1):
        return struct.pack("<6I", kind, *words, 0) + padded, (kind, *words, name)
    if kind == 2:
        return struct.pack("<4I", 2, *words[:2], 0) + padded, (2, *words[:2], name)
    rings = draw(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS, WORDS), max_size=2))
    config = draw(st.binary(max_size=20))
    head = struct.pack("<6I4B", 3, *words, len(config), 7, len(rings), 0, 0)
    return head + b"".join(struct.pack("<5I", *ring) for ring in rings) + config, (3, *words, 7, rings, config)


def values(entry: object) -> tuple[object, ...]:
    match entry:
        case CarveoutEntry() | DevmemEntry():
            kind = int(isinstance(entry, DevmemEntry))
            return (kind, entry.da, entry.pa, entry.len, entry.flags, entry.name)
        case TraceEntry():
            return (2, entry.da, entry.len, entry.name)
        case VdevEntry():
            rings = [(ring.da, ring.align, ring.num, ring.notifyid, ring.pa) for ring in entry.vrings]
            fields = (entry.id, entry.notifyid, entry.dfeatures, entry.gfeatures)
            return (3, *fields, entry.status, rings, entry.config)
    raise AssertionError(entry)


@given(st.lists(any_entry(), max_size=6))
def test_what_was_written_is_read_back(entries: list[tuple[bytes, tuple[object, ...]]]) -> None:
    found = look(resource_table([raw for raw, _ in entries])).resource_table
    assert found is not None
    assert [values(entry) for entry in found.entries] == [written for _, written in entries]


def test_a_big_endian_table_is_read_in_its_own_byte_order() -> None:
    found = look(resource_table([trace("log", 0x1234, 64, endian=">")], endian=">"), endian=">")
    assert found.resource_table is not None
    assert found.resource_table.entries == (TraceEntry(0, 20, 0x1234, 64, "log"),)


STANDARD = (carveout(), trace(), vdev())


@pytest.mark.parametrize(
    ("table", "message", "is_shown"),
    [
        (b"", "header-less resource table", False),
        (resource_table([])[:15], "header-less resource table", False),
        (resource_table(STANDARD, ver=0), "unsupported fw ver: 0", False),
        (resource_table(STANDARD, ver=0xFFFFFFFF), "unsupported fw ver: -1", False),
        (resource_table(STANDARD, reserved=(0, 1)), "non zero reserved bytes", True),
        (resource_table(STANDARD, num=0xFFFFFFFF), "resource table incomplete", True),
        (resource_table(STANDARD, num=0x40000000), "resource table incomplete", True),
        (resource_table(STANDARD)[:27], "resource table incomplete", True),
    ],
    ids=brief,
)
def test_a_broken_header_makes_the_table_unusable_but_no_driver_that_needs_none_refuses_it(
    table: bytes, message: str, is_shown: bool
) -> None:
    found = look(table)
    assert found.verdict.resource_table == message
    assert found.boots
    assert (found.resource_table is not None) is is_shown
    assert [problem.kernel for problem in found.problems if problem.severity == "error"] == [message]


@pytest.mark.parametrize(
    ("table", "message", "place"),
    [
        (resource_table(STANDARD, offsets=[28, 0x10000, 132]), "rsc table is truncated", "entry 1"),
        (resource_table(STANDARD, offsets=[28, 0xFFFFFFFC, 132]), "rsc table is truncated", "entry 1"),
        (resource_table(STANDARD, offsets=[28, 0, 132]), "rsc table is truncated", "entry 1"),
        (resource_table(STANDARD, offsets=[28, 84, 198]), "rsc table is truncated", "entry 2"),
        (resource_table([carveout()[:55]]), "carveout rsc is truncated", "entry 0 at 0x14"),
        (resource_table([raw_entry(0)]), "carveout rsc is truncated", "entry 0 at 0x14"),
        (resource_table([devmem()[:40]]), "devmem rsc is truncated", "entry 0 at 0x14"),
        (resource_table([trace()[:47]]), "trace rsc is truncated", "entry 0 at 0x14"),
        (resource_table([vdev()[:20]]), "vdev rsc is truncated", "entry 0 at 0x14"),
        (resource_table([vdev()[:-1]]), "vdev rsc is truncated", "entry 0 at 0x14"),
        (resource_table([vdev(count=255)]), "vdev rsc is truncated", "entry 0 at 0x14"),
        (resource_table([vdev(config_len=9, config=bytes(8))]), "vdev rsc is truncated", "entry 0 at 0x14"),
        (resource_table([vdev(config_len=2**32 - 64)]), "vdev rsc is truncated", "entry 0 at 0x14"),
        (resource_table([carveout(reserved=1)]), "carveout rsc has non zero reserved bytes", "entry 0 at 0x14"),
        (resource_table([devmem(reserved=1)]), "devmem rsc has non zero reserved bytes", "entry 0 at 0x14"),
        (resource_table([trace(reserved=1)]), "trace rsc has non zero reserved bytes", "entry 0 at 0x14"),
        (resource_table([vdev(reserved=(0, 1))]), "vdev rsc has non zero reserved bytes", "entry 0 at 0x14"),
        (resource_table([vdev([vring()] * 3)]), "too many vrings: 3", "entry 0 at 0x14"),
        (resource_table([carveout("a"), trace(), carveout("a")]), "Carveout already associated", "entry 2"),
        (resource_table([carveout(""), carveout("")]), "Carveout already associated", "entry 1"),
        (resource_table([carveout(b"n" * 31), carveout(b"n" * 32)]), "Carveout already associated", "entry 1"),
    ],
    ids=brief,
)
def test_a_broken_entry_ends_every_boot_and_is_named_with_its_place(table: bytes, message: str, place: str) -> None:
    found = look(table)
    assert found.verdict.resource_table.startswith(message)
    assert not found.boots
    first = next(problem for problem in found.problems if problem.fatal)
    assert first.message.startswith(place)
    assert found.resource_table is not None


@pytest.mark.parametrize(("num", "align"), [(0, 16), (8, 0)])
def test_a_vring_of_nothing_loses_the_device_and_not_the_boot(num: int, align: int) -> None:
    found = look(resource_table([vdev([vring(), vring(num=num, align=align)])]))
    assert found.verdict.resource_table == f"invalid qsz ({num}) or alignment ({align})"
    assert found.boots


def test_what_is_there_of_a_vdev_that_is_cut_off_is_shown() -> None:
    table = look(resource_table([vdev(count=7)])).resource_table
    assert table is not None
    (entry,) = table.entries
    assert isinstance(entry, VdevEntry)
    assert (entry.num_of_vrings, len(entry.vrings)) == (7, 2)


def test_the_kernel_says_nothing_of_entries_behind_a_broken_header() -> None:
    found = look(resource_table([carveout(reserved=1)], reserved=(1, 0)))
    assert [problem.code for problem in found.problems if problem.severity == "error"] == ["table-reserved"]


@pytest.mark.parametrize(
    ("number", "severity", "kernel"),
    [
        (4, "warning", "unsupported resource 4"),
        (127, "warning", "unsupported resource 127"),
        (128, "note", "unsupported vendor resource 128"),
        (512, "note", "unsupported vendor resource 512"),
        (513, "warning", "unsupported resource 513"),
        (0xFFFFFFFF, "warning", "unsupported resource -1"),
    ],
    ids=brief,
)
def test_entries_that_linux_passes_over_do_no_harm(number: int, severity: str, kernel: str) -> None:
    found = look(resource_table([raw_entry(number, b"1234"), trace()]))
    assert found.boots
    assert found.verdict.resource_table == "ok"
    assert [(problem.severity, problem.kernel) for problem in found.problems] == [(severity, kernel)]


@pytest.mark.parametrize(
    ("raw", "shown", "complains"),
    [
        (b"trace0\0SECRET\x1b[31m", "trace0", False),
        (b"", "", False),
        (b"A" * 32, "A" * 32, True),
        (b"\x1b[2Jx\n", r"\x1b[2Jx\x0a", True),
        (b"tr\xff\xfe", r"tr\xff\xfe", True),
        ("a\u202eb".encode(), r"a\u202eb", True),
        (b"[bold]%s", "[bold]%s", False),
    ],
    ids=brief,
)
def test_names_end_at_nul_and_are_made_harmless(raw: bytes, shown: str, complains: bool) -> None:
    found = look(resource_table([trace(raw, TEXT_AT)]))
    assert found.resource_table is not None
    (entry,) = found.resource_table.entries
    assert isinstance(entry, TraceEntry)
    assert entry.name == shown
    assert bool(found.problems) is complains
