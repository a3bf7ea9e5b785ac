"""One compilation unit: its functions by address, and the function that an address lies in with all that is inlined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE

from rproc_tui.crash.dwarf.abbreviations import Abbreviation, read_abbreviations
from rproc_tui.crash.dwarf.debug_sections import content
from rproc_tui.crash.dwarf.entries import DW_TAG_INLINED_SUBROUTINE, DW_TAG_LEXICAL_BLOCK, DW_TAG_SUBPROGRAM, walk
from rproc_tui.crash.dwarf.ranges import AddressRange, base_of, covers, ranges_of
from rproc_tui.sanitise import sanitise_bytes

_HOPS = 8
"""From an inlined copy to its origin to its declaration; more is a circle."""
_NAME_LIMIT = 256


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
    """A unit, its parts read when they are asked for and kept."""

    def __init__(self, unit: CompileUnit) -> None:
        self.raw = unit
        self._info = content(unit.dwarfinfo.debug_info_sec)

    @property
    def offset(self) -> int:
        """Of its header in `.debug_info`."""
        return int(self.raw.cu_offset)

    @property
    def little(self) -> bool:
        """Its byte order."""
        return bool(self.raw.structs.little_endian)

    @property
    def word(self) -> int:
        """Bytes of an address."""
        return int(self.raw.structs.address_size)

    @property
    def version(self) -> int:
        """Of DWARF."""
        return int(self.raw["version"])

    @cached_property
    def base(self) -> int:
        """What relative addresses count from."""
        return base_of(self.raw)

    @cached_property
    def ranges(self) -> list[AddressRange]:
        """The addresses of its code."""
        return ranges_of(self.raw.get_top_DIE(), self.raw)

    @cached_property
    def folder(self) -> str:
        """Where the compiler ran, sanitised; empty when it does not tell."""
        folder = self.raw.get_top_DIE().attributes.get("DW_AT_comp_dir")
        return "" if folder is None else sanitise_bytes(folder.value, limit=_NAME_LIMIT)

    def function_at(self, address: int, start: int | None = None) -> Function | None:
        """The function that has the address; of several the one that begins at `start`, else the shortest."""
        found = [function for function in self._functions if covers(function.ranges, address)]
        if not found:
            return None
        return min(found, key=lambda one: (one.start != start, sum(end - low for low, end in one.ranges)))

    def blocks_at(self, function: Function, address: int) -> list[DIE]:
        """The function, then blocks and inlined functions around the address, from the outermost to the innermost."""
        chain = [self.entry(function.offset)]
        tags = frozenset((DW_TAG_INLINED_SUBROUTINE, DW_TAG_LEXICAL_BLOCK))
        for offset, _depth in self.below(function.offset, tags):
            block = self.entry(offset)
            if covers(ranges_of(block, self.raw), address):
                chain.append(block)
        return chain

    def below(self, offset: int, tags: frozenset[int]) -> Iterator[tuple[int, int]]:
        """Offset and depth of the entries of some kinds in the tree that begins at an entry; its children have 1."""
        for found in walk(self._info, offset, self._end, self._abbreviations, tags, little=self.little):
            if found.offset != offset:
                yield found.offset, found.depth

    def entry(self, offset: int) -> DIE:
        """The entry at an offset of `.debug_info`."""
        return DIE(self.raw, self.raw.get_top_DIE().stream, offset)

    @property
    def _end(self) -> int:
        return min(int(self.raw.cu_offset + self.raw.size), len(self._info))

    @cached_property
    def _functions(self) -> list[Function]:
        found = []
        for offset, _depth in self.below(self.raw.cu_die_offset, frozenset((DW_TAG_SUBPROGRAM,))):
            ranges = tuple(ranges_of(self.entry(offset), self.raw))
            if ranges:
                found.append(Function(offset, ranges))
        return found

    @cached_property
    def _abbreviations(self) -> Mapping[int, Abbreviation]:
        return read_abbreviations(
            content(self.raw.dwarfinfo.debug_abbrev_sec),
            self.raw["debug_abbrev_offset"],
            address_size=self.word,
            offset_size=self.raw.structs.dwarf_format // 8,
            version=self.version,
        )


def name_of(entry: DIE) -> str | None:
    """The name of a function or variable, sanitised; that of its origin for an inlined copy."""
    for _hop in range(_HOPS):
        for attribute in ("DW_AT_name", "DW_AT_linkage_name"):
            if attribute in entry.attributes:
                return sanitise_bytes(entry.attributes[attribute].value, limit=_NAME_LIMIT)
        following = origin_of(entry)
        if following is None:
            return None
        entry = following
    return None


def origin_of(entry: DIE) -> DIE | None:
    """The entry that this one is a copy or the definition of."""
    for attribute in ("DW_AT_abstract_origin", "DW_AT_specification"):
        if attribute in entry.attributes:
            return entry.get_DIE_from_attribute(attribute)
    return None
