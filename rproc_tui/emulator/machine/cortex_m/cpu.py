"""A Cortex-M core: slices of the engine, between which interrupts, faults and waiting are seen to."""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.emulator.machine.binding import arm, unicorn
from rproc_tui.emulator.machine.bus import Window
from rproc_tui.emulator.machine.cortex_m import divide, instructions, system_control
from rproc_tui.emulator.machine.cortex_m.endless_loop import is_endless_loop
from rproc_tui.emulator.machine.cortex_m.exceptions import EXCEPTION_NUMBER, THUMB, ExceptionUnit, Faulted
from rproc_tui.emulator.machine.cortex_m.fault_entry import FAULT_EXCEPTIONS, FaultEntry
from rproc_tui.emulator.machine.cortex_m.fault_status import FaultStatus
from rproc_tui.emulator.machine.cortex_m.frame import is_exception_return
from rproc_tui.emulator.machine.cortex_m.it_state import advanced, condition_holds, it_state, next_in_block
from rproc_tui.emulator.machine.cortex_m.models import CortexM
from rproc_tui.emulator.machine.cortex_m.nvic import (
    FIRST_LINE,
    HARD_FAULT,
    SUPERVISOR_CALL,
    SYSTEM_TICK,
    InterruptController,
)
from rproc_tui.emulator.machine.cortex_m.registers import (
    CONTEXT,
    CORE_NAMES,
    FLOAT_NAMES,
    FLOATS,
    GENERAL,
    MASKS,
    SPECIAL,
    WRITABLE,
)
from rproc_tui.emulator.machine.cortex_m.system_control import ControlState, SystemControl
from rproc_tui.emulator.machine.cortex_m.systick import SystemTick
from rproc_tui.emulator.machine.cortex_m.waits import waits
from rproc_tui.emulator.machine.cpu import PATIENCE, SLICE, InterruptLine, Pause
from rproc_tui.emulator.machine.debug_access import DebugAccess
from rproc_tui.emulator.machine.engine import INVALID_INSTRUCTION, CoreKind, Engine, Outcome
from rproc_tui.emulator.machine.faults import CoreStopped, Fault, FaultKind
from rproc_tui.emulator.machine.memory import MemoryMap

_SUPERVISOR_CALL, _FETCH_ABORT, _DATA_ABORT, _BREAKPOINT = 2, 3, 4, 7
_NO_COPROCESSOR, _WRONG_STATE, _STACK_LIMIT = 17, 18, 19
_INTERRUPT_FAULTS = {
    _FETCH_ABORT: FaultKind.FETCH_REFUSED,
    _DATA_ABORT: FaultKind.UNALIGNED,
    _BREAKPOINT: FaultKind.BREAKPOINT,
    _NO_COPROCESSOR: FaultKind.NO_COPROCESSOR,
    _WRONG_STATE: FaultKind.WRONG_STATE,
    _STACK_LIMIT: FaultKind.STACK_LIMIT,
}
"""Numbers of the engine's interrupt hook."""

_UNPRIVILEGED = 1
"""CONTROL.nPRIV"""
_SLEEP_ON_EXIT, _EVENT_ON_PENDING = 1 << 1, 1 << 4
"""SCR"""


class CortexMCpu(DebugAccess):
    """One core with its interrupt controller, its timer and its system control block."""

    writable = WRITABLE

    def __init__(
        self, model: CortexM, memory: MemoryMap, now: Callable[[], float], *, vector_table: int, frequency: int
    ) -> None:
        self.model = model
        self._memory = memory
        self.engine = Engine(_core_kind(model), memory)
        self._nvic = InterruptController(model.interrupt_lines, model.priority_bits)
        self._state = ControlState(vector_table)
        self._status = FaultStatus()
        self._tick = SystemTick(now, frequency, self.line(SYSTEM_TICK - FIRST_LINE))
        self.timed = (self._tick,)
        self._unit = ExceptionUnit(self.engine, model, self._nvic, self._state)
        self._core = self.engine.bank(
            (*GENERAL, arm.UC_ARM_REG_SP, arm.UC_ARM_REG_LR, arm.UC_ARM_REG_PC, arm.UC_ARM_REG_XPSR)
        )
        self._special = self.engine.bank(tuple(SPECIAL.values()))
        self._floats = self.engine.bank(FLOATS) if model.has_fpu else None
        self._masks = self.engine.bank(MASKS)
        self._faults = FaultEntry(
            unit=self._unit,
            nvic=self._nvic,
            state=self._state,
            status=self._status,
            registers=self.registers,
            execution_priority=self._execution_priority,
        )
        self._xpsr = self.engine.register(arm.UC_ARM_REG_XPSR)
        self._control = self.engine.register(arm.UC_ARM_REG_CONTROL)
        self._primask = self.engine.register(arm.UC_ARM_REG_PRIMASK)
        self._pc = 0
        self._traps_division = False
        """Divisions are to become exits."""
        self._event = False
        self._waits_for_event = False
        self._patience = PATIENCE
        self.map(Window("system control", system_control.ADDRESS, system_control.SIZE, self._system_control()))

    def _system_control(self) -> SystemControl:
        return SystemControl(
            model=self.model,
            state=self._state,
            nvic=self._nvic,
            tick=self._tick,
            faults=self._status,
            attend=self.engine.attend,
            on_configuration=self._configured,
        )

    # what the machine calls

    def attend(self) -> None:
        """End the slice behind the access that is being made."""
        self.engine.attend()

    def map(self, window: Window) -> None:
        """Put a device into the address space."""
        self.engine.map(window)

    def line(self, number: int) -> InterruptLine:
        """An interrupt line by the number that the vector table counts from 16."""
        nvic, exception = self._nvic, FIRST_LINE + number

        def interrupt() -> None:
            nvic.pend(exception)

        return interrupt

    @property
    def instructions(self) -> int:
        """Executed since the start."""
        return self.engine.instructions

    @property
    def first_fault(self) -> tuple[Fault, dict[str, int]] | None:
        """The fault that is being handled, with the registers at that moment."""
        return self._faults.first

    def reset(self) -> None:
        """Stack pointer and first instruction from the vector table."""
        stack, entry = self._unit.vector(0), self._unit.vector(1)
        if stack is None or entry is None:
            raise CoreStopped(f"no memory for the vector table at {self._state.vector_table:#010x}")
        if not stack and not entry:
            raise CoreStopped(f"the vector table at {self._state.vector_table:#010x} is empty")
        if not self.engine.counts:
            self.engine.add_exits(waits(self._memory))
        uc = self.engine.uc
        uc.reg_write(arm.UC_ARM_REG_XPSR, THUMB)
        uc.reg_write(arm.UC_ARM_REG_MSP, stack & ~3)
        uc.reg_write(arm.UC_ARM_REG_LR, 0xFFFFFFFF)
        self._pc = entry & ~1
        if not entry & 1:
            self._take(Fault(FaultKind.WRONG_STATE, entry))

    def deliver(self) -> None:
        """Take the most urgent exception that the present priority lets in."""
        if not self._nvic.candidates:
            return
        number = self._nvic.due(self._execution_priority())
        if number is not None:
            self._enter(number)

    def execute(self) -> Pause:
        """A slice, or single steps while something pending is only masked."""
        if self._nvic.candidates and self._nvic.due(self._nvic.execution_priority()) is not None:
            if self._patience:
                return self._step()
        else:
            self._patience = PATIENCE
        return self._conclude(self.engine.run(self._pc, SLICE))

    @property
    def wakes(self) -> bool:
        """Something pending would be taken (WFI: if PRIMASK let it), or the event has come (WFE)."""
        if self._waits_for_event and self._event:
            self._event = False
            return True
        if self._waits_for_event and self._nvic.pending and self._state.sleep & _EVENT_ON_PENDING:
            return True
        if not self._nvic.candidates:
            return False
        primask, basepri, faultmask = self._masks.read()
        masked = primask if self._waits_for_event else 0
        return self._nvic.due(self._nvic.execution_priority(masked, basepri, faultmask)) is not None

    def close(self) -> None:
        """Free the engine."""
        self.engine.close()

    def registers(self) -> dict[str, int]:
        """Core, special, fault status and floating-point registers."""
        found = dict(zip(CORE_NAMES, self._core.read(), strict=True))
        found |= zip(SPECIAL, self._special.read(), strict=True)
        found |= self._status.registers()
        if self._floats is not None:
            found |= zip(FLOAT_NAMES, self._floats.read(), strict=True)
        found["pc"] = self._pc
        return found

    # what happens between slices

    def _execution_priority(self) -> int:
        return self._nvic.execution_priority(*self._masks.read())

    def _step(self) -> Pause:
        """Execute one by one until an instruction may have unmasked; a long masked stretch loses patience."""
        for _ in range(self._patience):
            halfword = self._memory.load(self._pc, 2) or 0
            if halfword == instructions.ENABLE_INTERRUPTS and self._enable_interrupts():
                return Pause.BUSY
            outcome = self.engine.run(self._pc, 1)
            if not outcome.is_plain or outcome.pc in self.engine.exits or halfword in instructions.WAITS:
                return self._conclude(outcome)
            self._pc = outcome.pc
            if instructions.may_unmask(halfword) or self._pc in self.engine.breakpoints:
                return Pause.BUSY
        self._patience //= 2
        return Pause.BUSY

    def _enable_interrupts(self) -> bool:
        """CPSIE I, done here because a slice for it would cost ten times as much; every idle loop has one."""
        if self._control.read() & _UNPRIVILEGED and not self._nvic.active:
            return False
        self._primask.write(0)
        self._pc += 2
        return True

    def _conclude(self, outcome: Outcome) -> Pause:
        self._pc = outcome.pc
        if self._traps_division:
            self._traps_division = False
            self.engine.add_exits(divide.divisions(self._memory))
        if outcome.is_plain:
            return self._after_slice(outcome)
        if self._nvic.current and is_exception_return(outcome.pc, mainline_v8=self.model.mainline_v8):
            return self._leave(outcome.pc)
        if outcome.refusal is not None:
            self.engine.restore(outcome.refusal.context)
            self._take(Fault(outcome.refusal.kind, outcome.refusal.pc, outcome.refusal.address))
        elif outcome.interrupt == _SUPERVISOR_CALL:
            self._call_supervisor()
        elif outcome.interrupt is not None:
            self._take(Fault(_INTERRUPT_FAULTS.get(outcome.interrupt, FaultKind.UNDEFINED), outcome.pc))
        else:
            return self._refused_instruction(outcome)
        return Pause.BUSY

    def _after_slice(self, outcome: Outcome) -> Pause:
        """The slice ended without complaint: by count, at an exit, or behind a WFI."""
        pc = outcome.pc
        if pc in self.engine.exits:
            return self._at_exit(pc)
        if pc in self.engine.breakpoints:
            return Pause.BUSY  # perhaps behind a WFI, which may wake for no reason
        if self._memory.load(pc - 2, 2) == instructions.WAIT_FOR_INTERRUPT:
            if outcome.ended_early:
                return self._wait(instructions.WAIT_FOR_INTERRUPT)
            if outcome.ended_early is None:
                self.engine.add_exits((pc - 2,))  # waking for no reason is allowed; from now on it is certain
        if self._nvic.current in FAULT_EXCEPTIONS and is_endless_loop(self._memory, pc):
            raise CoreStopped("its handler has ended in an endless loop")
        return Pause.BUSY

    def _at_exit(self, pc: int) -> Pause:
        halfword = self._memory.load(pc, 2)
        status = self._xpsr.read()
        executed = condition_holds(status)
        if halfword in instructions.WAITS:
            self._retire(2, status)
            return self._wait(halfword) if executed else Pause.BUSY
        if not executed or self._divide(pc):
            self._retire(4, status)
        return Pause.BUSY

    def _retire(self, length: int, status: int) -> None:
        self._pc += length
        if it_state(status):
            self._xpsr.write(advanced(status))

    def _wait(self, halfword: int | None) -> Pause:
        if halfword == instructions.YIELD:
            return Pause.YIELDING
        self._waits_for_event = halfword == instructions.WAIT_FOR_EVENT
        if self.wakes:
            return Pause.BUSY
        if self._nvic.current == HARD_FAULT and not self._waits_for_event:
            raise CoreStopped("its handler waits for an interrupt, and none can interrupt it")
        return Pause.WAITING

    def _divide(self, pc: int) -> bool:
        """Do the division at `pc`; False when it was by zero, which has been taken as a fault."""
        destination, dividend, divisor, signed = divide.operands(self._memory.load(pc, 4) or 0)
        uc = self.engine.uc
        by = uc.reg_read(GENERAL[divisor])
        if not by:
            self._take(Fault(FaultKind.DIVIDED_BY_ZERO, pc))
            return False
        uc.reg_write(GENERAL[destination], divide.quotient(uc.reg_read(GENERAL[dividend]), by, signed=signed))
        return True

    def _configured(self, configuration: int) -> None:
        """CCR was written. Exits cannot be made while the engine executes: that waits for the end of the slice."""
        if configuration & system_control.DIVIDE_TRAP and not self.model.baseline:
            self._traps_division = True
            self.engine.attend()

    def _refused_instruction(self, outcome: Outcome) -> Pause:
        """The engine calls much an invalid instruction: WFE and YIELD (behind them), Arm state, and real ones."""
        if outcome.error != INVALID_INSTRUCTION:
            raise CoreStopped(f"the engine gives up with error {outcome.error}, pc {outcome.pc:#010x}")
        pc = outcome.pc
        before = self._memory.load(pc - 2, 2)
        if not self._xpsr.read() & THUMB:
            self._take(Fault(FaultKind.WRONG_STATE, pc))
        elif (
            before not in instructions.WAITS
            or outcome.is_stuck
            or pc - 2 in self.engine.exits
            or self._is_undefined(pc)
        ):
            self._take(Fault(FaultKind.UNDEFINED, pc))
        elif self.engine.counts:
            return self._wait(before)
        else:
            self.engine.add_exits((pc - 2,))
        return Pause.BUSY

    def _is_undefined(self, pc: int) -> bool:
        return instructions.is_permanently_undefined(self._memory.load(pc, 4) or self._memory.load(pc, 2) or 0)

    def _call_supervisor(self) -> None:
        if self._nvic.group_priority(SUPERVISOR_CALL) < self._execution_priority():
            self._enter(SUPERVISOR_CALL)
        else:
            self._take(Fault(FaultKind.MASKED_CALL, self._pc - 2))

    def _enter(self, number: int) -> None:
        self._event = True
        try:
            handler = self._unit.enter(number, self._pc)
        except Faulted as nested:
            self._take(nested.fault)
            return
        self._pc = handler & ~1
        if not handler & 1:
            self._take(Fault(FaultKind.WRONG_STATE, handler))

    def _leave(self, pc: int) -> Pause:
        self._event = True
        try:
            self._pc = self._unit.leave(pc)
        except Faulted as nested:
            self._take(nested.fault)
            return Pause.BUSY
        self._faults.returned()
        if self._state.sleep & _SLEEP_ON_EXIT and not self._nvic.active:
            return self._wait(instructions.WAIT_FOR_INTERRUPT)
        return Pause.BUSY

    def _take(self, fault: Fault) -> None:
        self._event = True
        self._pc = fault.pc & ~1
        if self.fault_trap is not None:
            self.fault_trap(fault)
        self._pc = self._faults.take(fault)

    # for a debugger

    def step(self) -> Pause:
        """One instruction; one that returns from an exception includes the return."""
        pause = super().step()
        if self._nvic.current and is_exception_return(self._pc, mainline_v8=self.model.mainline_v8):
            return super().step()
        return pause

    def _next_in_block(self) -> int | None:
        return next_in_block(self._memory, self._pc, self._xpsr.read())

    def _allowed(self, name: str, value: int) -> int:
        """The exception number stays: it goes with the state of the interrupt controller."""
        return value & ~EXCEPTION_NUMBER | self._xpsr.read() & EXCEPTION_NUMBER if name == "xpsr" else value


def _core_kind(model: CortexM) -> CoreKind:
    return CoreKind(
        architecture=unicorn.UC_ARCH_ARM,
        mode=unicorn.UC_MODE_THUMB,  # with UC_MODE_MCLASS the model would be ignored
        model=getattr(arm, f"UC_CPU_ARM_{model.engine_model}"),
        pc=arm.UC_ARM_REG_PC,
        context=CONTEXT,
        begin=lambda pc: pc | 1,
        stores_several=lambda memory, pc: instructions.stores_several(memory.load(pc, 2) or 0),
    )
