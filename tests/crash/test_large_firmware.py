"""A firmware of 26 000 functions with 15 MB of debug information: a report of it takes less than a second."""

from __future__ import annotations

import functools
import struct
import time

from rproc_tui.crash.symbols import Symbols
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
)

UNITS, FUNCTIONS, VARIABLES, SIZE = 110, 240, 24, 0x80
SECONDS = 1.0
"""Of processor time, from the bytes of the file to the lines of eight frames in eight units; the budget of a report."""


def start_of(unit: int, function: int) -> int:
    return TEXT + (unit * FUNCTIONS + function) * SIZE


def unit_template() -> tuple[bytes, bytes]:
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
    top = [(NAME, STRING, "main.c"), (FOLDER, STRING, "/src"), (LINES, OFFSET, 0x7777), (LOW, ADDR, start_of(0, 0))]
    return debug_info(Entry(COMPILE_UNIT, [*top, (HIGH, DATA4, FUNCTIONS * SIZE)], functions))


@functools.cache
def firmware() -> bytes:
    template, abbreviations = unit_template()
    old = {start_of(0, number).to_bytes(4, "little") for number in range(FUNCTIONS)}
    info, lines, symbols, frames = [], [], [], []
    at = 0
    places = [index for index in range(len(template) - 3) if template[index : index + 4] in old]
    for unit in range(UNITS):
        shift = unit * FUNCTIONS * SIZE
        body = bytearray(template)
        for place in places:
            struct.pack_into("<I", body, place, struct.unpack_from("<I", body, place)[0] + shift)
        info.append(bytes(body).replace(b"\x77\x77\x00\x00", struct.pack("<I", at), 1))
        program = at_address(start_of(unit, 0)) + (row(2, 1) * (SIZE // 4)) * FUNCTIONS + END
        lines.append(line_program(program, [f"unit_{unit}.c"]))
        at += len(lines[-1])
        for number in range(FUNCTIONS):
            symbols.append(Named(f"function_{unit}_{number}", start_of(unit, number), SIZE))
            frames.append((start_of(unit, number), SIZE, b"\x42\x0e\x08\x8e\x01\x87\x02"))
    sections = {"debug_info": b"".join(info), "debug_abbrev": abbreviations, "debug_line": b"".join(lines)}
    sections["debug_frame"] = frame_section(frames)
    return elf(bytes(UNITS * FUNCTIONS * SIZE), symbols, sections)


def test_eight_frames_of_a_large_firmware_take_less_than_a_second() -> None:
    content = firmware()
    assert len(content) > 17_000_000
    begun = time.process_time()
    symbols = Symbols(content)
    for number in range(8):
        unit, function = number * 13, number * 30
        (place,) = symbols.places(start_of(unit, function) + 10)
        assert (place.function, place.file) == (f"function_{function}", f"/src/unit_{unit}.c")
        assert place.line is not None
        assert symbols.rules(place.address) is not None
    assert time.process_time() - begun < SECONDS
