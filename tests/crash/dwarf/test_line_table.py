"""Line programs written by hand, and those of the demo firmware against pyelftools, which runs them on its own."""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile

from rproc_tui.crash.dwarf.debug_sections import open_debug_sections
from rproc_tui.crash.dwarf.line_table import LineTable, Row
from rproc_tui.crash.dwarf.source_lines import SourceLines
from rproc_tui.crash.dwarf.unit import Unit
from rproc_tui.crash.symbols import Symbols
from rproc_tui.firmware.elf_header import parse_header
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.sections import parse_sections
from tests.crash.dwarf_builder import (
    ADDR,
    COMPILE_UNIT,
    DATA4,
    END,
    FOLDER,
    HIGH,
    LINES,
    LOW,
    NAME,
    OFFSET,
    STRING,
    TEXT,
    Entry,
    at_address,
    debug_info,
    elf,
    line_program,
    row,
)

BUILT = os.path.join(os.path.dirname(__file__), "../../../rproc_tui/emulator/firmware/build")


def lines_of(program: bytes, folder: str = "/src") -> Symbols:
    attributes = [(NAME, STRING, "main.c"), (FOLDER, STRING, folder), (LINES, OFFSET, 0)]
    attributes += [(LOW, ADDR, 0), (HIGH, DATA4, TEXT + 0x1000)]
    info, abbreviations = debug_info(Entry(COMPILE_UNIT, attributes))
    return Symbols(elf(bytes(0x1000), (), {"debug_info": info, "debug_abbrev": abbreviations, "debug_line": program}))


def line(symbols: Symbols, address: int) -> int | None:
    return symbols.place(address).line


def test_an_address_belongs_to_the_row_before_it() -> None:
    symbols = lines_of(line_program(at_address(TEXT) + row(0, 4) + row(2, 1) + row(2, 2) + row(2, 0) + END))
    assert [line(symbols, TEXT + offset) for offset in (0, 3, 4, 8, 12)] == [5, 5, 6, 8, None]
    assert symbols.place(TEXT).file == "/src/main.c"


def test_code_of_no_line_belongs_to_the_line_before_it() -> None:
    back_to_zero = b"\x03\x7b\x01"  # advance_line -5, copy
    symbols = lines_of(line_program(at_address(TEXT) + row(0, 4) + b"\x02\x02" + back_to_zero + b"\x02\x02" + END))
    assert line(symbols, TEXT + 5) == 5


def test_of_rows_at_one_address_the_statement_counts() -> None:
    not_a_statement = b"\x06"
    program = at_address(TEXT) + row(0, 4) + not_a_statement + row(0, 3) + row(4, 1) + END
    assert line(lines_of(line_program(program)), TEXT + 2) == 5
    program = at_address(TEXT) + not_a_statement + row(0, 4) + row(0, 3) + row(4, 1) + END
    assert line(lines_of(line_program(program)), TEXT + 2) == 8


def test_what_a_linker_left_of_a_dropped_function_does_not_count() -> None:
    dropped = at_address(0) + row(0, 7) + b"\x02\x80\x80\x80\x80\x02" + END  # 512 MB of it
    kept = at_address(TEXT) + row(0, 4) + row(4, 0) + END
    for program in (dropped + kept, kept + dropped):
        assert line(lines_of(line_program(program)), TEXT + 2) == 5


def test_a_sequence_of_the_function_itself_wins() -> None:
    table = LineTable()
    for start, number in ((0x100, 1), (0x180, 2)):
        table.add(start, 1, number, is_statement=True)
        table.end(0x200)
    assert table.row_at(0x190) == Row(1, 2)
    assert table.row_at(0x190, start=0x100) == Row(1, 1)


def test_a_program_that_is_cut_off_still_has_its_whole_sequences() -> None:
    whole = at_address(TEXT) + row(0, 4) + row(4, 0) + END
    program = line_program(whole + at_address(TEXT + 0x100) + row(0, 4) + b"\x02")
    assert line(lines_of(program), TEXT) == 5


@pytest.mark.parametrize(
    ("folder", "folders", "name", "path"),
    [
        ("/src", [], "a.c", "/src/a.c"),
        ("/src", ["lib"], "a.c", "/src/lib/a.c"),
        ("/src", ["/usr/include"], "a.h", "/usr/include/a.h"),
        ("/src", ["lib"], "/abs/a.c", "/abs/a.c"),
        (".", [], "runtime/a.c", "runtime/a.c"),
        ("/src/build", ["../lib"], "a.c", "/src/lib/a.c"),
        ("C:\\work", [], "D:\\x\\a.c", "D:\\x\\a.c"),
        ("/src", [], "a\x1b[2J.c", "/src/a\\x1b[2J.c"),
    ],
)
def test_a_path_is_as_the_compiler_wrote_it(folder: str, folders: list[str], name: str, path: str) -> None:
    program = line_program(at_address(TEXT) + row(0, 4) + row(4, 0) + END, [name], folders)
    assert lines_of(program, folder).place(TEXT).file == path


@pytest.mark.parametrize("image", ["fault.elf", "battery.elf", "lights.elf"])
def test_every_line_of_real_programs_is_where_pyelftools_has_it(image: str) -> None:
    with open(os.path.join(BUILT, image), "rb") as file:
        content = file.read()
    header = parse_header(content, len(content))
    assert header is not None
    info = open_debug_sections(content, len(content), header, parse_sections(content, len(content), header, Findings()))
    assert info is not None
    theirs = ELFFile(io.BytesIO(content)).get_dwarf_info()
    compared = 0
    for ours, unit in zip(info.iter_CUs(), theirs.iter_CUs(), strict=True):
        program = theirs.line_program_for_CU(unit)
        assert program is not None
        lines = SourceLines(Unit(ours))
        for sequence in sequences(program.get_entries()):
            for address in range(sequence[0].address, sequence[-1].address, 2):
                index = bisect_right([state.address for state in sequence], address) - 1
                expected = {state.line for state in sequence if state.address == sequence[index].address}
                if 0 not in expected:
                    compared += 1
                    assert lines.at(address, sequence[0].address).line in expected
    assert compared > 500


def sequences(entries: list[Any]) -> list[list[Any]]:
    found: list[list[Any]] = [[]]
    for entry in entries:
        state = entry.state
        if state is not None:
            found[-1].append(state)
            if state.end_sequence:
                found.append([])
    return [one for one in found if one and one[0].address]
