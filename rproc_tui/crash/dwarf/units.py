"""The compilation units of a file: which ones an address may lie in, and what entries of them are called.

No more is read of a unit that an address is not in than its first entry.
"""

from __future__ import annotations

import contextlib
import itertools
from bisect import bisect_right
from functools import cached_property

from elftools.dwarf.die import DIE
from elftools.dwarf.dwarfinfo import DWARFInfo

from rproc_tui.crash.dwarf.malformed import MALFORMED
from rproc_tui.crash.dwarf.ranges import AddressRange, covers
from rproc_tui.crash.dwarf.unit import Unit
from rproc_tui.sanitise import sanitise_bytes

MOST = 1 << 14
"""Units of a file that are looked at."""
RANGES_MOST = 1 << 18
"""Ranges of all of them together."""
CANDIDATES_MOST = 16
"""Units that may claim the same address."""

_HOPS = 8
"""From an inlined copy to its origin to its declaration; more is a circle."""
_NAME_LIMIT = 256


class Units:
    """The units of one file."""

    def __init__(self, info: DWARFInfo) -> None:
        self._info = info

    def at(self, address: int) -> list[Unit]:
        """The units whose code has the address, the smallest first.

        There is more than one where a linker has dropped functions: it leaves their description behind, at address 0.
        """
        found = [(ranges, unit) for ranges, unit in self._ranges if covers(ranges, address)]
        return [unit for _ranges, unit in sorted(found, key=lambda item: _size(item[0]))][:CANDIDATES_MOST]

    def of(self, entry: DIE) -> Unit:
        """The unit that an entry belongs to."""
        return self._containing(entry.offset)

    def referred(self, entry: DIE, attribute: str) -> DIE | None:
        """The entry that an attribute refers to; None without the attribute. Raises MALFORMED."""
        offset = self.of(entry).reference(entry, attribute)
        return None if offset is None else self._containing(offset).entry(offset)

    def name(self, entry: DIE) -> str | None:
        """The name of a function, variable or type, sanitised; that of its origin for an inlined copy."""
        following: DIE | None = entry
        for _hop in range(_HOPS):
            if following is None:
                break
            for attribute in ("DW_AT_name", "DW_AT_linkage_name"):
                if attribute in following.attributes:
                    return sanitise_bytes(following.attributes[attribute].value, limit=_NAME_LIMIT)
            following = self.origin(following)
        return None

    def origin(self, entry: DIE) -> DIE | None:
        """The entry that this one is a copy or the definition of."""
        return self.referred(entry, "DW_AT_abstract_origin") or self.referred(entry, "DW_AT_specification")

    def _containing(self, offset: int) -> Unit:
        index = bisect_right(self._offsets, offset) - 1
        if index < 0 or offset >= self._units[index].end:
            raise ValueError(f"no unit has the entry at {offset:#x}")
        return self._units[index]

    @cached_property
    def _offsets(self) -> list[int]:
        return [unit.offset for unit in self._units]

    @cached_property
    def _units(self) -> list[Unit]:
        found: list[Unit] = []
        with contextlib.suppress(*MALFORMED):  # behind a broken header the rest cannot be found
            found.extend(map(Unit, itertools.islice(self._info.iter_CUs(), MOST)))
        return found

    @cached_property
    def _ranges(self) -> list[tuple[list[AddressRange], Unit]]:
        found: list[tuple[list[AddressRange], Unit]] = []
        count = 0
        for unit in self._units:
            try:
                found.append((unit.ranges, unit))
            except MALFORMED:
                continue
            count += len(unit.ranges)
            if count > RANGES_MOST:
                break
        return found


def _size(ranges: list[AddressRange]) -> int:
    return sum(end - low for low, end in ranges)
