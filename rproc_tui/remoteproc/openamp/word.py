"""Words of a resource table in memory that firmware may read and write at any time."""

from __future__ import annotations

U32 = 0xFFFF_FFFF


def read_u32(area: memoryview, at: int) -> int:
    """A little-endian word; what lies behind the end of the area reads as zeros."""
    return int.from_bytes(area[at : at + 4], "little")


def write_u32(area: memoryview, at: int, value: int) -> None:
    """Put one there in a single store; one that does not fit into the area is dropped."""
    if at + 4 <= len(area):
        area[at : at + 4] = (value & U32).to_bytes(4, "little")
