"""Signals by GDB's own numbers, which are not those of any system (include/gdb/signals.def)."""

from __future__ import annotations

from rproc_tui.emulator.machine.faults import FaultKind
from rproc_tui.emulator.machine.halt import Halt, HaltCause

INTERRUPT = 2
ILLEGAL = 4
TRAP = 5
ABORT = 6
ARITHMETIC = 8
KILL = 9
BUS = 10
SEGMENT = 11

_OF_FAULT = {
    FaultKind.UNDEFINED: ILLEGAL,
    FaultKind.WRONG_STATE: ILLEGAL,
    FaultKind.WRONG_RETURN: ILLEGAL,
    FaultKind.NO_COPROCESSOR: ILLEGAL,
    FaultKind.MASKED_CALL: ILLEGAL,
    FaultKind.UNALIGNED: BUS,
    FaultKind.VECTOR: BUS,
    FaultKind.DIVIDED_BY_ZERO: ARITHMETIC,
    FaultKind.BREAKPOINT: TRAP,
}


def signal_of(halt: Halt) -> int:
    """What GDB is told of a halt."""
    if halt.fault is not None:
        return _OF_FAULT.get(halt.fault.kind, SEGMENT)
    return {HaltCause.REQUEST: INTERRUPT, HaltCause.END: ABORT}.get(halt.cause, TRAP)
