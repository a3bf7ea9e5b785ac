"""Firmware files that are cut, damaged or made to mislead: an answer, in short time, and never an exception."""

from __future__ import annotations

import os
import random
import struct
import time
from collections.abc import Callable

import pytest

from rproc_tui.crash.backtrace import backtrace
from rproc_tui.crash.disassembly import disassemble
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Certainty, Machine, Registers
from rproc_tui.firmware.elf_header import parse_header
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.sections import parse_sections
from tests.crash.dwarf_builder import (
    ADDR,
    COMPILE_UNIT,
    DATA4,
    HIGH,
    LINES,
    LOW,
    NAME,
    OFFSET,
    RANGES,
    STRING,
    SUBPROGRAM,
    TEXT,
    Entry,
    debug_info,
    elf,
    uleb,
)
from tests.firmware.images import Image, Load, Section

BUILT = os.path.join(os.path.dirname(__file__), "../../rproc_tui/emulator/firmware/build")
PLACES = (0x130007B8, 0x13000928, 0x1300011A)
SECONDS = 2.0
"""Of processor time, many times what is needed."""
LARGE = 1 << 20


class Noise:
    """Memory that has something everywhere."""

    def read(self, address: int, size: int) -> bytes | None:
        if not 0x23000000 <= address < 0x23008000:
            return None
        return random.Random(address).randbytes(size)  # noqa: S311 (no secret)


def content() -> bytes:
    with open(os.path.join(BUILT, "fault.elf"), "rb") as file:
        return file.read()


def ask_everything(firmware: bytes, pc: int) -> float:
    """Seconds of processor time."""
    begun = time.process_time()
    symbols = Symbols(firmware)
    values = {"pc": pc, "sp": 0x23000F00, "lr": 0x130006C3, "r7": 0x23000F10, "psp": 0x23000F80}
    frames = backtrace(Registers(values, "test", Certainty.KNOWN), Noise(), symbols, Machine.CORTEX_M)
    assert frames
    for frame in frames[:10]:
        symbols.locals_at(frame, Noise())
    disassemble(symbols, pc, Machine.CORTEX_M)
    symbols.symbol_named("main")
    symbols.name_at(0x23001048)
    return time.process_time() - begun


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_is_answered_for(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (no secret)
    good = content()
    header = parse_header(good, len(good))
    assert header is not None
    sections = [one for one in parse_sections(good, len(good), header, Findings()) if one.size and one.type != 8]
    damaged = bytearray(good)
    for _ in range(chance.choice((1, 3, 10, 100, 1000))):
        section = chance.choice(sections)
        damaged[section.offset + chance.randrange(section.size)] = chance.choice((0, 0xFF, 0x7F, chance.randrange(256)))
    assert ask_everything(bytes(damaged), chance.choice(PLACES)) < SECONDS


@pytest.mark.parametrize("length", [0, 10, 52, 1000, 9000, 14000, 18000, 20000, 23000, 26000, 26699])
def test_a_file_that_is_cut_off_is_answered_for(length: int) -> None:
    assert ask_everything(content()[:length], PLACES[0]) < SECONDS


UNIT = [(NAME, STRING, "main.c"), (LOW, ADDR, TEXT), (HIGH, DATA4, 0x100)]


def unit(*attributes: tuple[int, int, object], children: list[Entry] | None = None) -> dict[str, bytes]:
    info, abbreviations = debug_info(Entry(COMPILE_UNIT, [*UNIT, *attributes], children or []))
    return {"debug_info": info, "debug_abbrev": abbreviations}


def endless_text() -> dict[str, bytes]:
    info, abbreviations = debug_info(Entry(COMPILE_UNIT, [(NAME, STRING, "A" * LARGE)]))
    return {"debug_info": info, "debug_abbrev": abbreviations}


def many_units() -> dict[str, bytes]:
    one = unit()
    return {**one, "debug_info": one["debug_info"] * (LARGE // len(one["debug_info"]))}


def many_functions() -> dict[str, bytes]:
    attributes = [(LOW, ADDR, TEXT), (HIGH, DATA4, 0x100)]
    sections = unit(children=[Entry(SUBPROGRAM, attributes)])
    head, entry = sections["debug_info"][:-10], sections["debug_info"][-10:-1]
    info = head + entry * (LARGE // 4 // len(entry)) + b"\0"
    return {**sections, "debug_info": struct.pack("<I", len(info) - 4) + info[4:]}


def many_ranges() -> dict[str, bytes]:
    ranges = struct.pack("<II", 1, 2) * (LARGE // 8)
    info, abbreviations = debug_info(Entry(COMPILE_UNIT, [(LOW, ADDR, 0), (RANGES, OFFSET, 0)]))
    return {"debug_info": info * 50, "debug_abbrev": abbreviations, "debug_ranges": ranges}


def large_line_header() -> dict[str, bytes]:
    files = b"a\0\0\0\0" * (LARGE // 5)
    rest = bytes((2, 1, 1, 0xFD, 12, 1)) + b"\0" + files + b"\0"
    program = struct.pack("<HI", 4, len(rest)) + rest
    return {**unit((LINES, OFFSET, 0)), "debug_line": struct.pack("<I", len(program)) + program}


def long_frame_program() -> dict[str, bytes]:
    common = b"\xff\xff\xff\xff\x01\0\x01\x7c\x0e\x0c\x0d\x00"
    body = struct.pack("<III", 0, 0x13000000, 0x10000) + b"\x0e\x04" * (LARGE // 2)
    return {"debug_frame": struct.pack("<I", len(common)) + common + struct.pack("<I", len(body)) + body}


def deep_tree() -> dict[str, bytes]:
    abbreviations = uleb(1) + uleb(COMPILE_UNIT) + b"\x01" + b"\0\0" + b"\0"
    body = struct.pack("<HIB", 4, 0, 4) + b"\x01" * LARGE
    return {"debug_info": struct.pack("<I", len(body)) + body, "debug_abbrev": abbreviations}


MADE = [endless_text, many_units, many_functions, many_ranges, large_line_header, long_frame_program, deep_tree]


@pytest.mark.parametrize("make", MADE)
def test_what_is_made_to_take_for_ever_does_not(make: Callable[[], dict[str, bytes]]) -> None:
    firmware = elf(bytes(0x100), (), make())
    begun = time.process_time()
    symbols = Symbols(firmware)
    for address in (TEXT, TEXT + 8, 0x13000010):
        symbols.places(address)
        symbols.rules(address)
    assert time.process_time() - begun < 5 * SECONDS


def test_sizes_that_a_file_only_claims_are_not_believed() -> None:
    names = ("debug_info", "debug_abbrev", "debug_line", "debug_frame", "symtab", "strtab")
    nothing = [Section(f".{name}", b"", type=8, flags=0, offset=0, size=0xFFFFFFF0) for name in names]
    packed = [Section(f".{name}", struct.pack("<III", 1, 0xFFFFFFF0, 1) + b"x" * 40, flags=1 << 11) for name in names]
    for sections in (nothing, packed):
        assert ask_everything(Image((Load(),), sections).build(), PLACES[0]) < SECONDS
