"""Which addresses an entry of the debug information covers (DWARF 5, section 2.17)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE

from rproc_tui.crash.dwarf.address_lists import range_list

AddressRange: TypeAlias = tuple[int, int]
"""The first address and the first one behind."""


def ranges_of(entry: DIE, unit: CompileUnit) -> list[AddressRange]:
    """The ranges, as they are listed; empty for an entry without code."""
    attributes = entry.attributes
    if "DW_AT_ranges" in attributes:
        return [(one.low, one.high) for one in range_list(unit, attributes["DW_AT_ranges"].value)]
    if "DW_AT_low_pc" not in attributes or "DW_AT_high_pc" not in attributes:
        return []
    low, high = attributes["DW_AT_low_pc"].value, attributes["DW_AT_high_pc"]
    end = high.value if high.form.startswith("DW_FORM_addr") else low + high.value
    return [(low, end)] if low < end else []


def covers(ranges: Iterable[AddressRange], address: int) -> bool:
    """Whether one of them holds the address."""
    return any(low <= address < end for low, end in ranges)
