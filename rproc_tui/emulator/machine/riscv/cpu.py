"""An RV32IMAC hart: slices of the engine, between which interrupts, faults and waiting are seen to."""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.emulator.machine.binding import riscv, unicorn
from rproc_tui.emulator.machine.bus import Window
from rproc_tui.emulator.machine.cpu import PATIENCE, SLICE, InterruptLine, Pause, Timed
from rproc_tui.emulator.machine.debug_access import DebugAccess
from rproc_tui.emulator.machine.devices import interrupt_controller
from rproc_tui.emulator.machine.devices.interrupt_controller import LineController
from rproc_tui.emulator.machine.engine import INVALID_INSTRUCTION, CoreKind, Engine, Outcome
from rproc_tui.emulator.machine.faults import CoreStopped, Fault, FaultKind
from rproc_tui.emulator.machine.memory import MemoryMap
from rproc_tui.emulator.machine.riscv import machine_timer, traps
from rproc_tui.emulator.machine.riscv.machine_timer import MachineTimer
from rproc_tui.emulator.machine.riscv.traps import Traps

_GENERAL = (
    *("ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1"),
    *(f"a{index}" for index in range(8)),
    *(f"s{index}" for index in range(2, 12)),
    *(f"t{index}" for index in range(3, 7)),
)
"""x1 to x31 by their names in the calling convention."""
_CONTROL = ("mstatus", "mtvec", "mepc", "mcause", "mtval", "mie", "mscratch")
_CONTEXT = tuple(getattr(riscv, f"UC_RISCV_REG_X{index}") for index in range(1, 32))
_WRITABLE = dict(zip(_GENERAL, _CONTEXT, strict=True)) | {
    name: getattr(riscv, f"UC_RISCV_REG_{name.upper()}") for name in _CONTROL
}
_WAIT_FOR_INTERRUPT = 0x10500073
_BREAKPOINT, _SHORT_BREAKPOINT = 0x00100073, 0x9002
_JUMP_TO_ITSELF, _SHORT_JUMP_TO_ITSELF = 0x0000006F, 0xA001
_ILLEGAL = 2
"""Number of the engine's interrupt hook, as are the two causes of a call."""
_TRAPS_IN_A_ROW = 64
"""Faults without anything else between them: the handler itself faults, for ever."""


class RiscvCpu(DebugAccess):
    """One hart with its timer; external interrupts come from the plain interrupt controller of these boards."""

    writable = _WRITABLE
    reports_behind_access = True

    def __init__(self, memory: MemoryMap, now: Callable[[], float], *, entry: int) -> None:
        self._memory = memory
        self.engine = Engine(_core_kind(), memory)
        self._general = self.engine.bank(_CONTEXT)
        self._control = self.engine.bank(tuple(getattr(riscv, f"UC_RISCV_REG_{name.upper()}") for name in _CONTROL))
        self._status = self.engine.bank((riscv.UC_RISCV_REG_MSTATUS, riscv.UC_RISCV_REG_MIE))
        self._traps = Traps(self.engine)
        self._lines = LineController(self.engine.attend)
        self._timer = MachineTimer(now, self.engine.attend)
        self.timed: tuple[Timed, ...] = (self._timer,)
        self._entry = entry
        self._pc = 0
        self._patience = PATIENCE
        self._faults_in_a_row = 0
        self._first: tuple[Fault, dict[str, int]] | None = None
        for name, module, device in (
            ("interrupt controller", interrupt_controller, self._lines),
            ("machine timer", machine_timer, self._timer),
        ):
            self.map(Window(name, module.ADDRESS, module.SIZE, device))

    # what the machine calls

    def attend(self) -> None:
        """End the slice behind the access that is being made."""
        self.engine.attend()

    def map(self, window: Window) -> None:
        """Put a device into the address space."""
        self.engine.map(window)

    def line(self, number: int) -> InterruptLine:
        """A line of the interrupt controller."""
        return self._lines.line(number)

    @property
    def instructions(self) -> int:
        """Executed since the start."""
        return self.engine.instructions

    @property
    def first_fault(self) -> tuple[Fault, dict[str, int]] | None:
        """The fault that is being handled, with the registers at that moment."""
        return self._first

    def reset(self) -> None:
        """Machine mode at the entry point of the image."""
        self._pc = self._entry
        if self._memory.find(self._pc, 2) is None:
            raise CoreStopped(f"no memory at the entry point {self._entry:#010x}")

    def deliver(self) -> None:
        """Take the most urgent interrupt, if they are enabled."""
        pending = self._pending()
        if not pending:
            return
        status, enabled = self._status.read()
        if status & traps.INTERRUPTS_ENABLED and pending & enabled:
            cause = next(bit for bit in (traps.EXTERNAL, traps.SOFTWARE, traps.TIMER) if pending & enabled & 1 << bit)
            self._first = None
            self._faults_in_a_row = 0
            self._pc = self._traps.enter(traps.INTERRUPT | cause, self._pc)

    def execute(self) -> Pause:
        """A slice, or single steps while an interrupt waits for being let in."""
        if not self._is_held_back():
            self._patience = PATIENCE
        elif self._patience:
            return self._step()
        return self._conclude(self.engine.run(self._pc, SLICE))

    @property
    def wakes(self) -> bool:
        """An interrupt is pending and enabled, whether they are let in or not."""
        pending = self._pending()
        return bool(pending and pending & self._status.read()[1])

    def registers(self) -> dict[str, int]:
        """General registers, program counter, trap registers."""
        found = dict(zip(_GENERAL, self._general.read(), strict=True))
        found["pc"] = self._pc
        return found | dict(zip(_CONTROL, self._control.read(), strict=True))

    def close(self) -> None:
        """Free the engine."""
        self.engine.close()

    # what happens between slices

    def _pending(self) -> int:
        """What mip would show."""
        return (
            (1 << traps.EXTERNAL if self._lines.asserted else 0)
            | (1 << traps.SOFTWARE if self._timer.software else 0)
            | (1 << traps.TIMER if self._timer.timer_pending else 0)
        )

    def _is_held_back(self) -> bool:
        pending = self._pending()
        if not pending:
            return False
        status, enabled = self._status.read()
        return bool(pending & enabled) and not status & traps.INTERRUPTS_ENABLED

    def _step(self) -> Pause:
        for _ in range(self._patience):
            pause = self._conclude(self.engine.run(self._pc, 1))
            if pause is not Pause.BUSY or not self._is_held_back() or self._pc in self.engine.breakpoints:
                return pause
        self._patience //= 2
        return Pause.BUSY

    def _conclude(self, outcome: Outcome) -> Pause:
        self._pc = outcome.pc
        if outcome.is_plain:
            return self._after_slice(outcome)
        if outcome.refusal is not None:
            self.engine.restore(outcome.refusal.context)
            self._take(Fault(outcome.refusal.kind, outcome.refusal.pc, outcome.refusal.address))
        elif outcome.interrupt == _ILLEGAL:
            self._take(Fault(FaultKind.UNDEFINED, outcome.pc - 4))  # the engine is four bytes ahead, always
        elif outcome.interrupt is not None:
            self._pc = self._traps.call(outcome.pc - 4)
        else:
            self._refused_instruction(outcome)
        return Pause.BUSY

    def _after_slice(self, outcome: Outcome) -> Pause:
        if outcome.pc in self.engine.breakpoints:
            return Pause.BUSY  # perhaps behind a WFI, which may wake for no reason
        if outcome.ended_early and self._memory.load(outcome.pc - 4, 4) == _WAIT_FOR_INTERRUPT:
            return self._wait()
        if outcome.allowed > 1:
            self._faults_in_a_row = 0
        if self._first is not None:
            self._look_after_fault(outcome.pc)
        return Pause.BUSY

    def _wait(self) -> Pause:
        self._faults_in_a_row = 0
        if self.wakes:
            return Pause.BUSY
        if self._first is not None and not self._status.read()[0] & traps.INTERRUPTS_ENABLED:
            raise CoreStopped("its handler waits for an interrupt that it has not enabled")
        return Pause.WAITING

    def _refused_instruction(self, outcome: Outcome) -> None:
        if outcome.error != INVALID_INSTRUCTION:
            raise CoreStopped(f"the engine gives up with error {outcome.error}, pc {outcome.pc:#010x}")
        is_breakpoint = (
            self._memory.load(outcome.pc, 4) == _BREAKPOINT or self._memory.load(outcome.pc, 2) == _SHORT_BREAKPOINT
        )
        self._take(Fault(FaultKind.BREAKPOINT if is_breakpoint else FaultKind.UNDEFINED, outcome.pc))

    def _take(self, fault: Fault) -> None:
        """Keep the registers, then enter the handler."""
        self._pc = fault.pc
        if self.fault_trap is not None:
            self.fault_trap(fault)
        self._faults_in_a_row += 1
        if self._first is None:
            self._first = (fault, self.registers())
        if not self._traps.handler:
            raise CoreStopped(f"{fault}, and no trap handler")
        if self._faults_in_a_row > _TRAPS_IN_A_ROW:
            raise CoreStopped(f"{fault}, inside of the trap handler")
        value = fault.address or (fault.pc if fault.kind is FaultKind.BREAKPOINT else 0)
        self._pc = self._traps.enter(traps.cause_of(fault.kind), fault.pc, value)
        self._first = (self._first[0], self._first[1] | dict(zip(_CONTROL, self._control.read(), strict=True)))

    def _look_after_fault(self, pc: int) -> None:
        """Notice when its handler has come back, or to rest."""
        if self._status.read()[0] & traps.INTERRUPTS_ENABLED:
            self._first = None
        elif self._memory.load(pc, 4) == _JUMP_TO_ITSELF or self._memory.load(pc, 2) == _SHORT_JUMP_TO_ITSELF:
            raise CoreStopped("its handler has ended in an endless loop")

    # for a debugger

    @property
    def breakpoint_size(self) -> int:
        """Bytes of the EBREAK at the program counter."""
        return 2 if self._memory.load(self._pc, 2) == _SHORT_BREAKPOINT else 4


def _core_kind() -> CoreKind:
    return CoreKind(
        architecture=unicorn.UC_ARCH_RISCV,
        mode=unicorn.UC_MODE_RISCV32,
        model=riscv.UC_CPU_RISCV32_SIFIVE_E31,
        pc=riscv.UC_RISCV_REG_PC,
        context=_CONTEXT,
        begin=lambda pc: pc,
        stores_several=lambda _memory, _pc: False,
    )
