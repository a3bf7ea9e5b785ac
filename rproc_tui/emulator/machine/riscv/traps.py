"""Machine-mode traps (RISC-V privileged architecture, 3.1): causes, and what the hardware does on entry."""

from __future__ import annotations

from rproc_tui.emulator.machine.binding import riscv
from rproc_tui.emulator.machine.engine import Engine
from rproc_tui.emulator.machine.faults import FaultKind

INTERRUPT = 1 << 31
SOFTWARE, TIMER, EXTERNAL = 3, 7, 11
CALL_FROM_USER, CALL_FROM_MACHINE = 8, 11
CAUSES = {
    FaultKind.FETCH: 1,
    FaultKind.FETCH_REFUSED: 1,
    FaultKind.UNDEFINED: 2,
    FaultKind.BREAKPOINT: 3,
    FaultKind.READ: 5,
    FaultKind.READ_REFUSED: 5,
    FaultKind.WRITE: 7,
    FaultKind.WRITE_REFUSED: 7,
}
"""mcause of each kind of fault."""


def cause_of(kind: FaultKind) -> int:
    """What mcause shows for a fault; what this core cannot tell apart is an illegal instruction."""
    return CAUSES.get(kind, CAUSES[FaultKind.UNDEFINED])


INTERRUPTS_ENABLED = 1 << 3
"""mstatus.MIE"""
_ENABLED_BEFORE = 1 << 7
_PRIVILEGE_BEFORE = 3 << 11
_MACHINE = 3


class Traps:
    """Entry of one hart's traps."""

    def __init__(self, engine: Engine) -> None:
        self._state = engine.bank((riscv.UC_RISCV_REG_MSTATUS, riscv.UC_RISCV_REG_MTVEC, riscv.UC_RISCV_REG_PRIV))
        self._after = engine.bank(
            (
                riscv.UC_RISCV_REG_MEPC,
                riscv.UC_RISCV_REG_MCAUSE,
                riscv.UC_RISCV_REG_MTVAL,
                riscv.UC_RISCV_REG_MSTATUS,
                riscv.UC_RISCV_REG_PRIV,
            )
        )

    @property
    def handler(self) -> int:
        """mtvec; 0 before the firmware has set it."""
        return self._state.read()[1]

    def call(self, pc: int) -> int:
        """Take the trap of an ECALL; the answer is where its handler is."""
        return self.enter(CALL_FROM_USER if self._state.read()[2] & 3 == 0 else CALL_FROM_MACHINE, pc)

    def enter(self, cause: int, pc: int, value: int = 0) -> int:
        """Take a trap; the answer is where its handler is."""
        status, vector, privilege = self._state.read()
        before = _ENABLED_BEFORE if status & INTERRUPTS_ENABLED else 0
        cleared = status & ~(INTERRUPTS_ENABLED | _ENABLED_BEFORE | _PRIVILEGE_BEFORE)
        self._after.write((pc, cause, value, cleared | before | (privilege & 3) << 11, _MACHINE))
        base = vector & ~3
        return base + 4 * (cause & 0x3FF) if vector & 1 and cause & INTERRUPT else base
