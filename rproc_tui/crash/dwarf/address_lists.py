"""Lists of address ranges, plain or with an expression each (DWARF 5, 2.6.2 and 2.17.3; DWARF 4 has its own form)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from elftools.dwarf.compileunit import CompileUnit

from rproc_tui.crash.dwarf.debug_sections import content
from rproc_tui.crash.dwarf.number import uleb128

MOST = 1 << 16
"""Ranges of one list."""


class Stretch(NamedTuple):
    """One range; from 0 to 2 to the 64 where an expression holds everywhere."""

    low: int
    high: int
    """The first address behind it."""
    expression: bytes


def range_list(unit: CompileUnit, offset: int) -> Iterator[Stretch]:
    """The ranges at an offset of `.debug_rnglists` or `.debug_ranges`. Raises MALFORMED."""
    info = unit.dwarfinfo
    section = info.debug_rnglists_sec if unit["version"] >= 5 else info.debug_ranges_sec
    return _List(unit, content(section), offset, has_expressions=False).stretches()


def location_list(unit: CompileUnit, offset: int) -> Iterator[Stretch]:
    """The same of `.debug_loclists` or `.debug_loc`."""
    info = unit.dwarfinfo
    section = info.debug_loclists_sec if unit["version"] >= 5 else info.debug_loc_sec
    return _List(unit, content(section), offset, has_expressions=True).stretches()


def base_of(unit: CompileUnit) -> int:
    """What the relative addresses of a unit's lists count from."""
    low = unit.get_top_DIE().attributes.get("DW_AT_low_pc")
    return 0 if low is None else int(low.value)


class _List:
    """A list that is being read."""

    def __init__(self, unit: CompileUnit, data: bytes, offset: int, *, has_expressions: bool) -> None:
        self._unit = unit
        self._data = data
        self._at = offset
        self._has_expressions = has_expressions
        self._base = base_of(unit)
        self._order = "little" if unit.structs.little_endian else "big"
        self._word = int(unit.structs.address_size)

    def stretches(self) -> Iterator[Stretch]:
        """Those that are not empty."""
        found = self._version_5() if self._unit["version"] >= 5 else self._version_4()
        return (one for one in itertools.islice(found, MOST) if one.low < one.high)

    def _version_4(self) -> Iterator[Stretch]:
        nowhere = (1 << 8 * self._word) - 1
        while True:
            low, high = self._address(), self._address()
            if low == high == 0:
                return
            if low == nowhere:
                self._base = high
            else:
                length = self._fixed(2) if self._has_expressions else 0
                yield Stretch(self._base + low, self._base + high, self._take(length))

    def _version_5(self) -> Iterator[Stretch]:
        while True:
            kind = self._fixed(1)
            if kind == 0:
                return
            if self._has_expressions and kind >= 5:
                kind = kind - 1 if kind > 5 else _EVERYWHERE
            if kind in {1, 5}:
                self._base = self._indexed() if kind == 1 else self._address()
                continue
            low, high = self._pair(kind)
            length = self._number() if self._has_expressions else 0
            yield Stretch(low, high, self._take(length))

    def _pair(self, kind: int) -> tuple[int, int]:
        """The two ends, by DW_RLE_ kind."""
        if kind == _EVERYWHERE:
            return 0, 1 << 64
        if kind == 2:
            return self._indexed(), self._indexed()
        if kind == 4:
            return self._base + self._number(), self._base + self._number()
        if kind == 6:
            return self._address(), self._address()
        if kind not in {3, 7}:
            raise ValueError(f"a list entry of kind {kind}")
        low = self._indexed() if kind == 3 else self._address()
        return low, low + self._number()

    def _number(self) -> int:
        value, self._at = uleb128(self._data, self._at)
        return value

    def _indexed(self) -> int:
        return self._unit.dwarfinfo.get_addr(self._unit, self._number())

    def _address(self) -> int:
        return self._fixed(self._word)

    def _fixed(self, size: int) -> int:
        return int.from_bytes(self._take(size), self._order)  # type: ignore[arg-type]

    def _take(self, size: int) -> bytes:
        data = self._data[self._at : self._at + size]
        if len(data) != size:
            raise ValueError("a list that is cut off")
        self._at += size
        return data


_EVERYWHERE = -1
"""DW_LLE_default_location, which ranges do not have; later kinds of locations are one above those of ranges."""
