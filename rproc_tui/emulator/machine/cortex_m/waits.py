"""Instructions with which a core waits (WFI, WFE, YIELD), found before they are executed.

Only for an engine whose counter cannot be read: it ends a slice behind a WFI in the same way as when the slice's count
is used up there. Every such instruction is then made an exit: the slice ends before it, and the waiting is done here.
"""

from __future__ import annotations

from collections.abc import Iterator

from rproc_tui.emulator.machine.cortex_m.instructions import WAITS
from rproc_tui.emulator.machine.memory import Access, MemoryMap

_LOW_BYTES = frozenset(halfword & 0xFF for halfword in WAITS)
_HIGH_BYTE = b"\xbf"
_LARGEST = 1 << 20
"""Bytes of a region that is searched at start; in larger ones the instructions are found when they are executed."""


def waits(memory: MemoryMap) -> Iterator[int]:
    """Addresses of what looks like a wait. Data that does is harmless: it is never executed."""
    for region in memory.regions:
        if region.access & Access.EXECUTE and region.size <= _LARGEST:
            at = region.block.find(_HIGH_BYTE, 0)
            while at >= 0:
                if at % 2 and region.view[at - 1] in _LOW_BYTES:
                    yield region.address + at - 1
                at = region.block.find(_HIGH_BYTE, at + 1)
