"""Numbers of variable length (DWARF, section 7.6)."""

from __future__ import annotations

LONGEST = 16
"""Bytes; a number of 64 bits has 10, some writers pad."""


def uleb128(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned number and the offset behind it. Raises IndexError at the data's end, ValueError when endless."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 7 * LONGEST:
            raise ValueError(f"a number of more than {LONGEST} bytes")


def sleb128(data: bytes, at: int) -> tuple[int, int]:
    """A signed number and the offset behind it."""
    value, end = uleb128(data, at)
    if data[end - 1] & 0x40:
        value -= 1 << 7 * (end - at)
    return value, end
