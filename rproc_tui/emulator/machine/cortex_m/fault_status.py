"""Where a fault is noted for the firmware to read: CFSR, HFSR, MMFAR and BFAR (Armv7-M, B3.2.15 to B3.2.19)."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.emulator.machine.cortex_m.nvic import BUS_FAULT, HARD_FAULT, MEMORY_MANAGEMENT, USAGE_FAULT
from rproc_tui.emulator.machine.faults import Fault, FaultKind

_MEMORY_ADDRESS_VALID = 1 << 7
_BUS_ADDRESS_VALID = 1 << 15
VECTOR_TABLE = 1 << 1
"""HFSR.VECTTBL"""
FORCED = 1 << 30
"""HFSR.FORCED: a configurable fault that could not be taken as itself."""
DEBUG_EVENT = 1 << 31
"""HFSR.DEBUGEVT"""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind of fault is to the architecture."""

    exception: int
    """That is taken when it is enabled and urgent enough."""
    status: int = 0
    """Its bit of CFSR."""
    hard_status: int = 0
    """Its bit of HFSR, where it has no CFSR bit."""
    has_address: bool = False


RULES = {
    FaultKind.READ: Rule(BUS_FAULT, 1 << 9, has_address=True),  # PRECISERR
    FaultKind.WRITE: Rule(BUS_FAULT, 1 << 9, has_address=True),
    FaultKind.FETCH: Rule(BUS_FAULT, 1 << 8),  # IBUSERR
    FaultKind.READ_REFUSED: Rule(MEMORY_MANAGEMENT, 1 << 1, has_address=True),  # DACCVIOL
    FaultKind.WRITE_REFUSED: Rule(MEMORY_MANAGEMENT, 1 << 1, has_address=True),
    FaultKind.FETCH_REFUSED: Rule(MEMORY_MANAGEMENT, 1 << 0),  # IACCVIOL
    FaultKind.UNDEFINED: Rule(USAGE_FAULT, 1 << 16),  # UNDEFINSTR
    FaultKind.WRONG_STATE: Rule(USAGE_FAULT, 1 << 17),  # INVSTATE
    FaultKind.WRONG_RETURN: Rule(USAGE_FAULT, 1 << 18),  # INVPC
    FaultKind.NO_COPROCESSOR: Rule(USAGE_FAULT, 1 << 19),  # NOCP
    FaultKind.STACK_LIMIT: Rule(USAGE_FAULT, 1 << 20),  # STKOF
    FaultKind.UNALIGNED: Rule(USAGE_FAULT, 1 << 24),  # UNALIGNED
    FaultKind.DIVIDED_BY_ZERO: Rule(USAGE_FAULT, 1 << 25),  # DIVBYZERO
    FaultKind.STACKING: Rule(BUS_FAULT, 1 << 12),  # STKERR
    FaultKind.UNSTACKING: Rule(BUS_FAULT, 1 << 11),  # UNSTKERR
    FaultKind.BREAKPOINT: Rule(HARD_FAULT, hard_status=DEBUG_EVENT),
    FaultKind.MASKED_CALL: Rule(HARD_FAULT, hard_status=FORCED),
    FaultKind.VECTOR: Rule(HARD_FAULT, hard_status=VECTOR_TABLE),
}


class FaultStatus:
    """The registers. Their bits stay until the firmware clears them."""

    def __init__(self) -> None:
        self.configurable = 0
        """CFSR"""
        self.hard = 0
        """HFSR"""
        self.memory_address = 0
        """MMFAR"""
        self.bus_address = 0
        """BFAR"""

    def note(self, fault: Fault, *, escalated: bool) -> None:
        """Set what belongs to a fault; `escalated` says that it is taken as a HardFault instead of as itself."""
        rule = RULES[fault.kind]
        self.configurable |= rule.status
        self.hard |= rule.hard_status | (FORCED if escalated and rule.exception != HARD_FAULT else 0)
        if not rule.has_address or fault.address is None:
            return
        if rule.exception == BUS_FAULT:
            self.configurable |= _BUS_ADDRESS_VALID
            self.bus_address = fault.address
        else:
            self.configurable |= _MEMORY_ADDRESS_VALID
            self.memory_address = fault.address

    def registers(self) -> dict[str, int]:
        """By name."""
        return {
            "cfsr": self.configurable,
            "hfsr": self.hard,
            "mmfar": self.memory_address,
            "bfar": self.bus_address,
        }
