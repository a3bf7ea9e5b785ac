"""EXC_RETURN, the value in LR of a Cortex-M handler: what the hardware pushed, on which stack (Armv7-M B1.5.8)."""

from __future__ import annotations

_PREFIX = 0xFFFF_FF80
_VALID_V7 = frozenset({0xFFFF_FFF1, 0xFFFF_FFF9, 0xFFFF_FFFD, 0xFFFF_FFE1, 0xFFFF_FFE9, 0xFFFF_FFED})
_MODES_V8 = frozenset({0x0, 0x1, 0x8, 0x9, 0xC, 0xD})
"""The lowest four bits: to a handler, to a thread on the main stack, to one on the process stack; from either state."""
_STATE_V8 = 0x70
_PROCESS_STACK = 1 << 2
_BASIC_FRAME = 1 << 4
BASIC_FRAME_SIZE = 0x20
EXTENDED_FRAME_SIZE = 0x68
"""Bytes, with S0 to S15, FPSCR and a reserved word."""


def is_exception_return(value: int) -> bool:
    """Whether it is one that some core uses: those of Armv6-M and Armv7-M, and of Armv8-M with its state bits."""
    if value in _VALID_V7:
        return True
    return value & _PREFIX == _PREFIX and value & 0xF in _MODES_V8 and value & _STATE_V8 != 0


def uses_process_stack(value: int) -> bool:
    """Whether the frame lies on the process stack, a thread's."""
    return bool(value & _PROCESS_STACK)


def frame_size(value: int) -> int:
    """Bytes that the hardware pushed, without padding."""
    return BASIC_FRAME_SIZE if value & _BASIC_FRAME else EXTENDED_FRAME_SIZE
