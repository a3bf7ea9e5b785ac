"""What a Cortex-M leaves on the stack when it takes an exception, read back (Armv7-M B1.5.6 to B1.5.8, Armv8-M B3.18).

LR holds no address in a handler but EXC_RETURN: which stack the frame is on and how long it is.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from rproc_tui.crash.values import Memory

FRAME = ("r0", "r1", "r2", "r3", "r12", "lr", "pc", "xpsr")
"""The words of a frame, from the lowest address on."""
BASIC_SIZE = 4 * len(FRAME)
EXTENDED_SIZE = BASIC_SIZE + 4 * 18
"""With S0 to S15, FPSCR and a word that is reserved."""

_PADDED = 1 << 9
"""Of the pushed xPSR: a word was left out, to align the frame to eight bytes."""
_PREFIX = 0xFFFFFF80
"""Bits of EXC_RETURN that are always set; Armv8-M uses the lower ones."""
_PROCESS_STACK = 1 << 2
_BASIC = 1 << 4


@dataclass(frozen=True, slots=True)
class Popped:
    """The registers of the code that was interrupted, as far as hardware keeps them."""

    values: Mapping[str, int]
    """The eight of the frame, and `sp` as it was."""
    address: int
    """Of the frame."""
    on_process_stack: bool


def is_exception_return(value: int) -> bool:
    """Whether a return address is EXC_RETURN. All ones is none: that is LR after a reset."""
    return value & _PREFIX == _PREFIX and value != 0xFFFFFFFF


def pop(exception_return: int, main: int | None, process: int | None, memory: Memory) -> Popped | None:
    """The frame that a handler will return to.

    `main` and `process` are the stack pointers when it does. None where the stack pointer is not known, or no memory.
    """
    on_process_stack = bool(exception_return & _PROCESS_STACK)
    address = process if on_process_stack else main
    content = None if address is None else memory.read(address, BASIC_SIZE)
    if address is None or content is None:
        return None
    values = dict(zip(FRAME, struct.unpack("<8I", content), strict=True))
    size = BASIC_SIZE if exception_return & _BASIC else EXTENDED_SIZE
    values["sp"] = address + size + (4 if values["xpsr"] & _PADDED else 0)
    return Popped(values, address, on_process_stack)
