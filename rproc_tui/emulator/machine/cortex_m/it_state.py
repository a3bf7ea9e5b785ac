"""The state of a block of conditional instructions (IT) inside the program status register (Armv7-M, B1.4.2)."""

from __future__ import annotations

from rproc_tui.emulator.machine.memory import MemoryMap

IT_MASK = 0x0600FC00
"""The bits of xPSR that hold it: [15:10] are ITSTATE[7:2], [26:25] are ITSTATE[1:0]."""

_NEGATIVE, _ZERO, _CARRY, _OVERFLOW = 1 << 31, 1 << 30, 1 << 29, 1 << 28


def it_state(xpsr: int) -> int:
    """The eight bits in order: condition, then what is left of the mask."""
    return (xpsr >> 8 & 0xFC) | (xpsr >> 25 & 3)


def with_it_state(xpsr: int, state: int) -> int:
    """The status with other IT bits."""
    return (xpsr & ~IT_MASK) | (state & 0xFC) << 8 | (state & 3) << 25


def advanced(xpsr: int) -> int:
    """The status behind one more instruction of the block."""
    state = it_state(xpsr)
    return with_it_state(xpsr, 0 if state & 7 == 0 else (state & 0xE0) | (state << 1 & 0x1F))


def condition_holds(xpsr: int) -> bool:
    """The next instruction is executed, not skipped. Outside of a block it always is."""
    state = it_state(xpsr)
    if not state & 0xF:
        return True
    negative, zero = bool(xpsr & _NEGATIVE), bool(xpsr & _ZERO)
    carry, overflow = bool(xpsr & _CARRY), bool(xpsr & _OVERFLOW)
    condition = state >> 4
    holds = (
        zero,
        carry,
        negative,
        overflow,
        carry and not zero,
        negative == overflow,
        negative == overflow and not zero,
        True,
    )[condition >> 1]
    return holds if condition >= 0xE else holds != bool(condition & 1)


def next_in_block(memory: MemoryMap, pc: int, status: int) -> int | None:
    """The address behind an instruction that opens a block or is in one; None outside of any."""
    halfword = memory.load(pc, 2) or 0
    opens = halfword & 0xFF00 == 0xBF00 and halfword & 0xF
    if not opens and not it_state(status) & 0xF:
        return None
    return pc + (4 if halfword >> 11 in {0x1D, 0x1E, 0x1F} else 2)
