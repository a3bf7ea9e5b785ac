"""Builds debug information by hand: entries, units, line programs, frame descriptions, and a file to put them in."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.firmware.images import Image, Load, Section

TEXT = 0x10000000
"""Where the code of built files lies."""

COMPILE_UNIT, SUBPROGRAM, INLINED, BLOCK, VARIABLE, PARAMETER = 0x11, 0x2E, 0x1D, 0x0B, 0x34, 0x05
BASE_TYPE, POINTER, STRUCTURE, MEMBER, ARRAY, SUBRANGE, ENUMERATION, ENUMERATOR = 36, 15, 19, 13, 1, 33, 4, 40
NAME, LOW, HIGH, RANGES, LINES, FOLDER, TYPE, SIZE, ENCODING = 0x03, 0x11, 0x12, 0x55, 0x10, 0x1B, 0x49, 0x0B, 0x3E
ORIGIN, CALL_FILE, CALL_LINE, LOCATION, FRAME_BASE, CONSTANT, MEMBER_AT, UPPER = 49, 0x58, 0x59, 2, 64, 28, 56, 47

ADDR, DATA2, DATA4, STRING, DATA1, REF4, OFFSET, EXPRLOC = 1, 5, 6, 8, 11, 19, 0x17, 0x18


def uleb(value: int) -> bytes:
    out = bytearray()
    while True:
        value, byte = value >> 7, value & 0x7F
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)


def sleb(value: int) -> bytes:
    out = bytearray()
    while True:
        byte = value & 0x7F
        value >>= 7
        last = (value == 0 and not byte & 0x40) or (value == -1 and byte & 0x40)
        out.append(byte if last else byte | 0x80)
        if last:
            return bytes(out)


Kind = tuple[int, bool, tuple[tuple[int, int], ...]]
"""Tag, whether there are children, names and forms of the attributes."""


@dataclass(eq=False)
class Entry:
    """One entry of the tree; a reference is to another entry."""

    tag: int
    attributes: Sequence[tuple[int, int, object]] = ()
    children: Sequence[Entry] = ()
    offset: int = field(default=0, init=False)


def debug_info(top: Entry, version: int = 4) -> tuple[bytes, bytes]:
    """`.debug_info` and `.debug_abbrev` of one unit."""
    abbreviations: dict[Kind, int] = {}
    header_size = 12 if version >= 5 else 11
    for _ in range(2):  # the second time with the offsets of the first
        body = _tree(top, abbreviations, header_size)
    head = struct.pack("<HBBI", 5, 1, 4, 0) if version >= 5 else struct.pack("<HIB", version, 0, 4)
    table = b"".join(
        uleb(code) + uleb(tag) + bytes([children]) + b"".join(uleb(name) + uleb(form) for name, form in forms) + b"\0\0"
        for (tag, children, forms), code in abbreviations.items()
    )
    return struct.pack("<I", len(head) + len(body)) + head + body, table + b"\0"


def _tree(entry: Entry, abbreviations: dict[Kind, int], at: int) -> bytes:
    entry.offset = at
    forms = tuple((name, form) for name, form, _value in entry.attributes)
    code = abbreviations.setdefault((entry.tag, bool(entry.children), forms), len(abbreviations) + 1)
    out = uleb(code) + b"".join(_value(form, value) for _name, form, value in entry.attributes)
    for child in entry.children:
        out += _tree(child, abbreviations, at + len(out))
    return out + (b"\0" if entry.children else b"")


def _value(form: int, value: object) -> bytes:
    if isinstance(value, Entry):
        value = value.offset
    if isinstance(value, str):
        return value.encode() + b"\0"
    if isinstance(value, bytes):
        return uleb(len(value)) + value
    assert isinstance(value, int)
    return value.to_bytes({ADDR: 4, DATA1: 1, DATA2: 2, DATA4: 4, REF4: 4, OFFSET: 4}[form], "little")


def line_program(code: bytes, files: Sequence[str] = ("main.c",), folders: Sequence[str] = ()) -> bytes:
    """A program of DWARF 4: instructions of 2 bytes, special opcodes from 13 on, -3 to 8 lines."""
    lengths = bytes((0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1))
    names = b"".join(folder.encode() + b"\0" for folder in folders) + b"\0"
    names += b"".join(file.encode() + b"\0" + uleb(1 if folders else 0) + b"\0\0" for file in files) + b"\0"
    rest = bytes((2, 1, 1)) + struct.pack("<b", -3) + bytes((12, 13)) + lengths + names
    body = struct.pack("<HI", 4, len(rest)) + rest + code
    return struct.pack("<I", len(body)) + body


def at_address(address: int) -> bytes:
    """DW_LNE_set_address."""
    return b"\0\x05\x02" + struct.pack("<I", address)


def row(address_advance: int, line_advance: int) -> bytes:
    """A special opcode; the address counts in instructions of two bytes."""
    return bytes((13 + (line_advance + 3) + 12 * address_advance,))


END = b"\0\x01\x01"
"""DW_LNE_end_sequence."""


def frame_section(functions: Sequence[tuple[int, int, bytes]], initial: bytes = b"\x0c\x0d\x00") -> bytes:
    """`.debug_frame`: one common part, and start, size and instructions of each function."""
    common = b"\xff\xff\xff\xff\x04\0\x04\0\x01\x7c\x0e" + initial
    common += bytes(-len(common) % 4)
    out = struct.pack("<I", len(common)) + common
    for start, size, instructions in functions:
        body = struct.pack("<III", 0, start, size) + instructions
        body += bytes(-len(body) % 4)
        out += struct.pack("<I", len(body)) + body
    return out


@dataclass(frozen=True)
class Named:
    """A symbol; functions of Thumb code get their lowest bit."""

    name: str
    address: int
    size: int
    type: int = 2


def symbol_sections(symbols: Sequence[Named]) -> list[Section]:
    names, rows = b"\0", bytes(16)
    for one in symbols:
        value = one.address | (one.type == 2)
        rows += struct.pack("<IIIBBH", len(names), value, one.size, 0x10 | one.type, 0, 1)
        names += one.name.encode() + b"\0"
    return [Section(".symtab", rows, type=2, flags=0), Section(".strtab", names, type=3, flags=0)]


def elf(
    code: bytes, symbols: Sequence[Named] = (), sections: Mapping[str, bytes] | None = None, *, machine: int = 40
) -> bytes:
    """A file with code at TEXT and sections by their names without the dot."""
    parts = [Section(".text", code, TEXT, flags=6, load=0)]
    parts += symbol_sections(symbols) if symbols else []
    parts += [Section(f".{name}", data, flags=0) for name, data in (sections or {}).items()]
    return Image((Load(TEXT, code),), parts, header={"machine": machine, "entry": TEXT | 1}).build()
