"""Finds the compilation units that an address may lie in, reading no more of the others than their first entry."""

from __future__ import annotations

import itertools
from functools import cached_property

from elftools.dwarf.dwarfinfo import DWARFInfo

from rproc_tui.crash.dwarf.malformed import MALFORMED
from rproc_tui.crash.dwarf.ranges import AddressRange, covers
from rproc_tui.crash.dwarf.unit import Unit

MOST = 1 << 15
"""Units of a file that are looked at."""


class Units:
    """The units of one file."""

    def __init__(self, info: DWARFInfo) -> None:
        self._info = info

    def at(self, address: int) -> list[Unit]:
        """The units whose code has the address, the smallest first.

        There is more than one where a linker has dropped functions: it leaves their description behind, at address 0.
        """
        found = [(ranges, unit) for ranges, unit in self._ranges if covers(ranges, address)]
        return [unit for _ranges, unit in sorted(found, key=lambda item: _size(item[0]))]

    @cached_property
    def _ranges(self) -> list[tuple[list[AddressRange], Unit]]:
        found: list[tuple[list[AddressRange], Unit]] = []
        try:
            for raw in itertools.islice(self._info.iter_CUs(), MOST):
                unit = Unit(raw)
                try:
                    found.append((unit.ranges, unit))
                except MALFORMED:
                    continue
        except MALFORMED:  # the headers of the rest cannot be found
            return found
        return found


def _size(ranges: list[AddressRange]) -> int:
    return sum(end - low for low, end in ranges)
