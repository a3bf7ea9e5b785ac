"""What the hardware pushes when an exception is taken, and the word in LR that says how to pop it (Armv7-M, B1.5)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

BASIC = struct.Struct("<8I")
"""R0 to R3, R12, LR, return address, xPSR."""
EXTENDED = struct.Struct("<26I")
"""The same, then S0 to S15, FPSCR and a reserved word."""

_ALIGNED_BY_FOUR = 1 << 9
"""Of the pushed xPSR: one word was left out below the frame."""


class Placement(NamedTuple):
    """Where a frame goes."""

    address: int
    padded: bool


def place(stack_pointer: int, *, extended: bool) -> Placement:
    """The frame's address below a stack pointer, aligned to eight bytes."""
    below = stack_pointer - (EXTENDED.size if extended else BASIC.size)
    return Placement((below & ~7) & 0xFFFFFFFF, bool(below & 4))


def pack(core: Sequence[int], floats: Sequence[int] | None, *, padded: bool) -> bytes:
    """The frame's bytes from the eight core words and, for an extended one, S0 to S15 and FPSCR."""
    words = [*core]
    words[7] = (words[7] & ~_ALIGNED_BY_FOUR) | (_ALIGNED_BY_FOUR if padded else 0)
    return BASIC.pack(*words) if floats is None else EXTENDED.pack(*words, *floats, 0)


class Frame(NamedTuple):
    """A frame as it was read back."""

    core: tuple[int, ...]
    """Eight words; the last is xPSR without the padding bit."""
    floats: tuple[int, ...] | None
    size: int
    """What the stack pointer moves by, padding included."""


def unpack(data: bytes | memoryview, *, extended: bool) -> Frame:
    """The other way round."""
    words = (EXTENDED if extended else BASIC).unpack(data)
    padding = 4 if words[7] & _ALIGNED_BY_FOUR else 0
    core = (*words[:7], words[7] & ~_ALIGNED_BY_FOUR)
    return Frame(core, words[8:25] if extended else None, len(data) + padding)


class ExceptionReturn(NamedTuple):
    """What the magic value in LR means."""

    to_thread: bool
    on_process_stack: bool
    extended: bool

    def encode(self, *, mainline_v8: bool) -> int:
        """The value. Armv8-M without security extension clears bits 6 and 0."""
        low = 0x1 | (0x8 if self.to_thread else 0) | (0x4 if self.on_process_stack else 0)
        low |= 0 if self.extended else 0x10
        return 0xFFFFFFA0 | (low & ~1) if mainline_v8 else 0xFFFFFFE0 | low


def decode_return(value: int, *, has_fpu: bool) -> ExceptionReturn | None:
    """What a value means; None for one that no exception can have left."""
    to_thread, on_process_stack = bool(value & 8), bool(value & 4)
    if on_process_stack and not to_thread:
        return None
    return ExceptionReturn(to_thread, on_process_stack, has_fpu and not value & 0x10)


def is_exception_return(pc: int, *, mainline_v8: bool) -> bool:
    """Whether a branch target is such a value; the engine has cleared its lowest bit."""
    return pc >= (0xFF000000 if mainline_v8 else 0xFFFFFFE0)
