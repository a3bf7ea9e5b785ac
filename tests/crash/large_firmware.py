"""Firmware of over 26 000 functions with 15 MB of debug information, and other firmware with as much beside its own."""

from __future__ import annotations

import functools
import struct
from dataclasses import dataclass

from tests.crash.dwarf_builder import (
    ADDR,
    COMPILE_UNIT,
    DATA2,
    DATA4,
    END,
    EXPRLOC,
    FOLDER,
    HIGH,
    LINES,
    LOCATION,
    LOW,
    NAME,
    OFFSET,
    STRING,
    SUBPROGRAM,
    TEXT,
    VARIABLE,
    Entry,
    Named,
    at_address,
    debug_info,
    elf,
    frame_section,
    line_program,
    row,
    symbol_sections,
)

UNITS, FUNCTIONS, VARIABLES, SIZE = 116, 240, 24, 0x80
_ELSEWHERE = 0x7777
"""Stands in a unit where the offset of its line program belongs."""
_SECTION = struct.Struct("<10I")
_ABBREVIATIONS_AT = 6
"""Where in a unit the offset of its abbreviations is."""


@dataclass(frozen=True)
class Debug:
    """What a compiler would have written of all those functions."""

    sections: dict[str, bytes]
    symbols: list[Named]


def start_of(unit: int, function: int) -> int:
    """Where a function is."""
    return TEXT + (unit * FUNCTIONS + function) * SIZE


@functools.cache
def firmware() -> bytes:
    """With nothing else in it."""
    debug = large_debug()
    return elf(bytes(UNITS * FUNCTIONS * SIZE), debug.symbols, debug.sections)


def with_large_debug(content: bytes) -> bytes:
    """Firmware (ELF32) with as much debug information behind its own; its code stays what it is."""
    count, names = struct.unpack_from("<HH", content, 48)
    (table,) = struct.unpack_from("<I", content, 32)
    rows = [list(_SECTION.unpack_from(content, table + _SECTION.size * number)) for number in range(count)]

    def name_of(row: list[int]) -> str:
        start = rows[names][4] + row[0]
        return content[start : content.index(b"\0", start)].decode().removeprefix(".")

    by_name = {name_of(row): row for row in rows}
    own = {name: content[row[4] : row[4] + row[5]] for name, row in by_name.items()}
    debug = large_debug(len(own["debug_abbrev"]), len(own["debug_line"]))
    symbols, strings = symbol_sections(debug.symbols)
    more = debug.sections | {"symtab": _moved(symbols.data, len(own["strtab"])), "strtab": strings.data}
    out = bytearray(content[:table])
    for name, extra in more.items():
        by_name[name][4:6] = len(out), len(own[name]) + len(extra)
        out += own[name] + extra
    struct.pack_into("<I", out, 32, len(out))
    return bytes(out) + b"".join(_SECTION.pack(*row) for row in rows)


def large_debug(abbreviations_at: int = 0, lines_at: int = 0) -> Debug:
    """Sections by their names without the dot; these two go behind as many bytes of others."""
    template, abbreviations = _unit_template()
    template = template[:_ABBREVIATIONS_AT] + struct.pack("<I", abbreviations_at) + template[_ABBREVIATIONS_AT + 4 :]
    old = {start_of(0, number).to_bytes(4, "little") for number in range(FUNCTIONS)}
    info, lines, symbols, frames = [], [], list[Named](), []
    at = lines_at
    places = [index for index in range(len(template) - 3) if template[index : index + 4] in old]
    for unit in range(UNITS):
        shift = unit * FUNCTIONS * SIZE
        body = bytearray(template)
        for place in places:
            struct.pack_into("<I", body, place, struct.unpack_from("<I", body, place)[0] + shift)
        info.append(bytes(body).replace(struct.pack("<I", _ELSEWHERE), struct.pack("<I", at), 1))
        program = at_address(start_of(unit, 0)) + (row(2, 1) * (SIZE // 4)) * FUNCTIONS + END
        lines.append(line_program(program, [f"unit_{unit}.c"]))
        at += len(lines[-1])
        for number in range(FUNCTIONS):
            symbols.append(Named(f"function_{unit}_{number}", start_of(unit, number), SIZE))
            frames.append((start_of(unit, number), SIZE, b"\x42\x0e\x08\x8e\x01\x87\x02"))
    sections = {"debug_info": b"".join(info), "debug_abbrev": abbreviations, "debug_line": b"".join(lines)}
    return Debug(sections | {"debug_frame": frame_section(frames)}, symbols)


def _unit_template() -> tuple[bytes, bytes]:
    """One unit; the others only differ in their addresses."""
    functions = []
    for number in range(FUNCTIONS):
        place = [(LOW, ADDR, start_of(0, number)), (HIGH, DATA4, SIZE)]
        variables = [
            Entry(
                VARIABLE,
                [(NAME, STRING, f"local_{number}_{index}"), (LOCATION, EXPRLOC, b"\x91\x10"), (0x3B, DATA2, index)],
            )
            for index in range(VARIABLES)
        ]
        functions.append(Entry(SUBPROGRAM, [(NAME, STRING, f"function_{number}"), *place], variables))
    top = [(NAME, STRING, "main.c"), (FOLDER, STRING, "/src"), (LINES, OFFSET, _ELSEWHERE)]
    place = [(LOW, ADDR, start_of(0, 0)), (HIGH, DATA4, FUNCTIONS * SIZE)]
    return debug_info(Entry(COMPILE_UNIT, [*top, *place], functions))


def _moved(table: bytes, by: int) -> bytes:
    """A symbol table whose names lie further behind."""
    rows = struct.iter_unpack("<I12s", table)
    return b"".join(struct.pack("<I12s", name + by, rest) for name, rest in rows)
