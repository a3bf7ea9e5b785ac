"""Functions and variables of a firmware file with their sizes, from its symbol table (the ELF specification)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rproc_tui.firmware.elf_header import ElfHeader, parse_header
from rproc_tui.firmware.facts import Section
from rproc_tui.firmware.image import Image, take
from rproc_tui.firmware.symbol_rows import (
    SHN_UNDEF,
    STB_LOCAL,
    STT_FILE,
    STT_FUNC,
    STT_GNU_IFUNC,
    STT_NOTYPE,
    STT_OBJECT,
    STT_TLS,
    SymbolRow,
    code_mask,
    symbol_name,
    symbol_rows,
    symbol_sections,
)

SIZED = frozenset({STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_TLS, STT_GNU_IFUNC})

TABLE_LIMIT = 24 << 20
"""Bytes of the table that are read: a million rows."""
NAMES_LIMIT = 64 << 20
"""Bytes of the names that are read."""


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
    table, strings = symbol_sections(sections)
    if header is None or table is None or strings is None:
        return ()
    rows = symbol_rows(_content(image, size, table, TABLE_LIMIT), header)
    return tuple(_symbols(rows, _content(image, size, strings, NAMES_LIMIT), header))


def _symbols(rows: Iterator[SymbolRow], names: bytes, header: ElfHeader) -> Iterator[Symbol]:
    file, mask = "", code_mask(header)
    for name_at, value, length, info, _other, where in rows:
        type_, binding = info & 0xF, info >> 4
        if type_ == STT_FILE:
            file = symbol_name(names, name_at)
        elif type_ in SIZED and where != SHN_UNDEF and length and name_at:
            is_code = type_ in (STT_FUNC, STT_GNU_IFUNC)
            address = value & mask if is_code else value
            yield Symbol(symbol_name(names, name_at), file if binding == STB_LOCAL else "", address, length, is_code)


def _content(image: Image, size: int, section: Section, most: int) -> bytes:
    return take(image, section.offset, min(section.size, most)) if section.offset + section.size <= size else b""
