"""What a debugger does to a core of any kind: look at it, change it, let it make one step, catch its faults.

Cores inherit it. Nothing here costs anything as long as no debugger is attached.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rproc_tui.emulator.machine.cpu import FaultTrap, Pause
from rproc_tui.emulator.machine.engine import Engine, Outcome
from rproc_tui.emulator.machine.faults import Fault


class DebugAccess:
    """Of one core, on its own thread, between two slices."""

    writable: ClassVar[Mapping[str, int]]
    """What a debugger may write: names of `registers()`, the program counter apart, to the engine's numbers."""
    reports_behind_access: ClassVar[bool] = False
    """Debuggers of this architecture want to hear of a watched access when it has been made, not before."""

    engine: Engine
    fault_trap: FaultTrap | None = None
    """Is called with every fault before anything is done about it, and raises `Trapped` to keep it."""
    _pc: int

    @property
    def pc(self) -> int:
        """The next instruction."""
        return self._pc

    def write_register(self, name: str, value: int) -> None:
        """Change one; KeyError for what cannot be written."""
        if name == "pc":
            self._pc = value & 0xFFFFFFFF & -self.instruction_alignment
        else:
            self.engine.uc.reg_write(self.writable[name], self._allowed(name, value & 0xFFFFFFFF))

    def step(self) -> Pause:
        """Execute one instruction, without taking an interrupt first."""
        behind = self._next_in_block()
        if behind is None:
            return self._conclude(self.engine.run(self._pc, 1))
        breakpoints = self.engine.breakpoints
        self.engine.set_breakpoints(breakpoints | {behind})
        try:
            return self._conclude(self.engine.run(self._pc, 1))
        finally:
            self.engine.set_breakpoints(breakpoints)

    def take_fault(self, fault: Fault) -> None:
        """Do what the architecture does at a fault, whoever has caught it before."""
        trap, self.fault_trap = self.fault_trap, None
        try:
            self._take(fault)
        finally:
            self.fault_trap = trap

    @property
    def instruction_alignment(self) -> int:
        """Bytes."""
        return 2

    @property
    def breakpoint_size(self) -> int:
        """Bytes of the breakpoint instruction at the program counter."""
        return 2

    def _next_in_block(self) -> int | None:
        """The instruction behind this one, if the engine would execute both in one step."""
        return None

    def _allowed(self, _name: str, value: int) -> int:
        """What of a value may get into a register."""
        return value

    def _take(self, fault: Fault) -> None:
        raise NotImplementedError

    def _conclude(self, outcome: Outcome) -> Pause:
        raise NotImplementedError
