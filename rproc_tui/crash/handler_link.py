"""Words on a stack that are EXC_RETURN of some Cortex-M, kept by a handler (Armv7-M B1.5.8; Armv8-M adds state bits).

A small negative number looks like one, so only those values count that a core uses.
"""

from __future__ import annotations

from rproc_tui.crash.exception_return import BASIC_SIZE, EXTENDED_SIZE

_VALUES_V7 = frozenset({0xFFFF_FFF1, 0xFFFF_FFF9, 0xFFFF_FFFD, 0xFFFF_FFE1, 0xFFFF_FFE9, 0xFFFF_FFED})
_PREFIX = 0xFFFF_FF80
_MODES_V8 = frozenset({0x0, 0x1, 0x8, 0x9, 0xC, 0xD})
"""The lowest four bits: to a handler, to a thread on the main stack, to one on the process stack; from either state."""
_STATE_V8 = 0x70
_PROCESS_STACK = 1 << 2
_BASIC = 1 << 4


def is_handler_link(value: int) -> bool:
    """Whether some core's handler is entered with it in LR."""
    if value in _VALUES_V7:
        return True
    return value & _PREFIX == _PREFIX and value & 0xF in _MODES_V8 and value & _STATE_V8 != 0


def uses_process_stack(value: int) -> bool:
    """Whether the frame lies on the process stack, a thread's."""
    return bool(value & _PROCESS_STACK)


def frame_size(value: int) -> int:
    """Bytes that the hardware pushed, without padding."""
    return BASIC_SIZE if value & _BASIC else EXTENDED_SIZE
