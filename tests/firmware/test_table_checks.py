"""What is odd about a table that Linux takes."""

from __future__ import annotations

import pytest

from rproc_tui.firmware.inspect import facts
from rproc_tui.firmware.table_checks import vring_size
from tests.firmware.images import (
    ANY,
    TABLE_AT,
    Image,
    Load,
    Section,
    brief,
    carveout,
    devmem,
    firmware,
    resource_table,
    trace,
    vdev,
    vring,
)

THREE = (carveout(), trace(), vdev())


def codes(table: bytes) -> list[str]:
    image = firmware(table)
    return [problem.code for problem in facts("x.elf", image, len(image), digest=False).problems]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (resource_table(THREE, offsets=[132, 84, 28]), "entry-order"),
        (resource_table(THREE, offsets=[28, 40, 132]), "entry-overlap"),
        (resource_table([trace()], num=2, offsets=[24, 24]), "entry-overlap"),
        (resource_table([b"\0" + trace()], offsets=[21]), "entry-unaligned"),
        (resource_table(THREE, num=1), "table-gap"),
        (resource_table(THREE, offsets=[28, 16, 132]), "entry-overlap"),
        (resource_table([carveout(length=0)]), "length-zero"),
        (resource_table([trace(length=0)]), "length-zero"),
        (resource_table([carveout(da=0, length=0xFFFFFFFF)]), "length-large"),
        (resource_table([carveout(da=0xFFFFF000, length=0x10000)]), "address-wraps"),
        (resource_table([trace(da=ANY)]), "trace-nowhere"),
        (resource_table([carveout("a%n")]), "entry-name"),
        (resource_table([carveout("a", 0x1000, 0x100), carveout("b", 0x1080, 0x100)]), "memory-overlap"),
        (resource_table([vdev([vring(da=0x1000), vring(da=0x1000)])]), "memory-overlap"),
        (resource_table([devmem()]), "devmem-iommu"),
        (resource_table([devmem(length=0)]), "devmem-length"),
        (resource_table([vdev([vring()])]), "vdev-vrings"),
        (resource_table([vdev([])]), "vdev-vrings"),
        (resource_table([vdev(vdev_id=0xFFFF)]), "vdev-id"),
        (resource_table([vdev([vring(num=3), vring()])]), "vring-power"),
        (resource_table([vdev([vring(align=3), vring()])]), "vring-power"),
        (resource_table([vdev([vring(num=0x80000000), vring()])]), "vring-large"),
        (resource_table([vdev([vring(align=0x80000000), vring()])]), "vring-large"),
    ],
    ids=brief,
)
def test_an_oddity_is_named(table: bytes, code: str) -> None:
    assert code in codes(table)


@pytest.mark.parametrize(
    "table",
    [
        resource_table([]),
        resource_table([trace(), vdev(), carveout(da=0x10040000)]),
        resource_table([trace(), vdev([vring(0x1000), vring(0x2000)])]),
        resource_table([carveout("memory", 0x80000000, 0x10000), trace(da=0x80001000)]),
        resource_table([trace()], offsets=[20]) + bytes(64),
        resource_table([trace()], offsets=[28]).replace(b"\x02\0\0\0", bytes(8) + b"\x02\0\0\0", 1),
    ],
    ids=brief,
)
def test_an_ordinary_table_gives_no_reason_to_complain(table: bytes) -> None:
    assert codes(table) == []


@pytest.mark.parametrize(
    ("num", "align", "size"), [(8, 16, 230), (16, 4096, 4096 + 6 + 128), (256, 4096, 8192 + 6 + 2048), (1, 4, 24 + 14)]
)
def test_a_vring_has_the_size_of_the_virtio_specification(num: int, align: int, size: int) -> None:
    assert vring_size(num, align) == size


def test_a_trace_buffer_outside_all_memory_of_the_file_is_noted_with_its_address() -> None:
    image = firmware(resource_table([trace(da=0xDEAD0000), trace("in", TABLE_AT)]))
    (problem,) = facts("x.elf", image, len(image)).problems
    assert (problem.code, problem.severity) == ("trace-outside", "note")
    assert "0xdead0000" in problem.message


TABLE = resource_table([trace()])


def with_sections(*sections: Section, loads: tuple[Load, ...] = (Load(), Load(TABLE_AT, TABLE, flags=6))) -> bytes:
    return Image(loads, sections).build()


AT = Section(".resource_table", TABLE, TABLE_AT, load=1)


@pytest.mark.parametrize(
    ("image", "code", "verdict", "is_shown"),
    [
        (with_sections(AT), None, "ok", True),
        (with_sections(Section(".text")), "no-table", "absent", False),
        (with_sections(Section(".resource_table.old", TABLE, load=1)), "no-table", "absent", False),
        (with_sections(AT, Section(".resource_table", resource_table([]))), "two-tables", "ok", True),
        (with_sections(Section(".resource_table", TABLE)), "table-not-loaded", "ok", True),
        (
            with_sections(Section(".resource_table", TABLE, TABLE_AT, load=1, size=0x10000)),
            "table-outside",
            "resource table truncated",
            False,
        ),
        (
            with_sections(Section(".resource_table", TABLE, TABLE_AT, offset=0xFFFFFF00)),
            "table-outside",
            "resource table truncated",
            False,
        ),
        (with_sections(Section(".resource_table", TABLE, TABLE_AT, type=8, load=1)), "table-nobits", "ok", False),
        (with_sections(Section(".resource_table", TABLE, TABLE_AT + 2, load=1)), "table-unaligned", "ok", True),
        (
            with_sections(AT, loads=(Load(), Load(TABLE_AT + 0x100, TABLE, vaddr=TABLE_AT))),
            "table-address",
            "ok",
            True,
        ),
    ],
    ids=brief,
)
def test_where_the_table_is_decides_what_linux_makes_of_it(
    image: bytes, code: str | None, verdict: str, is_shown: bool
) -> None:
    found = facts("x.elf", image, len(image))
    assert found.verdict.resource_table == verdict
    assert (found.resource_table is not None) is is_shown
    codes = {problem.code for problem in found.problems}
    assert code in codes if code else not codes
    assert found.boots


def test_section_names_outside_the_file_hide_the_table() -> None:
    image = bytearray(firmware())
    names = int.from_bytes(image[32:36], "little") + 40 * 3
    image[names + 16 : names + 20] = (0x7FFFFFFF).to_bytes(4, "little")
    found = facts("x.elf", bytes(image), len(image))
    assert found.verdict.resource_table == "resource table truncated"
    assert found.resource_table is None


@pytest.mark.parametrize(("field", "value"), [("shstrndx", 0), ("shnum", 0)])
def test_without_section_names_or_headers_there_is_no_table(field: str, value: int) -> None:
    image = firmware(header={field: value})
    found = facts("x.elf", image, len(image))
    assert (found.verdict.resource_table, found.resource_table, found.boots) == ("absent", None, True)
