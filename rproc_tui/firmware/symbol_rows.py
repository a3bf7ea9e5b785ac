"""The rows of a symbol table and the names that they point at (the ELF specification, `Elf32_Sym` and `Elf64_Sym`)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import cast

from rproc_tui.firmware.elf_header import ElfHeader
from rproc_tui.firmware.facts import Section
from rproc_tui.firmware.machines import EM_ARM
from rproc_tui.firmware.sections import SHT_SYMTAB
from rproc_tui.sanitise import sanitise_bytes

SHT_STRTAB = 3
SHN_UNDEF = 0
STB_LOCAL = 0
STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_FILE, STT_TLS, STT_GNU_IFUNC = 0, 1, 2, 4, 6, 10

ROWS_MOST = 1 << 20
"""Symbols that are read of one file."""
NAME_LIMIT = 256
"""Bytes of one name."""


SymbolRow = tuple[int, int, int, int, int, int]
"""Where its name begins, value, size in bytes, info (binding and type), other, section: the order of ELF32.

Plain numbers, since large firmware has a hundred thousand of them."""


def symbol_sections(sections: Sequence[Section]) -> tuple[Section | None, Section | None]:
    """`.symtab` and the table of its names, where a file has them."""
    table = next((one for one in sections if one.type == SHT_SYMTAB), None)
    names = next((one for one in sections if one.type == SHT_STRTAB and one.name == ".strtab"), None)
    return table, names


def symbol_rows(content: bytes, header: ElfHeader) -> Iterator[SymbolRow]:
    """The rows of a table, `ROWS_MOST` of them at most; half a row at its end is left out."""
    layout = struct.Struct(header.prefix + ("IIIBBH" if header.bits == 32 else "IBBHQQ"))
    rows = layout.iter_unpack(content[: min(len(content) // layout.size, ROWS_MOST) * layout.size])
    return cast("Iterator[SymbolRow]", rows if header.bits == 32 else map(_of_64, rows))


def code_mask(header: ElfHeader) -> int:
    """What is left of a function's value as its address: not the bit that marks Thumb."""
    return ~1 if header.machine == EM_ARM else ~0


def symbol_name(names: bytes, at: int) -> str:
    """The name that begins at a place in the table of names, sanitised."""
    end = names.find(b"\0", at, at + NAME_LIMIT)
    return sanitise_bytes(names[at : end if end >= 0 else at + NAME_LIMIT])


def _of_64(fields: tuple[int, ...]) -> SymbolRow:
    name, info, other, section, value, size = fields
    return name, value, size, info, other, section
