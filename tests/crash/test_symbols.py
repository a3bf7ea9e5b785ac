"""What a file says about an address, with all that compilers can put in and with less and less of it."""

from __future__ import annotations

import os

import pytest

from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Place
from tests.crash.dwarf_builder import (
    ADDR,
    CALL_FILE,
    CALL_LINE,
    COMPILE_UNIT,
    DATA1,
    DATA4,
    END,
    HIGH,
    INLINED,
    LINES,
    LOW,
    NAME,
    OFFSET,
    ORIGIN,
    RANGES,
    REF4,
    STRING,
    SUBPROGRAM,
    TEXT,
    Entry,
    Named,
    at_address,
    debug_info,
    elf,
    line_program,
    row,
    uleb,
)

BUILT = os.path.join(os.path.dirname(__file__), "../../rproc_tui/emulator/firmware/build")
SYMBOLS = [Named("outer", TEXT, 0x20), Named("table", TEXT + 0x20, 8, 1), Named("asm_label", TEXT + 0x30, 0, 0)]


def built(name: str) -> bytes:
    with open(os.path.join(BUILT, name), "rb") as file:
        return file.read()


def with_inlined(version: int = 4, **more: bytes) -> Symbols:
    """`outer` from 0 to 0x20 has `middle` from 4 to 0x10, and that has `inner` from 8 to 0xc."""
    middle, inner = (Entry(SUBPROGRAM, [(NAME, STRING, name)]) for name in ("middle", "inner"))
    innermost = inlined(inner, TEXT + 8, TEXT + 0xC, call_line=20)
    between = inlined(middle, TEXT + 4, TEXT + 0x10, call_line=10, children=[innermost])
    outer = Entry(SUBPROGRAM, [(NAME, STRING, "outer"), (LOW, ADDR, TEXT), (HIGH, DATA4, 0x20)], [between])
    unit = [(NAME, STRING, "main.c"), (LINES, OFFSET, 0)]
    where = [(LOW, ADDR, 0), (RANGES, OFFSET, 0)] if more else [(LOW, ADDR, TEXT), (HIGH, DATA4, 0x100)]
    info, abbreviations = debug_info(Entry(COMPILE_UNIT, [*unit, *where], [middle, inner, outer]), version)
    program = line_program(at_address(TEXT) + row(0, 4) + row(4, 5) + row(0, 8) + b"\x02\x10" + END)
    sections = {"debug_info": info, "debug_abbrev": abbreviations, "debug_line": program, **more}
    return Symbols(elf(bytes(0x40), SYMBOLS, sections))


def inlined(origin: Entry, low: int, high: int, call_line: int, children: list[Entry] | None = None) -> Entry:
    attributes: list[tuple[int, int, object]] = [(ORIGIN, REF4, origin), (LOW, ADDR, low), (HIGH, ADDR, high)]
    return Entry(INLINED, [*attributes, (CALL_FILE, DATA1, 1), (CALL_LINE, DATA1, call_line)], children or [])


def test_inlined_functions_are_at_their_line_and_their_callers_at_the_call() -> None:
    address = TEXT + 9
    assert with_inlined().places(address) == (
        Place(TEXT + 8, "inner", 8, "main.c", 18, inlined=True),
        Place(TEXT + 8, "middle", 8, "main.c", 20, inlined=True),
        Place(TEXT + 8, "outer", 8, "main.c", 10),
    )


@pytest.mark.parametrize(
    ("offset", "functions"),
    [(0, ["outer"]), (4, ["middle", "outer"]), (0xB, ["inner", "middle", "outer"]), (0xC, ["middle", "outer"])],
)
def test_a_function_is_active_where_its_code_is(offset: int, functions: list[str]) -> None:
    assert [place.function for place in with_inlined().places(TEXT + offset)] == functions


VERSION_4 = TEXT.to_bytes(4, "little") + (TEXT + 0x20).to_bytes(4, "little") + bytes(8)
VERSION_4_WITH_BASE = b"\xff\xff\xff\xff" + TEXT.to_bytes(4, "little") + bytes(4) + b"\x20\0\0\0" + bytes(8)
VERSION_5 = [
    b"\x05" + TEXT.to_bytes(4, "little") + b"\x04\x00\x20\x00",
    b"\x06" + TEXT.to_bytes(4, "little") + (TEXT + 0x20).to_bytes(4, "little") + b"\x00",
    b"\x07" + TEXT.to_bytes(4, "little") + uleb(0x20) + b"\x00",
]


@pytest.mark.parametrize("ranges", [VERSION_4, VERSION_4_WITH_BASE])
def test_a_unit_lists_its_code_in_the_form_of_version_4(ranges: bytes) -> None:
    symbols = with_inlined(debug_ranges=ranges)
    assert symbols.place(TEXT + 9).function == "inner"
    assert symbols.place(TEXT + 0x20).function is None


@pytest.mark.parametrize("ranges", VERSION_5)
def test_a_unit_lists_its_code_in_the_form_of_version_5(ranges: bytes) -> None:
    symbols = with_inlined(5, debug_rnglists=ranges)
    assert symbols.place(TEXT + 9).function == "inner"


def test_a_return_address_is_at_its_call_even_behind_the_function() -> None:
    symbols = with_inlined()
    assert symbols.return_places(TEXT + 0x20 | 1) == (Place(TEXT + 0x20, "outer", 0x20, "main.c", 18),)


def test_without_debug_information_there_are_names() -> None:
    symbols = Symbols(elf(bytes(0x40), SYMBOLS))
    assert symbols.place(TEXT + 5) == Place(TEXT + 4, "outer", 4)
    assert symbols.place(TEXT + 0x34) == Place(TEXT + 0x34, "asm_label", 4)
    assert symbols.place(TEXT + 0x20) == Place(TEXT + 0x20)
    assert symbols.has_symbols
    assert not symbols.has_debug_information


def test_a_stripped_file_still_has_its_code() -> None:
    symbols = Symbols(elf(b"\x70\x47" * 0x20))
    assert symbols.place(TEXT + 5) == Place(TEXT + 4)
    assert symbols.is_code(TEXT + 5)
    assert not symbols.is_code(TEXT + 0x40)
    assert symbols.program.read(TEXT + 2, 2) == b"\x70\x47"
    assert symbols.program.read(TEXT + 0x3F, 2) is None


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"no firmware", bytes(100)])
def test_what_is_no_elf_file_knows_nothing(content: bytes) -> None:
    symbols = Symbols(content)
    assert symbols.place(0x1001) == Place(0x1001)
    assert symbols.symbol_named("main") is None
    assert symbols.symbol_at(0x1000) is None
    assert not symbols.is_code(0x1000)
    assert symbols.rules(0x1000) is None
    assert symbols.entry is None


def test_symbols_are_found_by_name_and_by_address() -> None:
    symbols = Symbols(elf(bytes(0x40), SYMBOLS))
    assert symbols.symbol_named("outer") == (TEXT, 0x20)
    assert symbols.symbol_named("table") == (TEXT + 0x20, 8)
    assert symbols.symbol_named("label") is None
    assert symbols.symbol_at(TEXT + 0x24) == ("table", 4)
    assert symbols.name_at(TEXT) == "outer"
    assert symbols.name_at(TEXT + 6) == "outer+6"


def test_a_label_in_a_function_does_not_hide_it() -> None:
    names = [Named("work", TEXT, 0x20), Named("again", TEXT + 8, 0, 0), Named("$C$L1", TEXT + 0xC, 0)]
    symbols = Symbols(elf(bytes(0x40), names))
    assert symbols.name_at(TEXT + 0x10) == "work+16"
    assert symbols.name_at(TEXT + 0x24) == "again+28"


def test_names_from_a_file_cannot_write_on_a_terminal() -> None:
    assert Symbols(elf(bytes(8), [Named("evil\x1b[2J", TEXT, 8)])).place(TEXT).function == "evil\\x1b[2J"


@pytest.mark.parametrize("image", ["fault.elf", "battery.elf", "lights.elf"])
def test_every_function_of_the_demo_firmware_has_a_file_and_a_line(image: str) -> None:
    symbols = Symbols(built(image))
    sources = os.path.join(BUILT, "..")
    for name in ("main", "crash_by_number", "log_line", "abort_with"):
        found = symbols.symbol_named(name)
        assert found is not None
        place = symbols.places(found[0])[-1]
        assert (place.function, place.offset) == (name, 0)
        assert place.file is not None
        assert place.line is not None
        with open(os.path.join(sources, place.file), encoding="utf-8") as file:
            assert name in "".join(file.readlines()[place.line - 2 : place.line])


def test_mapping_symbols_tell_thumb_from_arm() -> None:
    kinds = [Named("$t", TEXT, 0, 0), Named("$d.1", TEXT + 8, 0, 0), Named("$a", TEXT + 0x10, 0, 0)]
    symbols = Symbols(elf(bytes(0x40), kinds))
    assert [symbols.is_thumb(TEXT + offset) for offset in (0, 8, 0x10)] == [True, None, False]
    assert symbols.place(TEXT).function is None
