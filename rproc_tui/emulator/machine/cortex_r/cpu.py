"""A Cortex-R5F core: slices of the engine, between which interrupts, faults and waiting are seen to."""

from __future__ import annotations

from rproc_tui.emulator.machine.binding import arm, unicorn
from rproc_tui.emulator.machine.bus import Window
from rproc_tui.emulator.machine.cortex_m import instructions as thumb
from rproc_tui.emulator.machine.cortex_m.endless_loop import is_endless_loop
from rproc_tui.emulator.machine.cortex_m.it_state import next_in_block
from rproc_tui.emulator.machine.cortex_r import instructions
from rproc_tui.emulator.machine.cortex_r.exceptions import (
    FAULT_MODES,
    INTERRUPT,
    IRQ_MASK,
    MODE,
    RULES,
    SUPERVISOR_CALL,
    THUMB,
    ModeExceptions,
)
from rproc_tui.emulator.machine.cpu import PATIENCE, SLICE, InterruptLine, Pause, Timed
from rproc_tui.emulator.machine.debug_access import DebugAccess
from rproc_tui.emulator.machine.devices import interrupt_controller
from rproc_tui.emulator.machine.devices.interrupt_controller import LineController
from rproc_tui.emulator.machine.engine import INVALID_INSTRUCTION, CoreKind, Engine, Outcome
from rproc_tui.emulator.machine.faults import CoreStopped, Fault, FaultKind
from rproc_tui.emulator.machine.memory import MemoryMap

_GENERAL = tuple(getattr(arm, f"UC_ARM_REG_R{index}") for index in range(13))
_CORE = {f"r{index}": number for index, number in enumerate(_GENERAL)} | {
    "sp": arm.UC_ARM_REG_SP,
    "lr": arm.UC_ARM_REG_LR,
    "pc": arm.UC_ARM_REG_PC,
    "cpsr": arm.UC_ARM_REG_CPSR,
    "spsr": arm.UC_ARM_REG_SPSR,
}
_FLOATS = {f"s{index}": getattr(arm, f"UC_ARM_REG_S{index}") for index in range(32)} | {
    "fpscr": arm.UC_ARM_REG_FPSCR,
    "fpexc": arm.UC_ARM_REG_FPEXC,
}
_CONTEXT = (*_GENERAL, arm.UC_ARM_REG_SP, arm.UC_ARM_REG_LR, arm.UC_ARM_REG_CPSR)
_RESET_STATUS = 0x1D3
"""Supervisor mode, everything masked, Arm state."""
_CALL, _FETCH_ABORT, _DATA_ABORT, _BREAKPOINT = 2, 3, 4, 7
_INTERRUPT_FAULTS = {
    _FETCH_ABORT: FaultKind.FETCH_REFUSED,
    _DATA_ABORT: FaultKind.UNALIGNED,
    _BREAKPOINT: FaultKind.BREAKPOINT,
}
"""Numbers of the engine's interrupt hook."""


class CortexRCpu(DebugAccess):
    """One core. It brings no interrupt controller, so it has the plain one of these boards."""

    writable = _CORE | _FLOATS
    timed: tuple[Timed, ...] = ()

    def __init__(self, memory: MemoryMap, *, vectors: int, entry: int) -> None:
        self._memory = memory
        self.engine = Engine(self._kind(), memory)
        self._status = self.engine.register(arm.UC_ARM_REG_CPSR)
        self._core = self.engine.bank(tuple(_CORE.values()))
        self._floats = self.engine.bank(tuple(_FLOATS.values()))
        self._exceptions = ModeExceptions(self.engine, vectors)
        self._lines = LineController(self.engine.attend)
        self._entry = entry
        self._pc = 0
        self._event = False
        self._waits_for_event = False
        self._patience = PATIENCE
        self._first: tuple[Fault, dict[str, int]] | None = None
        self.map(Window("interrupt controller", interrupt_controller.ADDRESS, interrupt_controller.SIZE, self._lines))

    def _kind(self) -> CoreKind:
        return CoreKind(
            architecture=unicorn.UC_ARCH_ARM,
            mode=unicorn.UC_MODE_ARM,
            model=arm.UC_CPU_ARM_CORTEX_R5F,
            pc=arm.UC_ARM_REG_PC,
            context=_CONTEXT,
            begin=lambda pc: pc | int(self._in_thumb),
            stores_several=lambda memory, pc: instructions.stores_several(memory, pc, is_thumb=self._in_thumb),
        )

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
        """Supervisor mode at the entry point of the image."""
        self._status.write(_RESET_STATUS | (THUMB if self._entry & 1 else 0))
        self._pc = self._entry & ~1
        if self._memory.find(self._pc, 4) is None:
            raise CoreStopped(f"no memory at the entry point {self._entry:#010x}")

    def deliver(self) -> None:
        """Take the interrupt, if it is not masked."""
        if self._lines.asserted and not self._status.read() & IRQ_MASK:
            self._event = True
            self._pc = self._exceptions.enter(INTERRUPT, self._pc)

    def execute(self) -> Pause:
        """A slice, or single steps while an interrupt waits for being let in."""
        if not self._lines.asserted:
            self._patience = PATIENCE
        elif self._patience:
            return self._step()
        return self._conclude(self.engine.run(self._pc, SLICE))

    @property
    def wakes(self) -> bool:
        """An interrupt is pending, masked or not; or the event has come (WFE)."""
        if self._waits_for_event and self._event:
            self._event = False
            return True
        return self._lines.asserted

    def registers(self) -> dict[str, int]:
        """Core registers of the present mode, fault status, floating point."""
        found = dict(zip(_CORE, self._core.read(), strict=True))
        found["pc"] = self._pc
        found |= self._exceptions.fault_registers()
        found |= zip(_FLOATS, self._floats.read(), strict=True)
        return found

    def close(self) -> None:
        """Free the engine."""
        self.engine.close()

    # what happens between slices

    @property
    def _in_thumb(self) -> bool:
        return bool(self._status.read() & THUMB)

    def _step(self) -> Pause:
        for _ in range(self._patience):
            pause = self._conclude(self.engine.run(self._pc, 1))
            if pause is not Pause.BUSY or not self._lines.asserted or not self._status.read() & IRQ_MASK:
                return pause
            if self._pc in self.engine.breakpoints:
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
        elif outcome.interrupt == _CALL:
            self._pc = self._exceptions.enter(SUPERVISOR_CALL, outcome.pc)
        elif outcome.interrupt is not None:
            self._take(Fault(_INTERRUPT_FAULTS.get(outcome.interrupt, FaultKind.UNDEFINED), outcome.pc))
        else:
            return self._refused_instruction(outcome)
        return Pause.BUSY

    def _after_slice(self, outcome: Outcome) -> Pause:
        if outcome.pc in self.engine.breakpoints:
            return Pause.BUSY  # perhaps behind a WFI, which may wake for no reason
        waits = instructions.wait_before(self._memory, outcome.pc, is_thumb=self._in_thumb)
        if waits is not None and outcome.ended_early:
            return self._wait(waits)
        if self._first is not None:
            self._look_after_fault(outcome.pc)
        return Pause.BUSY

    def _refused_instruction(self, outcome: Outcome) -> Pause:
        """The engine complains behind WFE and YIELD, and at what is undefined."""
        if outcome.error != INVALID_INSTRUCTION:
            raise CoreStopped(f"the engine gives up with error {outcome.error}, pc {outcome.pc:#010x}")
        waits = instructions.wait_before(self._memory, outcome.pc, is_thumb=self._in_thumb)
        if waits is not None and not outcome.is_stuck:
            return self._wait(waits)
        self._take(Fault(FaultKind.UNDEFINED, outcome.pc))
        return Pause.BUSY

    def _wait(self, kind: int) -> Pause:
        if kind == thumb.YIELD:
            return Pause.YIELDING
        self._waits_for_event = kind == thumb.WAIT_FOR_EVENT
        if self.wakes:
            return Pause.BUSY
        if self._first is not None and self._status.read() & MODE in FAULT_MODES:
            raise CoreStopped("its handler waits for an interrupt that it has masked")
        self._first = None
        return Pause.WAITING

    def _take(self, fault: Fault) -> None:
        """Keep the registers, then enter the handler; a second fault in the first one's handler is the end."""
        self._event = True
        self._pc = fault.pc
        if self.fault_trap is not None:
            self.fault_trap(fault)
        if self._first is not None and self._status.read() & MODE in FAULT_MODES:
            raise CoreStopped(f"lockup: {fault}, inside of the handler")
        self._exceptions.note(fault)
        self._first = (fault, self.registers())
        self._pc = self._exceptions.enter(RULES[fault.kind][0], fault.pc)

    def _look_after_fault(self, pc: int) -> None:
        """Notice when its handler has come back, or to rest."""
        status = self._status.read()
        if status & MODE not in FAULT_MODES:
            self._first = None
        elif is_endless_loop(self._memory, pc) if status & THUMB else instructions.rests(self._memory, pc):
            raise CoreStopped("its handler has ended in an endless loop")

    # for a debugger

    @property
    def instruction_alignment(self) -> int:
        """Bytes, in the present state."""
        return 2 if self._in_thumb else 4

    @property
    def breakpoint_size(self) -> int:
        """Bytes of BKPT in the present state."""
        return self.instruction_alignment

    def _next_in_block(self) -> int | None:
        status = self._status.read()
        return next_in_block(self._memory, self._pc, status) if status & THUMB else None
