"""Variables of a frame: where they are and what they say. The types are described by hand."""

from __future__ import annotations

import struct

import pytest

from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Certainty, Frame, How, Local, Registers
from tests.crash.dwarf_builder import (
    ADDR,
    ARRAY,
    BASE_TYPE,
    BLOCK,
    COMPILE_UNIT,
    CONSTANT,
    DATA1,
    DATA4,
    ENCODING,
    ENUMERATION,
    ENUMERATOR,
    EXPRLOC,
    FRAME_BASE,
    HIGH,
    LOCATION,
    LOW,
    MEMBER,
    MEMBER_AT,
    NAME,
    OFFSET,
    PARAMETER,
    POINTER,
    REF4,
    SIZE,
    STRING,
    STRUCTURE,
    SUBPROGRAM,
    SUBRANGE,
    TEXT,
    TYPE,
    UPPER,
    VARIABLE,
    Entry,
    Named,
    debug_info,
    elf,
    sleb,
)

DATA = 0x20000000
TYPEDEF, CONST, VOLATILE, SUBROUTINE = 0x16, 0x26, 0x35, 0x15
BIT_SIZE, DATA_BIT_OFFSET, DECLARATION = 0x0D, 0x6B, 0x3C


def base(name: str, encoding: int, size: int) -> Entry:
    return Entry(BASE_TYPE, [(NAME, STRING, name), (ENCODING, DATA1, encoding), (SIZE, DATA1, size)])


def of(tag: int, target: Entry | None = None, name: str = "") -> Entry:
    named: list[tuple[int, int, object]] = [(NAME, STRING, name)] if name else []
    return Entry(tag, named + ([(TYPE, REF4, target)] if target else []))


def array(element: Entry, *counts: int) -> Entry:
    return Entry(ARRAY, [(TYPE, REF4, element)], [Entry(SUBRANGE, [(UPPER, DATA1, count - 1)]) for count in counts])


def member(name: str, type_: Entry, at: int, *more: tuple[int, int, object]) -> Entry:
    return Entry(MEMBER, [(NAME, STRING, name), (TYPE, REF4, type_), (MEMBER_AT, DATA1, at), *more])


def bits(name: str, at: int, size: int) -> Entry:
    return Entry(
        MEMBER, [(NAME, STRING, name), (TYPE, REF4, BYTE), (BIT_SIZE, DATA1, size), (DATA_BIT_OFFSET, DATA1, at)]
    )


def structure(name: str, size: int, *members: Entry) -> Entry:
    return Entry(STRUCTURE, [(NAME, STRING, name), (SIZE, DATA1, size)], members)


INT, UNSIGNED, SHORT = base("int", 5, 4), base("unsigned int", 7, 4), base("short", 5, 2)
CHAR, BYTE, BOOL = base("char", 8, 1), base("unsigned char", 8, 1), base("_Bool", 2, 1)
FLOAT, DOUBLE, LONG_LONG, LONG_DOUBLE = (
    *(base("float", 4, 4), base("double", 4, 8)),
    *(base("long long", 5, 8), base("long double", 4, 12)),
)
SMALL = of(TYPEDEF, SHORT, "small")
CONST_CHAR = of(CONST, CHAR)
TEXT_POINTER, INT_POINTER, VOID_POINTER = of(POINTER, CONST_CHAR), of(POINTER, INT), of(POINTER)
FUNCTION = of(SUBROUTINE)
FUNCTION_POINTER = of(POINTER, FUNCTION)
MODES = [("IDLE", 0), ("BUSY", 5), ("BROKEN", 0xFF)]
MODE = Entry(
    ENUMERATION,
    [(NAME, STRING, "mode"), (SIZE, DATA1, 1)],
    [Entry(ENUMERATOR, [(NAME, STRING, name), (CONSTANT, DATA1, value)]) for name, value in MODES],
)
POINT = structure("point", 4, member("x", SHORT, 0), member("y", SMALL, 2))
FLAGS = structure("flags", 1, bits("low", 0, 3), bits("high", 3, 5))
LINE = structure("line", 9, member("from", POINT, 0), member("to", POINT, 4), member("mode", MODE, 8))
DEEP = structure("deep", 9, member("line", LINE, 0))
WIDE = structure("wide", 9, *(member(f"m{number}", BYTE, number) for number in range(9)))
INTS, TEXT_BUFFER, MATRIX, POINTS = array(INT, 10), array(CHAR, 8), array(SHORT, 2, 2), array(POINT, 2)
VOLATILE_INT = of(VOLATILE, INT)
LOOP = of(TYPEDEF, None, "loop")
LOOP.attributes = [(NAME, STRING, "loop"), (TYPE, REF4, LOOP)]

TYPES = [
    *(INT, UNSIGNED, SHORT, CHAR, BYTE, BOOL, FLOAT, DOUBLE, LONG_LONG, LONG_DOUBLE, SMALL, CONST_CHAR, TEXT_POINTER),
    *(INT_POINTER, VOID_POINTER, FUNCTION, FUNCTION_POINTER, MODE, POINT, FLAGS, LINE, DEEP, WIDE, INTS, TEXT_BUFFER),
    *(MATRIX, POINTS, VOLATILE_INT, LOOP),
]


def program(variables: list[Entry], *, frame_base: bytes = b"\x9c", more: dict[str, bytes] | None = None) -> Symbols:
    attributes = [(NAME, STRING, "work"), (LOW, ADDR, TEXT), (HIGH, DATA4, 0x20), (FRAME_BASE, EXPRLOC, frame_base)]
    work = Entry(SUBPROGRAM, attributes, variables)
    unit = [(NAME, STRING, "main.c"), (LOW, ADDR, TEXT), (HIGH, DATA4, 0x100)]
    info, abbreviations = debug_info(Entry(COMPILE_UNIT, unit, [*TYPES, work]))
    symbols = [Named("work", TEXT, 0x20), Named("counter", DATA + 0x10, 4, 1)]
    sections = {"debug_info": info, "debug_abbrev": abbreviations, **(more or {})}
    return Symbols(elf(b"hello\n\x00\x00".ljust(0x40, b"\0"), symbols, sections))


def variable(type_: Entry, location: bytes | None, tag: int = VARIABLE, name: str = "it") -> Entry:
    where: list[tuple[int, int, object]] = [] if location is None else [(LOCATION, EXPRLOC, location)]
    return Entry(tag, [(NAME, STRING, name), (TYPE, REF4, type_), *where])


class Bytes:
    """Memory from DATA on."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, address: int, size: int) -> bytes | None:
        start = address - DATA
        return self._data[start : start + size] if start >= 0 and start + size <= len(self._data) else None


AT_DATA = b"\x03" + DATA.to_bytes(4, "little")


def locals_of(symbols: Symbols, memory: bytes = b"", how: How = How.REGISTERS, **values: int) -> tuple[Local, ...]:
    pc = values.pop("pc", TEXT + 8)
    places = symbols.places(pc) if how.is_exact else symbols.return_places(pc)
    registers = Registers({"pc": pc, **values}, "test", Certainty.KNOWN)
    return symbols.locals_at(Frame(places, registers, DATA + 0x20, how), Bytes(memory))


VALUES = [
    (INT, struct.pack("<i", -3), "int", "-3"),
    (INT, struct.pack("<i", -70000), "int", "-70000 (0xfffeee90)"),
    (UNSIGNED, struct.pack("<I", 0xC0FFEE), "unsigned int", "12648430 (0xc0ffee)"),
    (SMALL, b"\x05\x00", "small", "5"),
    (CHAR, b"A", "char", "65 'A'"),
    (CHAR, b"\x1b", "char", "27"),
    (BOOL, b"\x01", "_Bool", "true"),
    (BOOL, b"\x07", "_Bool", "7"),
    (FLOAT, struct.pack("<f", 0.1), "float", "0.100000001"),
    (DOUBLE, struct.pack("<d", -1e9), "double", "-1000000000.0"),
    (LONG_LONG, struct.pack("<q", -1), "long long", "-1"),
    (LONG_DOUBLE, bytes(12), "long double", "00 00 00 00 00 00 00 00 00 00 00 00"),
    (VOID_POINTER, struct.pack("<I", 0), "void *", "0x00000000"),
    (INT_POINTER, struct.pack("<I", DATA + 0x12), "int *", "0x20000012 <counter+2>"),
    (FUNCTION_POINTER, struct.pack("<I", TEXT | 1), "void (*)()", "0x10000001 <work>"),
    (TEXT_POINTER, struct.pack("<I", TEXT + 2), "const char *", '0x10000002 <work+2> "llo\\x0a"'),
    (TEXT_POINTER, struct.pack("<I", 0x60000000), "const char *", "0x60000000"),
    (MODE, b"\x05", "enum mode", "BUSY"),
    (MODE, b"\xff", "enum mode", "BROKEN"),
    (MODE, b"\x09", "enum mode", "9"),
    (POINT, struct.pack("<hh", 1, -2), "struct point", "{x = 1, y = -2}"),
    (FLAGS, bytes((5 | 17 << 3,)), "struct flags", "{low = 5, high = 17}"),
    (
        LINE,
        struct.pack("<4hB", 1, 2, 3, 4, 0),
        "struct line",
        "{from = {x = 1, y = 2}, to = {x = 3, y = 4}, mode = IDLE}",
    ),
    (DEEP, bytes(9), "struct deep", "{line = {from = {…}, to = {…}, mode = IDLE}}"),
    (WIDE, bytes(9), "struct wide", "{" + "".join(f"m{number} = 0, " for number in range(8)) + "…}"),
    (INTS, struct.pack("<10i", *range(10)), "int[10]", "[0, 1, 2, 3, 4, 5, 6, 7, … 10]"),
    (TEXT_BUFFER, b"ab\x1b[\0xyz", "char[8]", '"ab\\x1b["'),
    (MATRIX, bytes(8), "short[2][2]", "00 00 00 00 00 00 00 00"),
    (POINTS, struct.pack("<4h", 1, 2, 3, 4), "struct point[2]", "[{x = 1, y = 2}, {x = 3, y = 4}]"),
    (VOLATILE_INT, struct.pack("<i", 7), "volatile int", "7"),
]


@pytest.mark.parametrize(
    ("type_", "data", "name", "text"), VALUES, ids=[f"{case[2]} {case[3][:16]}" for case in VALUES]
)
def test_a_value_is_written_by_its_type(type_: Entry, data: bytes, name: str, text: str) -> None:
    assert locals_of(program([variable(type_, AT_DATA)]), data) == (Local("it", name, text, "frame-32"),)


PLACES = [
    (INT, b"\x54", {"r4": 5}, "5", "r4"),
    (INT, b"\x54", {}, "<not available>", "its register was not kept"),
    (SHORT, b"\x54", {"r4": 0x12345}, "9029", "r4"),
    (INT, b"\x91" + sleb(-16), {}, "16", "frame-16"),
    (INT, b"\x91" + sleb(64), {}, "<not available>", "no memory at 0x20000060"),
    (INT, b"\x39\x9f", {}, "9", "computed"),
    (INT, b"\x9e\x04\x07\x00\x00\x00", {}, "7", "computed"),
    (LONG_LONG, b"\x54\x93\x04\x55\x93\x04", {"r4": 1, "r5": 2}, "8589934593 (0x200000001)", "r4, r5"),
    (LONG_LONG, b"\x54\x93\x04\x93\x04", {"r4": 1}, "<not available>", "parts of it are optimised out"),
    (LONG_LONG, b"\x54", {"r4": 1}, "<not available>", "longer than its register"),
    (INT, None, {}, "<optimised out>", "optimised out"),
    (INT, b"", {}, "<optimised out>", "optimised out"),
    (FLOAT, b"\x90\x41", {"s1": 0x3F800000}, "1", "register 65"),
    (DOUBLE, b"\x90\x81\x02", {"s2": 0, "s3": 0x3FF00000}, "1.0", "register 257"),
    (INT, b"\xe0", {}, "<not available>", "DW_OP 0xe0 is not known"),
    (FUNCTION, AT_DATA, {}, "<unknown number of bytes>", "frame-32"),
]


@pytest.mark.parametrize(("type_", "expression", "values", "text", "location"), PLACES)
def test_a_variable_is_where_its_expression_says(
    type_: Entry, expression: bytes | None, values: dict[str, int], text: str, location: str
) -> None:
    memory = bytes(range(0x40))[:0x10] + struct.pack("<I", 16)
    (found,) = locals_of(program([variable(type_, expression)]), memory, How.REGISTERS, **values)
    assert (found.value, found.location) == (text, location)


def test_a_frame_can_count_from_a_register() -> None:
    symbols = program([variable(INT, b"\x91" + sleb(4))], frame_base=b"\x57")
    (found,) = locals_of(symbols, struct.pack("<ii", 1, 2), r7=DATA)
    assert found.value == "2"


def test_a_constant_needs_no_place() -> None:
    constant = Entry(VARIABLE, [(NAME, STRING, "it"), (TYPE, REF4, INT), (CONSTANT, DATA4, 0xFFFFFFFE)])
    assert locals_of(program([constant])) == (Local("it", "int", "-2", "constant"),)


def test_a_list_says_where_a_variable_is_at_each_address() -> None:
    entries = ((0, 8, b"\x54"), (8, 0x20, b"\x55"))
    table = b"".join(struct.pack("<IIH", low, high, len(what)) + what for low, high, what in entries) + bytes(8)
    listed = Entry(VARIABLE, [(NAME, STRING, "it"), (TYPE, REF4, INT), (LOCATION, OFFSET, 0)])
    symbols = program([listed], more={"debug_loc": table})
    for how, address, location in (
        (How.REGISTERS, 4, "r4"),
        (How.REGISTERS, 8, "r5"),
        (How.FRAME_INFORMATION, 8, "r4"),  # behind a call, which is what matters
        (How.REGISTERS, 0x1E, "r5"),
    ):
        (found,) = locals_of(symbols, how=how, pc=TEXT + address, r4=1, r5=2)
        assert found.location == location


def test_the_variables_of_the_innermost_block_come_first() -> None:
    inside = Entry(BLOCK, [(LOW, ADDR, TEXT + 8), (HIGH, DATA4, 8)], [variable(INT, b"\x54", name="inner")])
    outside = [variable(INT, b"\x54", PARAMETER, "parameter"), inside, variable(INT, b"\x54", name="outer")]
    symbols = program(outside)
    found = locals_of(symbols, r4=1)
    assert [(one.name, one.is_parameter) for one in found] == [("inner", False), ("parameter", True), ("outer", False)]
    assert [one.name for one in locals_of(symbols, pc=TEXT, r4=1)] == ["parameter", "outer"]


def test_what_is_only_declared_is_no_variable() -> None:
    declared = Entry(VARIABLE, [(NAME, STRING, "it"), (TYPE, REF4, INT), (DECLARATION, DATA1, 1)])
    assert locals_of(program([declared])) == ()


def test_a_type_that_is_made_of_itself_ends_the_list() -> None:
    symbols = program([variable(INT, b"\x54", name="good"), variable(LOOP, b"\x54", name="bad")])
    assert [one.name for one in locals_of(symbols, r4=1)] == ["good"]


def test_names_cannot_write_on_a_terminal() -> None:
    (found,) = locals_of(program([variable(INT, b"\x54", name="a\x1b[2J")]), r4=1)
    assert found.name == "a\\x1b[2J"
