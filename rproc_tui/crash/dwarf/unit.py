"""One compilation unit: its functions by address, and the function that an address lies in with all that is inlined."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE

from rproc_tui.crash.dwarf.abbreviations import Abbreviation, read_abbreviations
from rproc_tui.crash.dwarf.address_lists import base_of
from rproc_tui.crash.dwarf.debug_sections import TEXT_LIMIT, content
from rproc_tui.crash.dwarf.entries import (
    DW_TAG_INLINED_SUBROUTINE,
    DW_TAG_LEXICAL_BLOCK,
    DW_TAG_SUBPROGRAM,
    entry_length,
    walk,
)
from rproc_tui.crash.dwarf.ranges import AddressRange, covers, ranges_of
from rproc_tui.sanitise import sanitise_bytes

FUNCTIONS_MOST = 1 << 17
"""Functions of a unit; a whole program compiled as one has tens of thousands."""
BLOCKS_MOST = 1 << 14
"""Blocks of a function."""
ENTRY_MOST = 2 * TEXT_LIMIT
"""Bytes of an entry."""
_UNIT_RELATIVE = frozenset(f"DW_FORM_ref{kind}" for kind in ("1", "2", "4", "8", "_udata"))


class Function(NamedTuple):
    """A function with code."""

    offset: int
    """Of its entry."""
    ranges: tuple[AddressRange, ...]

    @property
    def start(self) -> int:
        """Its first address."""
        return self.ranges[0][0]


class Unit:
    """A unit, its parts read when they are asked for and kept. Whatever is malformed raises MALFORMED."""

    def __init__(self, unit: CompileUnit) -> None:
        self.raw = unit
        self._info = content(unit.dwarfinfo.debug_info_sec)

    @property
    def offset(self) -> int:
        """Of its header in `.debug_info`."""
        return int(self.raw.cu_offset)

    @property
    def end(self) -> int:
        """The first offset behind it."""
        return min(int(self.raw.cu_offset + self.raw.size), len(self._info))

    @property
    def little(self) -> bool:
        """Its byte order."""
        return bool(self.raw.structs.little_endian)

    @cached_property
    def top(self) -> DIE:
        """The entry of the unit itself."""
        self._check(self.raw.cu_die_offset)
        return self.raw.get_top_DIE()

    @cached_property
    def base(self) -> int:
        """What relative addresses count from."""
        return base_of(self.raw)

    @cached_property
    def ranges(self) -> list[AddressRange]:
        """The addresses of its code."""
        return ranges_of(self.top, self.raw)

    @cached_property
    def folder(self) -> str:
        """Where the compiler ran, sanitised; empty when it does not tell."""
        folder = self.top.attributes.get("DW_AT_comp_dir")
        return "" if folder is None else sanitise_bytes(folder.value, limit=TEXT_LIMIT)

    def function_at(self, address: int, start: int | None = None) -> Function | None:
        """The function that has the address; of several the one that begins at `start`, else the shortest."""
        found = [function for function in self._functions if covers(function.ranges, address)]
        if not found:
            return None
        return min(found, key=lambda one: (one.start != start, sum(end - low for low, end in one.ranges)))

    def blocks_at(self, function: Function, address: int) -> list[DIE]:
        """The function, then blocks and inlined functions around the address, from the outermost to the innermost."""
        chain = [self.entry(function.offset)]
        blocks = self.below(function.offset, frozenset((DW_TAG_INLINED_SUBROUTINE, DW_TAG_LEXICAL_BLOCK)))
        for offset, _depth in itertools.islice(blocks, BLOCKS_MOST):
            block = self.entry(offset)
            if covers(ranges_of(block, self.raw), address):
                chain.append(block)
        return chain

    def below(self, offset: int, tags: frozenset[int]) -> Iterator[tuple[int, int]]:
        """Offset and depth of the entries of some kinds in the tree that begins at an entry; its children have 1."""
        for found in walk(self._info, offset, self.end, self._abbreviations, tags, little=self.little):
            if found.offset != offset:
                yield found.offset, found.depth

    def entry(self, offset: int) -> DIE:
        """The entry at an offset of `.debug_info`."""
        if not self.raw.cu_die_offset <= offset < self.end:
            raise ValueError(f"no entry of the unit at {offset:#x}")
        self._check(offset)
        return DIE(self.raw, self.top.stream, offset)

    def reference(self, entry: DIE, attribute: str) -> int | None:
        """The offset in `.debug_info` that an attribute refers to; None without the attribute."""
        found = entry.attributes.get(attribute)
        if found is None:
            return None
        if found.form in _UNIT_RELATIVE:
            return self.offset + int(found.raw_value)
        if found.form == "DW_FORM_ref_addr":
            return int(found.raw_value)
        raise ValueError(f"a reference of form {found.form}")

    def _check(self, offset: int) -> None:
        """An entry of sensible length: its texts and blocks are read byte by byte."""
        length = entry_length(self._info, offset, self._abbreviations, little=self.little)
        if length > ENTRY_MOST:
            raise ValueError(f"an entry of {length} bytes")

    @cached_property
    def _functions(self) -> list[Function]:
        found = []
        offsets = self.below(self.raw.cu_die_offset, frozenset((DW_TAG_SUBPROGRAM,)))
        for offset, _depth in itertools.islice(offsets, FUNCTIONS_MOST):
            ranges = tuple(ranges_of(self.entry(offset), self.raw))
            if ranges:
                found.append(Function(offset, ranges))
        return found

    @cached_property
    def _abbreviations(self) -> Mapping[int, Abbreviation]:
        return read_abbreviations(
            content(self.raw.dwarfinfo.debug_abbrev_sec),
            self.raw["debug_abbrev_offset"],
            address_size=int(self.raw.structs.address_size),
            offset_size=self.raw.structs.dwarf_format // 8,
            version=int(self.raw["version"]),
        )
