"""Sizes of functions and variables, from tables good and bad."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.firmware.inspect import facts
from rproc_tui.firmware.symbols import Symbol, read_symbols
from tests.firmware.images import Image, Section

FILE, FUNC, OBJECT, NOTYPE, SECTION = 4, 2, 1, 0, 3
GLOBAL = 1 << 4

Row = tuple[str, int, int, int, int]
"""Name, value, size, info, section."""


def table(rows: list[Row], bits: int = 32) -> tuple[bytes, bytes]:
    names, out = b"\0", b""
    for name, value, size, info, where in rows:
        at = len(names) if name else 0
        names += name.encode() + b"\0" if name else b""
        out += (
            struct.pack("<IIIBBH", at, value, size, info, 0, where)
            if bits == 32
            else struct.pack("<IBBHQQ", at, info, 0, where, value, size)
        )
    return out, names


def symbols_of(rows: list[Row], bits: int = 32) -> tuple[Symbol, ...]:
    content, names = table(rows, bits)
    sections = (Section(".symtab", content, type=2, flags=0), Section(".strtab", names, type=3, flags=0))
    image = Image(sections=sections, bits=bits).build()
    return read(image)


def read(image: bytes) -> tuple[Symbol, ...]:
    elf = facts("fw.elf", image, len(image)).elf
    assert elf is not None
    return read_symbols(image, len(image), elf.sections)


@pytest.mark.parametrize("bits", [32, 64])
def test_functions_and_variables_with_a_size_are_read_and_nothing_else(bits: int) -> None:
    rows: list[Row] = [
        ("", 0, 0, 0, 0),
        ("main.c", 0, 0, FILE, 0xFFF1),
        ("counter", 0x20000000, 4, OBJECT, 2),
        ("$t", 0x100, 0, NOTYPE, 1),
        ("missing", 0, 8, GLOBAL | FUNC, 0),
        ("tick", 0x101, 12, GLOBAL | FUNC, 1),
        ("", 0x100, 12, SECTION, 1),
    ]
    assert symbols_of(rows, bits) == (
        Symbol("counter", "main.c", 0x20000000, 4, is_code=False),
        Symbol("tick", "", 0x100, 12, is_code=True),
    )


def test_a_name_from_a_file_cannot_move_the_cursor() -> None:
    (symbol,) = symbols_of([("\x1b[2Jboo", 0x100, 4, GLOBAL | OBJECT, 1)])
    assert "\x1b" not in symbol.name


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_no_table_is_bad_enough_to_fail(content: bytes, names: bytes) -> None:
    sections = (Section(".symtab", content, type=2, flags=0), Section(".strtab", names, type=3, flags=0))
    assert all(symbol.size for symbol in read(Image(sections=sections).build()))


@pytest.mark.parametrize("section", [".symtab", ".strtab"])
def test_a_table_that_lies_outside_the_file_is_none(section: str) -> None:
    content, names = table([("tick", 0x100, 4, GLOBAL | FUNC, 1)])
    sections = [Section(".symtab", content, type=2, flags=0), Section(".strtab", names, type=3, flags=0)]
    outside = [
        Section(one.name, one.data, type=one.type, flags=0, offset=0x7FFFFFFF if one.name == section else None)
        for one in sections
    ]
    assert all(not symbol.name for symbol in read(Image(sections=outside).build()))
