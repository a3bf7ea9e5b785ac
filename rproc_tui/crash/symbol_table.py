"""The symbol table of a firmware file (the ELF specification) with ARM's mapping symbols (ELF for Arm, 4.5.6).

Tens of thousands of symbols are read as numbers; a name is looked up when somebody asks for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from rproc_tui.crash.section_content import section_content
from rproc_tui.firmware.elf_header import ElfHeader
from rproc_tui.firmware.facts import Section
from rproc_tui.firmware.image import Image
from rproc_tui.firmware.symbol_rows import (
    NAME_LIMIT,
    SHN_UNDEF,
    STT_FUNC,
    STT_NOTYPE,
    STT_OBJECT,
    code_mask,
    symbol_name,
    symbol_rows,
    symbol_sections,
)

SHF_EXECINSTR = 4

ENCLOSING_MOST = 64
"""Symbols in front of an address that are looked at for the function around them."""
FARTHEST = 1 << 16
"""Bytes that a function without a size may have."""


class Symbol(NamedTuple):
    """A name with an address."""

    address: int
    """Without the bit that marks Thumb."""
    size: int
    """Bytes; 0 where the file does not tell."""
    type: int
    name_at: int


class SymbolTable:
    """The symbols of one file."""

    def __init__(self, symbols: Sequence[Symbol], names: bytes, executable: Sequence[tuple[int, int]]) -> None:
        self._all = symbols
        self._names = names
        self._executable = sorted(executable)

    def __bool__(self) -> bool:
        return bool(self._all)

    def name(self, symbol: Symbol) -> str:
        """Its name, sanitised."""
        return symbol_name(self._names, symbol.name_at)

    def function_at(self, address: int) -> Symbol | None:
        """The function that an address lies in; one without a size reaches to the next."""
        addresses, functions = self._functions
        index = bisect_right(addresses, address)
        for found in reversed(functions[max(0, index - ENCLOSING_MOST) : index]):
            if address < found.address + found.size:
                return found
        nearest = functions[index - 1] if index else None
        if nearest is None or nearest.size or address - nearest.address >= FARTHEST or not self.is_code(address):
            return None
        return nearest

    def object_at(self, address: int) -> Symbol | None:
        """The variable that an address lies in."""
        addresses, objects = self._objects
        index = bisect_right(addresses, address) - 1
        if index < 0 or not address < objects[index].address + objects[index].size:
            return None
        return objects[index]

    def named(self, name: str) -> Symbol | None:
        """The symbol of a name; of several the first that has a size."""
        return self._by_name.get(name.encode("utf-8", "surrogateescape"))

    def is_code(self, address: int) -> bool:
        """Whether an address lies in a section that can be executed."""
        index = bisect_right(self._executable, address, key=lambda stretch: stretch[0]) - 1
        return index >= 0 and address < self._executable[index][1]

    def mapping_at(self, address: int) -> str | None:
        """What ARM's mapping symbols say is there: `a` ARM code, `t` Thumb code, `d` data."""
        addresses, kinds = self._mapping
        index = bisect_right(addresses, address) - 1
        return kinds[index] if index >= 0 else None

    @cached_property
    def _by_name(self) -> dict[bytes, Symbol]:
        """Hundreds of names are asked for, most of which a firmware does not have."""
        names, found = self._names, dict[bytes, Symbol]()
        for symbol in self._all:
            at = symbol.name_at
            name = names[at : max(at, names.find(b"\0", at, at + NAME_LIMIT + 1))]
            known = found.setdefault(name, symbol)
            if symbol.size and not known.size:
                found[name] = symbol
        return found

    @cached_property
    def _functions(self) -> tuple[list[int], list[Symbol]]:
        """Typed functions, and labels of assembly where no function is; the one with a size last at each address."""
        chosen = [symbol for symbol in self._all if symbol.type in {STT_FUNC, STT_NOTYPE} and self._is_of_code(symbol)]
        chosen.sort(key=lambda symbol: (symbol.address, symbol.type == STT_FUNC, symbol.size > 0))
        return [symbol.address for symbol in chosen], chosen

    @cached_property
    def _objects(self) -> tuple[list[int], list[Symbol]]:
        chosen = sorted(symbol for symbol in self._all if symbol.type == STT_OBJECT and symbol.size)
        return [symbol.address for symbol in chosen], chosen

    @cached_property
    def _mapping(self) -> tuple[list[int], list[str]]:
        pairs = sorted(
            (symbol.address, letter)
            for symbol in self._all
            if (letter := self._letter(symbol)) and self.is_code(symbol.address)
        )
        return [address for address, _letter in pairs], [letter for _address, letter in pairs]

    def _is_of_code(self, symbol: Symbol) -> bool:
        """A function, or a label that a person wrote: compilers' begin with a dot or a dollar."""
        return self._names[symbol.name_at : symbol.name_at + 1] not in b".$" and (
            symbol.type == STT_FUNC or self.is_code(symbol.address)
        )

    def _letter(self, symbol: Symbol) -> str | None:
        """The letter of a mapping symbol (`$t`, `$d.realdata`); `x` for the code of a RISC-V processor."""
        names, at = self._names, symbol.name_at
        if symbol.type != STT_NOTYPE or names[at : at + 1] != b"$" or names[at + 1 : at + 2] not in b"atdx":
            return None
        return names[at + 1 : at + 2].decode()


def read_symbols(image: Image, size: int, header: ElfHeader, sections: Sequence[Section]) -> SymbolTable:
    """The symbols of `.symtab`, empty where there is none."""
    executable = [(one.address, one.address + one.size) for one in sections if one.flags & SHF_EXECINSTR]
    table, strings = symbol_sections(sections)
    content = section_content(image, size, header, table)
    names = section_content(image, size, header, strings)
    if content is None or names is None:
        return SymbolTable([], b"", executable)
    mask, symbols = code_mask(header), []
    for name, value, length, info, _other, where in symbol_rows(content, header):
        if where == SHN_UNDEF or not name:
            continue
        type_ = info & 0xF
        symbols.append(Symbol(value & mask if type_ == STT_FUNC else value, length, type_, name))
    return SymbolTable(symbols, names, executable)
