"""The screen that `inspect` prints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.firmware.inspect import facts
from rproc_tui.firmware.report import HEIGHT, report, share, wrap
from rproc_tui.firmware.units import size_text
from tests.firmware.images import (
    TABLE_AT,
    TEXT_AT,
    Image,
    Load,
    Section,
    carveout,
    firmware,
    resource_table,
    trace,
    vdev,
    vring,
)


def lines(image: bytes, width: int = 100) -> list[str]:
    return report(facts("/some/where/hello.elf", image, len(image), digest=False), width)


def test_an_ordinary_firmware_reads_like_this() -> None:
    table = resource_table([vdev([vring(), vring(notifyid=1)]), trace("log", TEXT_AT + 0x100, 0x40)])
    image = Image(
        (Load(TEXT_AT, bytes(0x100), memsz=0x200, flags=7), Load(0x20000000, table, flags=6, vaddr=TABLE_AT)),
        (
            Section(".text", bytes(0xC0), TEXT_AT, flags=6, load=0),
            Section(".bss", b"", TEXT_AT + 0x100, type=8, flags=3, offset=0, size=0x80),
            Section(".resource_table", table, TABLE_AT, flags=3, load=1),
        ),
    ).build()
    assert lines(image) == [
        "hello.elf: Linux takes it",
        "ELF32 little-endian EXEC · ARM · 756 B · no DWARF · no symbols · no build id",
        "entry 0x10000000 in segment 0 (.text) · resource table: ok",
        "",
        "Memory    █ from the file  ░ zeroed  ▒ named by the table",
        "  0x10000000 to 0x100001ff, 512 B; a cell is 21 B",
        "    0 rwx  0x10000000       512 B ▕████████████░░░░░░░░░░░░░▏ .text .bss",
        "  table    0x10000100        64 B ▕            ▒▒▒▒         ▏ trace log",
        "  0x20000000 to 0x2000008b, 140 B; a cell is 6 B",
        "    1 rw-  0x20000000       140 B ▕█████████████████████████▏ runs at 0x10020000 .resource_table",
        "",
        "Resource table    140 bytes for 0x10020000, version 1, 2 entries",
        "  #  type      name   da          length",
        "  0  vdev      rpmsg                      offers NS",
        "       vring0         any         230 B   8 descriptors, align 16, notify 0",
        "       vring1         any         230 B   8 descriptors, align 16, notify 1",
        "  1  trace     log    0x10000100  64 B",
        "",
        "Problems",
        "  note     .resource_table is loaded to 0x20000000 (p_paddr of segment 1) and Linux keeps the live",
        "           one at 0x10020000 (sh_addr): start-up code must not copy the first over the second",
    ]


@pytest.mark.parametrize(
    ("image", "first"),
    [
        (firmware(), "hello.elf: Linux takes it"),
        (firmware(resource_table([trace(length=0)])), "hello.elf: Linux takes it, with 1 warning"),
        (firmware()[:-1], "hello.elf: Linux refuses it: Section headers are out of bounds"),
        (
            firmware(resource_table([trace(reserved=1)])),
            "hello.elf: Linux refuses it: trace rsc has non zero",
        ),
        (b"text " * 20, "hello.elf: Linux refuses it: Image is corrupted (bad magic)"),
        (firmware(header={"phentsize": 31}), "hello.elf: not fit to boot: e_phentsize is 31, not 32"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_verdict_stands_first(image: bytes, first: str) -> None:
    assert lines(image)[0].startswith(first)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_large_firmware_still_fits_one_screen(width: int) -> None:
    table = resource_table(
        [carveout(f"memory{index}", index << 20, 0x1000) for index in range(60)] + [trace(length=0)] * 40
    )
    loads = [Load(index << 24, bytes(64)) for index in range(60)]
    sections = [Section(f".text.a_function_of_some_length_{index}", bytes(1), index, load=0) for index in range(60)]
    image = Image(
        [*loads, Load(TABLE_AT, table)], [*sections, Section(".resource_table", table, TABLE_AT, load=60)]
    ).build()
    shown = lines(image, width)
    assert len(shown) <= HEIGHT + 2
    assert max(map(len, shown)) <= width
    assert sum("more lines; --json has everything" in line for line in shown) == 3


@given(st.integers(0, 60), st.lists(st.integers(0, 100), max_size=5))
def test_room_is_shared_and_little_wants_come_first(room: int, wants: list[int]) -> None:
    got = share(room, wants)
    assert all(min(3, want) <= part <= want for part, want in zip(got, wants, strict=True))
    assert sum(got) <= max(room, 3 * len(wants))
    short = [part for part, want in zip(got, wants, strict=True) if part < want]
    assert not short or max(short) - min(short) <= 1 or room < 3 * len(wants)


@given(st.text(alphabet="ab ", max_size=80), st.integers(1, 20))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    parts = list(wrap(text, width))
    assert all(len(part) <= width for part in parts)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (28774, "28.1 KiB"), (5 << 20, "5 MiB"), (1 << 63, "8 EiB")],
)
def test_sizes_are_short(size: int, text: str) -> None:
    assert size_text(size) == text
