"""A debugger on a whole machine that writes down what it is told."""

from __future__ import annotations

from rproc_tui.emulator.machine.faults import Crash
from rproc_tui.emulator.machine.halt import Halt, HaltCause, Resume, Watchpoint
from tests.emulator.bench import Bench


class Debugged:
    """Hold a machine with it before `start`, or attach to one that runs."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.halts: list[Halt] = []
        self.ends: list[Crash | None] = []
        bench.machine.debug(self)

    def halted(self, halt: Halt) -> None:
        self.bench.tell(lambda: self.halts.append(halt))

    def ended(self, crash: Crash | None) -> None:
        self.bench.tell(lambda: self.ends.append(crash))

    @property
    def registers(self) -> dict[str, int]:
        return self.bench.machine.registers()

    @property
    def pc(self) -> int:
        return self.registers["pc"]

    def go(self, *, step: bool = False, within: range | None = None, pass_on: bool = False) -> Halt:
        """Let it go on, and wait for the next halt."""
        before = len(self.halts)
        self.resume(step=step, within=within, pass_on=pass_on)
        self.bench.wait(lambda: len(self.halts) > before)
        return self.halts[-1]

    def resume(self, *, step: bool = False, within: range | None = None, pass_on: bool = False) -> None:
        self.bench.machine.examine(lambda unit: unit.resume(Resume(step, within, pass_on)))

    def step(self) -> int:
        assert self.go(step=True).cause is HaltCause.STEP
        return self.pc

    def halt(self) -> None:
        self.bench.machine.examine(lambda unit: unit.halt())

    def break_at(self, *addresses: int) -> None:
        self.bench.machine.examine(lambda unit: unit.set_breakpoints(frozenset(addresses)))

    def run_to(self, address: int) -> None:
        self.break_at(address)
        assert self.go().cause is HaltCause.BREAKPOINT
        assert self.pc == address
        self.break_at()

    def watch(self, *watchpoints: Watchpoint) -> None:
        self.bench.machine.examine(lambda unit: unit.set_watchpoints(frozenset(watchpoints)))

    def write(self, name: str, value: int) -> None:
        self.bench.machine.examine(lambda unit: unit.write_register(name, value))
