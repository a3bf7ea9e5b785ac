"""Functions and variables of a firmware file with their sizes, from its symbol table (the ELF specification)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rproc_tui.firmware.elf_header import ElfHeader, parse_header
from rproc_tui.firmware.facts import Section
from rproc_tui.firmware.image import Image, take
from rproc_tui.firmware.machines import EM_ARM
from rproc_tui.firmware.sections import SHT_SYMTAB
from rproc_tui.sanitise import sanitise_bytes

SHT_STRTAB = 3
SHN_UNDEF = 0
STB_LOCAL = 0
STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_FILE, STT_TLS, STT_GNU_IFUNC = 0, 1, 2, 4, 6, 10
SIZED = frozenset({STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_TLS, STT_GNU_IFUNC})

SYMBOLS_READ = 1 << 20
"""Symbols that are read of one file."""
NAMES_LIMIT = 64 << 20
"""Bytes of the names that are read."""
NAME_LIMIT = 256
"""Bytes of one name."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One function or variable that has a size."""

    name: str
    """Sanitised."""
    file: str
    """The source file of a local one, as far as it is known; empty for a global one."""
    address: int
    """Without the bit that marks Thumb."""
    size: int
    """Bytes, above 0."""
    is_code: bool


def read_symbols(image: Image, size: int, sections: Sequence[Section]) -> tuple[Symbol, ...]:
    """Every symbol with a size, in file order; none where there is no table or it lies outside the file."""
    header = parse_header(image, size)
    table = next((one for one in sections if one.type == SHT_SYMTAB), None)
    strings = next((one for one in sections if one.type == SHT_STRTAB and one.name == ".strtab"), None)
    if header is None or table is None or strings is None:
        return ()
    layout = struct.Struct(header.prefix + ("IIIBBH" if header.bits == 32 else "IBBHQQ"))
    content = _content(image, size, table, SYMBOLS_READ * layout.size)
    names = _content(image, size, strings, NAMES_LIMIT)
    rows = layout.iter_unpack(content[: len(content) // layout.size * layout.size])
    return tuple(_symbols(rows if header.bits == 32 else map(_as_32, rows), names, header))


def _symbols(rows: Iterator[tuple[int, ...]], names: bytes, header: ElfHeader) -> Iterator[Symbol]:
    thumb = 1 if header.machine == EM_ARM else 0
    file = ""
    for name_at, value, length, info, _other, where in rows:
        type_, binding = info & 0xF, info >> 4
        if type_ == STT_FILE:
            file = _name(names, name_at)
        elif type_ in SIZED and where != SHN_UNDEF and length and name_at:
            is_code = type_ in (STT_FUNC, STT_GNU_IFUNC)
            address = value & ~thumb if is_code else value
            yield Symbol(_name(names, name_at), file if binding == STB_LOCAL else "", address, length, is_code)


def _content(image: Image, size: int, section: Section, most: int) -> bytes:
    return take(image, section.offset, min(section.size, most)) if section.offset + section.size <= size else b""


def _name(names: bytes, at: int) -> str:
    end = names.find(b"\0", at, at + NAME_LIMIT)
    return sanitise_bytes(names[at : end if end >= 0 else at + NAME_LIMIT])


def _as_32(fields: tuple[int, ...]) -> tuple[int, ...]:
    """The fields of ELF64 in the order of ELF32."""
    name, info, other, where, value, length = fields
    return name, value, length, info, other, where
