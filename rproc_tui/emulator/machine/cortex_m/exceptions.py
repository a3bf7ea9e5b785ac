"""Taking an exception and coming back from it, done to the engine's registers by hand (Armv7-M, B1.5.6 to B1.5.8).

The engine switches stack pointers by itself when the exception number in xPSR changes. Two things it does not notice:
that a handler is privileged when the thread was not (a rewrite of its CPSR makes it look), and that an exception's code
starts without floating-point state.
"""

from __future__ import annotations

from rproc_tui.emulator.machine.binding import arm
from rproc_tui.emulator.machine.cortex_m import frame as frames
from rproc_tui.emulator.machine.cortex_m.it_state import IT_MASK
from rproc_tui.emulator.machine.cortex_m.models import CortexM
from rproc_tui.emulator.machine.cortex_m.nvic import HARD_FAULT, NMI, InterruptController
from rproc_tui.emulator.machine.cortex_m.registers import FRAME_FLOATS, STACKED
from rproc_tui.emulator.machine.cortex_m.system_control import ControlState
from rproc_tui.emulator.machine.engine import Engine
from rproc_tui.emulator.machine.faults import Fault, FaultKind

THUMB = 1 << 24
EXCEPTION_NUMBER = 0x1FF
_UNPRIVILEGED, _PROCESS_STACK, _FLOATS_USED = 1, 2, 4
"""CONTROL"""
_THREAD_FROM_ANYWHERE = 1
"""CCR.NONBASETHRDENA"""


class Faulted(Exception):
    """Taking or leaving an exception has itself gone wrong."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class ExceptionUnit:
    """Entry and return of one core."""

    def __init__(self, engine: Engine, model: CortexM, nvic: InterruptController, state: ControlState) -> None:
        self._engine = engine
        self._memory = engine.memory
        self._model = model
        self._nvic = nvic
        self._state = state
        self._before = engine.bank((*STACKED, arm.UC_ARM_REG_XPSR, arm.UC_ARM_REG_SP, arm.UC_ARM_REG_CONTROL))
        self._after = engine.bank((arm.UC_ARM_REG_SP, arm.UC_ARM_REG_XPSR, arm.UC_ARM_REG_LR))
        self._stacks = engine.bank(
            (arm.UC_ARM_REG_MSP, arm.UC_ARM_REG_PSP, arm.UC_ARM_REG_CONTROL, arm.UC_ARM_REG_FAULTMASK)
        )
        self._restored = engine.bank(
            (
                arm.UC_ARM_REG_FAULTMASK,
                arm.UC_ARM_REG_MSP,
                arm.UC_ARM_REG_PSP,
                arm.UC_ARM_REG_CONTROL,
                arm.UC_ARM_REG_XPSR,
                arm.UC_ARM_REG_CONTROL,
                *STACKED,
            )
        )
        self._control = engine.register(arm.UC_ARM_REG_CONTROL)
        self._cpsr = engine.register(arm.UC_ARM_REG_CPSR)
        self._floats = engine.bank(FRAME_FLOATS) if model.has_fpu else None

    def vector(self, number: int) -> int | None:
        """An entry of the vector table; None where there is no memory."""
        return self._memory.load(self._state.vector_table + 4 * number, 4)

    def enter(self, number: int, return_address: int) -> int:
        """Take an exception; the answer is its handler's address, lowest bit included. Raises Faulted."""
        handler = self.vector(number)
        if handler is None:
            raise Faulted(Fault(FaultKind.VECTOR, return_address, self._state.vector_table + 4 * number))
        *stacked, xpsr, stack_pointer, control = self._before.read()
        extended = self._floats is not None and bool(control & _FLOATS_USED)
        placement = frames.place(stack_pointer, extended=extended)
        self._push(number, placement, [*stacked, return_address, xpsr], return_address, extended=extended)
        from_thread = not self._nvic.active
        link = frames.ExceptionReturn(from_thread, from_thread and bool(control & _PROCESS_STACK), extended)
        self._nvic.activate(number)
        status = (xpsr & ~(IT_MASK | EXCEPTION_NUMBER)) | THUMB | number
        self._after.write((placement.address, status, link.encode(mainline_v8=self._model.mainline_v8)))
        if control & _UNPRIVILEGED:
            self._refresh_privilege()
        if extended:
            self._control.write(control & ~_FLOATS_USED)
        return handler

    def _push(
        self, number: int, placement: frames.Placement, core: list[int], return_address: int, *, extended: bool
    ) -> None:
        floats = self._floats.read() if extended and self._floats is not None else None
        data = frames.pack(core, floats, padded=placement.padded)
        target = self._memory.region_at(placement.address)
        if target is not None and placement.address + len(data) <= target.end:
            start = placement.address - target.address
            target.view[start : start + len(data)] = data
        elif number not in {HARD_FAULT, NMI}:
            raise Faulted(Fault(FaultKind.STACKING, return_address, placement.address))
        # A HardFault is taken without a frame: its handler locks up at its own first push, as on silicon.

    def leave(self, pc: int) -> int:
        """Come back through the magic address `pc`; the answer is where to go on. Raises Faulted."""
        number = self._nvic.current
        link = frames.decode_return(pc, has_fpu=self._floats is not None)
        self._nvic.deactivate(number)
        main, process, control, faultmask = self._stacks.read()
        if link is None or not self._may_return(link):
            raise Faulted(Fault(FaultKind.WRONG_RETURN, pc))
        address = process if link.on_process_stack else main
        frame = self._pop(address, pc, extended=link.extended)
        status = frame.core[7]
        if status & EXCEPTION_NUMBER != (0 if link.to_thread else self._nvic.current):
            raise Faulted(Fault(FaultKind.WRONG_RETURN, pc))
        popped = (address + frame.size) & 0xFFFFFFFF
        main, process = (main, popped) if link.on_process_stack else (popped, process)
        masked = faultmask if number == NMI else 0
        privileged = control & ~_UNPRIVILEGED  # an unprivileged thread cannot write CONTROL: that bit comes last
        after = self._control_after(link, control)
        self._restored.write((masked, main, process, privileged, status, after, *frame.core[:6]))
        if control & _UNPRIVILEGED:
            self._refresh_privilege()
        if frame.floats is not None and self._floats is not None:
            self._floats.write(frame.floats)
        target = frame.core[6] & ~1
        if not status & THUMB:
            raise Faulted(Fault(FaultKind.WRONG_STATE, target))
        return target

    def _may_return(self, link: frames.ExceptionReturn) -> bool:
        if link.to_thread:
            return not self._nvic.active or bool(self._state.configuration & _THREAD_FROM_ANYWHERE)
        return bool(self._nvic.active)

    def _pop(self, address: int, pc: int, *, extended: bool) -> frames.Frame:
        data = self._memory.find(address, frames.EXTENDED.size if extended else frames.BASIC.size)
        if data is None:
            raise Faulted(Fault(FaultKind.UNSTACKING, pc, address))
        return frames.unpack(data, extended=extended)

    @staticmethod
    def _control_after(link: frames.ExceptionReturn, control: int) -> int:
        stack = (_PROCESS_STACK if link.on_process_stack else 0) if link.to_thread else control & _PROCESS_STACK
        return control & _UNPRIVILEGED | stack | (_FLOATS_USED if link.extended else 0)

    def _refresh_privilege(self) -> None:
        self._cpsr.write(self._cpsr.read())
