"""Which registers a Thumb function saves when it begins: PUSH and STMDB of Armv7-M, A7.7.99 and A7.7.157."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from rproc_tui.crash.values import Memory, Place

_LOOKED_AT = 16
"""Bytes of a function's beginning."""
_LINK = 14


def pushed_list(code: bytes) -> tuple[int, ...]:
    """The numbers of the registers that the first PUSH with LR saves, ascending; empty where there is none."""
    halves = struct.unpack(f"<{len(code) // 2}H", code[: len(code) & ~1])
    for number, half in enumerate(halves):
        if half & 0xFF00 == 0xB500:
            return (*_bits(half & 0xFF), _LINK)
        if half == 0xE92D and number + 1 < len(halves) and halves[number + 1] & 1 << _LINK:
            return _bits(halves[number + 1])
    return ()


def _bits(mask: int) -> tuple[int, ...]:
    return tuple(number for number in range(16) if mask >> number & 1)


def pushed_registers(memory: Memory, handler: Place | None, below: Sequence[int], stack: int) -> dict[str, int]:
    """r4 to r11 as a handler has pushed them below its LR, which is the last of the words `below`.

    `handler` is a place in a function that is known to have pushed them. Without one, r7 is taken for the frame
    pointer that compilers push first, where it points into the stack above `stack`.
    """
    registers: tuple[int, ...] = ()
    if handler is not None and handler.offset is not None:
        registers = pushed_list(memory.read(handler.address - handler.offset, _LOOKED_AT) or b"")
    if registers:
        saved = zip(reversed(registers), reversed(below), strict=False)
        return {f"r{number}": value for number, value in saved if 4 <= number <= 11}
    if len(below) > 1 and 0 <= below[-2] - stack < 0x1000 and below[-2] % 4 == 0:
        return {"r7": below[-2]}
    return {}
