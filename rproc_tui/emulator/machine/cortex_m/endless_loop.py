"""Finds out whether a core has come to rest in a loop that nothing can end: how most fault handlers finish.

`b .` has many forms: with a `nop` in it, as a wide branch, or by loading its own address and jumping there. A loop that
looks at memory is none of them: somebody may be going to change it.
"""

from __future__ import annotations

from rproc_tui.emulator.machine.cortex_m.instructions import NO_OPERATION
from rproc_tui.emulator.machine.memory import MemoryMap

_LONGEST = 6
"""Instructions of a loop."""


def is_endless_loop(memory: MemoryMap, start: int) -> bool:
    """Whether execution at an address comes back to it without having looked at anything but constants."""
    pc: int | None = start
    constants: dict[int, int] = {}
    for _ in range(_LONGEST):
        if pc is None:
            return False
        pc = _next(memory, pc, constants)
        if pc == start:
            return True
    return False


def _next(memory: MemoryMap, pc: int, constants: dict[int, int]) -> int | None:
    """Where an instruction leads; None for one that is not known here."""
    halfword = memory.load(pc, 2)
    if halfword is None:
        return None
    if halfword == NO_OPERATION:
        return pc + 2
    if halfword & 0xF800 == 0xE000:  # B, encoding T2
        return pc + 4 + _signed(halfword & 0x7FF, 11) * 2
    if halfword & 0xF800 == 0x4800:  # LDR (literal), encoding T1
        value = memory.load((pc + 4 & ~3) + (halfword & 0xFF) * 4, 4)
        if value is not None:
            constants[halfword >> 8 & 7] = value
        return pc + 2
    if halfword & 0xFF87 == 0x4700:  # BX
        target = constants.get(halfword >> 3 & 0xF)
        return None if target is None else target & ~1
    return _wide_branch(halfword, memory.load(pc + 2, 2) or 0, pc)


def _wide_branch(first: int, second: int, pc: int) -> int | None:
    """B, encoding T4."""
    if first & 0xF800 != 0xF000 or second & 0xD000 != 0x9000:
        return None
    sign = first >> 10 & 1
    high = [~(second >> bit ^ sign) & 1 for bit in (13, 11)]
    offset = sign << 24 | high[0] << 23 | high[1] << 22 | (first & 0x3FF) << 12 | (second & 0x7FF) << 1
    return pc + 4 + _signed(offset, 25)


def _signed(value: int, bits: int) -> int:
    return value - (value >> (bits - 1) << bits)
