"""A debugger's hold on a running core: it stops it, lets it go on, and notices what it is to stop at.

It stands between the machine and its core while a debugger is attached. Everything happens on the core's thread.
"""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.emulator.machine.cpu import Cpu, Pause
from rproc_tui.emulator.machine.faults import CoreStopped, Fault, FaultKind, Trapped
from rproc_tui.emulator.machine.halt import Halt, HaltCause, Resume, Watchpoint
from rproc_tui.emulator.machine.watchpoints import Watchpoints


class DebugUnit:
    """One debugger on one core; halted at first."""

    def __init__(self, core: Cpu, listener: Callable[[Halt], None]) -> None:
        self.core = core
        self.is_halted = True
        self._listener = listener
        self._halt = Halt(HaltCause.REQUEST)
        self._ending: CoreStopped | None = None
        self._resume = Resume()
        self._moved = False
        self._watches: frozenset[Watchpoint] = frozenset()
        self._watchpoints = Watchpoints(core.engine.uc, core.engine.memory)
        core.fault_trap = self._trap

    # what the debugger asks for

    @property
    def last_halt(self) -> Halt:
        """Why it stands still, or did last."""
        return self._halt

    def halt(self) -> None:
        """Stop it, if it runs."""
        if not self.is_halted:
            self._stop(Halt(HaltCause.REQUEST))

    def resume(self, resume: Resume) -> None:
        """Let it go on until something stops it."""
        fault, self._resume = self._halt.fault, resume
        self.is_halted = False
        if not resume.pass_on:
            self._ending = None
            if self._is_breakpoint_here(fault):
                self._skip_breakpoint()
        elif fault is not None:
            self._pass_on(fault)
            if resume.step and not self.is_halted:
                self._stop(Halt(HaltCause.STEP))

    def write_register(self, name: str, value: int) -> None:
        """KeyError for one that cannot be written."""
        self._moved = True
        self.core.write_register(name, value)

    def set_breakpoints(self, addresses: frozenset[int]) -> None:
        """Stop in front of these instructions and no others."""
        self.core.engine.set_breakpoints(addresses)

    def set_watchpoints(self, watchpoints: frozenset[Watchpoint]) -> None:
        """Stop at these accesses and no others."""
        if watchpoints != self._watches:
            self._watches = watchpoints
            self._watchpoints.set(watchpoints)

    def let_go(self) -> None:
        """The debugger is gone: the core goes on as if there had never been one."""
        self.set_breakpoints(frozenset())
        self.set_watchpoints(frozenset())
        self.core.fault_trap = None
        if self.is_halted:
            fault = self._halt.fault
            self.resume(Resume(pass_on=fault is None or fault.kind is not FaultKind.BREAKPOINT))

    @property
    def is_ending(self) -> bool:
        """The core is over as soon as it goes on."""
        return self._ending is not None

    # what the machine does with it, instead of with the core

    @property
    def instructions(self) -> int:
        """Executed since the start."""
        return self.core.instructions

    @property
    def wakes(self) -> bool:
        """A step, and a core that was changed, do not wait for anything."""
        return self._resume.step or self._moved or self.is_ending or self.core.wakes

    def deliver(self) -> None:
        """Take the interrupt that is due. Steps are made without any, or they would all end in handlers."""
        if self._resume.step or self.is_ending:
            return
        try:
            self.core.deliver()
        except Trapped as trapped:
            self._stop(Halt(HaltCause.FAULT, trapped.fault))

    def execute(self) -> Pause:
        """A slice, or a step. Raises CoreStopped when the core is over."""
        self._moved = False
        if self._ending is not None:
            raise self._ending
        if self.is_halted:
            return Pause.BUSY
        if not self._resume.step and self.core.pc in self.core.engine.breakpoints:
            self._stop(Halt(HaltCause.BREAKPOINT))
            return Pause.BUSY
        try:
            pause = self._step() if self._resume.step else self.core.execute()
            halt = self._watched_access() or self._reason_to_stop()
        except Trapped as trapped:
            pause, halt = Pause.BUSY, Halt(HaltCause.FAULT, trapped.fault)
        if halt is not None:
            self._stop(halt)
        return pause

    def keeps(self, stopped: CoreStopped) -> bool:
        """Whether the end of the core waits for what the debugger says to it; it has stopped then."""
        if self.is_ending or self.core.fault_trap is None:
            return False
        if stopped.pc is not None:
            self.core.write_register("pc", stopped.pc)
        self._ending = stopped
        self._stop(Halt(HaltCause.END, reason=stopped.reason))
        return True

    def _step(self) -> Pause:
        """One instruction, also where a breakpoint is; a wait for an interrupt does not wait."""
        engine = self.core.engine
        breakpoints = engine.breakpoints
        engine.set_breakpoints(breakpoints - {self.core.pc})
        try:
            self.core.step()
        finally:
            engine.set_breakpoints(breakpoints)
        return Pause.BUSY

    def _reason_to_stop(self) -> Halt | None:
        pc, within = self.core.pc, self._resume.within
        if self._resume.step and (within is None or pc not in within):
            return Halt(HaltCause.STEP)
        return Halt(HaltCause.BREAKPOINT) if pc in self.core.engine.breakpoints else None

    def _watched_access(self) -> Halt | None:
        hit = self._watchpoints.take() if self._watches else None
        if hit is None:
            return None
        if self.core.reports_behind_access:
            self._watchpoints.set(frozenset())
            try:
                self._step()
            finally:
                self._watchpoints.set(self._watches)
        return Halt(HaltCause.WATCHPOINT, watchpoint=hit)

    def _pass_on(self, fault: Fault) -> None:
        self._moved = True
        try:
            self.core.take_fault(fault)
        except CoreStopped as stopped:
            if not self.keeps(stopped):
                self._ending = stopped

    def _is_breakpoint_here(self, fault: Fault | None) -> bool:
        """The core is at a breakpoint instruction of the firmware's own."""
        return fault is not None and fault.kind is FaultKind.BREAKPOINT and self.core.pc == fault.pc

    def _skip_breakpoint(self) -> None:
        """Go on behind the instruction; that is a step."""
        self.write_register("pc", self.core.pc + self.core.breakpoint_size)
        halt = self._reason_to_stop() if self._resume.step else None
        if halt is not None:
            self._stop(halt)

    def _trap(self, fault: Fault) -> None:
        raise Trapped(fault)

    def _stop(self, halt: Halt) -> None:
        self._watchpoints.take()  # one whose instruction has also faulted
        self._halt = halt
        self.is_halted = True
        self._listener(halt)
