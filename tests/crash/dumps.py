"""Makes dumps as the kernel does: program headers or sections, in ELF32 or ELF64."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

HEADERS = {32: struct.Struct("<HHIIIIIHHHHHH"), 64: struct.Struct("<HHIQQQIHHHHHH")}
PROGRAM_HEADERS = {32: struct.Struct("<8I"), 64: struct.Struct("<II6Q")}
SECTION_HEADERS = {32: struct.Struct("<10I"), 64: struct.Struct("<IIQQQQIIQQ")}
EM_ARM = 40


@dataclass(frozen=True)
class Stretch:
    address: int
    content: bytes
    name: str = "memory"


def with_segments(stretches: Sequence[Stretch], *, bits: int = 32, machine: int = EM_ARM, entry: int = 0) -> bytes:
    layout = PROGRAM_HEADERS[bits]
    head = _header(bits, machine, entry, phnum=len(stretches))
    offset = len(head) + layout.size * len(stretches)
    rows = []
    for one in stretches:
        size = len(one.content)
        fields = (offset, one.address, one.address, size, size)
        rows.append(layout.pack(1, *fields, 7, 0) if bits == 32 else layout.pack(1, 7, *fields, 0))
        offset += size
    return b"".join([head, *rows, *(one.content for one in stretches)])


def with_sections(stretches: Sequence[Stretch], *, bits: int = 32, machine: int = 0) -> bytes:
    layout = SECTION_HEADERS[bits]
    head = _header(bits, machine, 0, shnum=len(stretches) + 2)
    names = b"\0STR_TBL\0" + b"".join(one.name.encode() + b"\0" for one in stretches)
    at = len(head) + layout.size * (len(stretches) + 2)
    rows = [bytes(layout.size), layout.pack(1, 3, 0, 0, at, len(names), 0, 0, 0, 0)]
    offset, name = at + len(names), 9
    for one in stretches:
        rows.append(layout.pack(name, 1, 1, one.address, offset, len(one.content), 0, 0, 0, 0))
        offset += len(one.content)
        name += len(one.name) + 1
    return b"".join([head, *rows, names, *(one.content for one in stretches)])


def _header(bits: int, machine: int, entry: int, *, phnum: int = 0, shnum: int = 0) -> bytes:
    size = 16 + HEADERS[bits].size
    counts = (
        size,
        PROGRAM_HEADERS[bits].size if phnum else 0,
        phnum,
        SECTION_HEADERS[bits].size if shnum else 0,
        shnum,
        1 if shnum else 0,
    )
    ident = b"\x7fELF" + bytes([bits // 32, 1, 1]) + bytes(9)
    return ident + HEADERS[bits].pack(4, machine, 1, entry, size if phnum else 0, size if shnum else 0, 0, *counts)
