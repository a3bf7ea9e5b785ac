"""Property values of a device tree (Devicetree Specification 2.2.4): big-endian cells and NUL-ended strings."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from rproc_tui.sanitise import sanitise_bytes

STRINGS_MOST = 64
STRING_MOST = 128
"""Strings of one property, and characters of one string, that are kept."""

CELLS_MOST = 4
"""Cells of one address or size; more is nonsense (PCI has three)."""


def cells(data: bytes) -> tuple[int, ...]:
    """All 32-bit cells; an incomplete one at the end is left out."""
    count = len(data) // 4
    return struct.unpack_from(f">{count}I", data)


def cell(data: bytes | None) -> int | None:
    """The first cell; None where there is none."""
    return None if data is None or len(data) < 4 else cells(data[:4])[0]


def strings(data: bytes) -> tuple[str, ...]:
    """All strings of a string list, safe to show."""
    parts = data.split(b"\0")[:STRINGS_MOST]
    return tuple(sanitise_bytes(part, limit=STRING_MOST) for part in parts if part)


def groups(data: bytes, *widths: int) -> Iterator[tuple[int, ...]]:
    """Numbers of so many cells each, group by group: `reg` is groups of an address and a size.

    Incomplete groups are left out, and everything where a width is out of the question.
    """
    width = sum(widths)
    if width == 0 or any(not 0 <= one <= CELLS_MOST for one in widths):
        return
    size = 4 * width
    for start in range(0, len(data) - size + 1, size):
        numbers, offset = [], start
        for one in widths:
            numbers.append(int.from_bytes(data[offset : offset + 4 * one], "big"))
            offset += 4 * one
        yield tuple(numbers)
