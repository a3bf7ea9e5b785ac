"""Division with CCR.DIV_0_TRP set. The engine answers zero and goes on, so the divisions themselves become exits.

While the trap is on, every SDIV and UDIV in executable memory ends a slice; it is then done here. That is slow, and
only then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rproc_tui.emulator.machine.memory import Access, MemoryMap

_DIVISION = re.compile(rb"[\x90-\x9f\xb0-\xbf]\xfb[\xf0-\xff][\xf0-\xff]")
"""SDIV and UDIV, encoding T1, as bytes in memory."""


def divisions(memory: MemoryMap) -> Iterator[int]:
    """Addresses of what looks like a division. Data that does is harmless: it is never executed."""
    for region in memory.regions:
        if region.access & Access.EXECUTE:
            for match in _DIVISION.finditer(region.view):
                if match.start() % 2 == 0:
                    yield region.address + match.start()


def operands(instruction: int) -> tuple[int, int, int, bool]:
    """Destination, dividend and divisor register, and whether it is signed, from two halfwords (first one low)."""
    first, second = instruction & 0xFFFF, instruction >> 16
    return second >> 8 & 0xF, first & 0xF, second & 0xF, not first & 0x20


def quotient(dividend: int, divisor: int, *, signed: bool) -> int:
    """Rounded towards zero, 32 bits; the most negative number by -1 is itself."""
    if not signed:
        return dividend // divisor
    left, right = (value - (value >> 31 << 32) for value in (dividend, divisor))
    magnitude = abs(left) // abs(right)
    return (magnitude if (left < 0) == (right < 0) else -magnitude) & 0xFFFFFFFF
