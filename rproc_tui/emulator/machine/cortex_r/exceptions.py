"""Taking an exception: a mode of its own, with its own stack pointer, link register and saved status (Armv7-A/R, B1.9).

Coming back needs nothing from us: the engine executes `subs pc, lr`, `rfe` and the like as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.emulator.machine.binding import arm
from rproc_tui.emulator.machine.engine import Engine
from rproc_tui.emulator.machine.faults import Fault, FaultKind

MODE = 0x1F
THUMB = 1 << 5
IRQ_MASK = 1 << 7
_ABORT_MASK = 1 << 8
_IT_AND_ENDIAN = 0x0600FE00
IRQ_MODE, SUPERVISOR_MODE, ABORT_MODE, UNDEFINED_MODE = 0x12, 0x13, 0x17, 0x1B
FAULT_MODES = frozenset((ABORT_MODE, UNDEFINED_MODE))


@dataclass(frozen=True, slots=True)
class Exception_:  # noqa: N801 (`Exception` is taken)
    """Where an exception leads."""

    mode: int
    vector: int
    """Offset of its vector."""
    link: int
    """What is added to the instruction's address, in Arm state."""
    thumb_link: int
    """The same in Thumb state."""


UNDEFINED = Exception_(UNDEFINED_MODE, 0x04, 4, 2)
SUPERVISOR_CALL = Exception_(SUPERVISOR_MODE, 0x08, 0, 0)
PREFETCH_ABORT = Exception_(ABORT_MODE, 0x0C, 4, 4)
DATA_ABORT = Exception_(ABORT_MODE, 0x10, 8, 8)
INTERRUPT = Exception_(IRQ_MODE, 0x18, 4, 4)

_ALIGNMENT, _DEBUG_EVENT, _EXTERNAL, _PERMISSION = 0x1, 0x2, 0x8, 0xD
"""Fault status, short-descriptor format."""
_WRITE = 1 << 11
RULES = {
    FaultKind.READ: (DATA_ABORT, _EXTERNAL),
    FaultKind.WRITE: (DATA_ABORT, _EXTERNAL | _WRITE),
    FaultKind.READ_REFUSED: (DATA_ABORT, _PERMISSION),
    FaultKind.WRITE_REFUSED: (DATA_ABORT, _PERMISSION | _WRITE),
    FaultKind.UNALIGNED: (DATA_ABORT, _ALIGNMENT),
    FaultKind.FETCH: (PREFETCH_ABORT, _EXTERNAL),
    FaultKind.FETCH_REFUSED: (PREFETCH_ABORT, _PERMISSION),
    FaultKind.BREAKPOINT: (PREFETCH_ABORT, _DEBUG_EVENT),
    FaultKind.UNDEFINED: (UNDEFINED, 0),
    FaultKind.NO_COPROCESSOR: (UNDEFINED, 0),
}
"""What a kind of fault is to the architecture: the exception and its fault status."""


class ModeExceptions:
    """Entry of one core's exceptions. Vectors are at `base`; there is no high-vector option."""

    def __init__(self, engine: Engine, base: int) -> None:
        self._uc = engine.uc
        self._base = base
        self._status = engine.register(arm.UC_ARM_REG_CPSR)
        self._after = engine.bank((arm.UC_ARM_REG_CPSR, arm.UC_ARM_REG_SPSR, arm.UC_ARM_REG_LR))

    def enter(self, exception: Exception_, pc: int) -> int:
        """Take one at an instruction; the answer is its vector's address."""
        before = self._status.read()
        masks = IRQ_MASK | (_ABORT_MASK if exception.mode in {ABORT_MODE, IRQ_MODE} else 0)
        after = (before & ~(MODE | THUMB | _IT_AND_ENDIAN)) | masks | exception.mode
        link = pc + (exception.thumb_link if before & THUMB else exception.link)
        self._after.write((after, before, link & 0xFFFFFFFF))
        return self._base + exception.vector

    def note(self, fault: Fault) -> None:
        """Fault status and address, where the firmware looks for them (CP15 c5 and c6)."""
        exception, status = RULES[fault.kind]
        if exception is DATA_ABORT:
            self._write(5, 0, status)
            self._write(6, 0, fault.address or 0)
        elif exception is PREFETCH_ABORT:
            self._write(5, 1, status)
            self._write(6, 2, fault.pc)

    def fault_registers(self) -> dict[str, int]:
        """By name."""
        return {"dfsr": self._read(5, 0), "dfar": self._read(6, 0), "ifsr": self._read(5, 1), "ifar": self._read(6, 2)}

    def _write(self, register: int, operation: int, value: int) -> None:
        self._uc.cpr_write(15, 0, register, 0, operation, 0, False, value)  # noqa: FBT003 (the binding's signature)

    def _read(self, register: int, operation: int) -> int:
        return int(self._uc.cpr_read(15, 0, register, 0, operation, 0, False))  # noqa: FBT003
