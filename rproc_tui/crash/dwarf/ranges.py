"""Which addresses an entry of the debug information covers (DWARF 5, section 2.17)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE
from elftools.dwarf.ranges import BaseAddressEntry

AddressRange: TypeAlias = tuple[int, int]
"""The first address and the first one behind."""

MOST = 1 << 16
"""Ranges of one entry that are looked at."""


def ranges_of(entry: DIE, unit: CompileUnit) -> list[AddressRange]:
    """The ranges, as they are listed; empty for an entry without code."""
    attributes = entry.attributes
    if "DW_AT_ranges" in attributes:
        return _listed(entry, unit)
    if "DW_AT_low_pc" not in attributes or "DW_AT_high_pc" not in attributes:
        return []
    low, high = attributes["DW_AT_low_pc"].value, attributes["DW_AT_high_pc"]
    end = high.value if high.form.startswith("DW_FORM_addr") else low + high.value
    return [(low, end)] if low < end else []


def covers(ranges: Iterable[AddressRange], address: int) -> bool:
    """Whether one of them holds the address."""
    return any(low <= address < end for low, end in ranges)


def base_of(unit: CompileUnit) -> int:
    """What the relative addresses of a unit's lists count from."""
    low = unit.get_top_DIE().attributes.get("DW_AT_low_pc")
    return 0 if low is None else int(low.value)


def _listed(entry: DIE, unit: CompileUnit) -> list[AddressRange]:
    lists = entry.dwarfinfo.range_lists()
    if lists is None:
        return []
    base = base_of(unit)
    found: list[AddressRange] = []
    for item in lists.get_range_list_at_offset(entry.attributes["DW_AT_ranges"].value, unit)[:MOST]:
        if isinstance(item, BaseAddressEntry):
            base = item.base_address
            continue
        start = 0 if item.is_absolute else base
        low, end = start + item.begin_offset, start + item.end_offset
        if low < end:
            found.append((low, end))
    return found
