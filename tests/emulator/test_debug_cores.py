"""What differs between kinds of cores under a debugger: instruction lengths, watched accesses, what may be written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rproc_tui.emulator.machine.debug_unit import DebugUnit
from rproc_tui.emulator.machine.faults import FaultKind
from rproc_tui.emulator.machine.halt import Halt, HaltCause, Resume, Watched, Watchpoint
from tests.emulator import test_cortex_r as cortex_r
from tests.emulator import test_riscv as riscv
from tests.emulator.words import CODE, DATA, WordRig

WRITTEN, READ = Watchpoint(DATA, 4, Watched.WRITE), Watchpoint(DATA, 4, Watched.READ)


def amoadd(rd: int, value: int, base: int) -> int:
    return 0x202F | rd << 7 | base << 15 | value << 20


class Unit(DebugUnit):
    """One that is driven without a machine."""

    def __init__(self, rig: WordRig) -> None:
        self.halts: list[Halt] = []
        super().__init__(rig.load().cpu, self.halts.append)

    def go(self, *, step: bool = False, pass_on: bool = False) -> Halt:
        self.resume(Resume(step=step, pass_on=pass_on))
        while not self.is_halted:
            self.deliver()
            self.execute()
        return self.halts[-1]


def riscv_program(*words: int) -> riscv.Rig:
    """T0 holds the address of data, T1 holds 9; then the words."""
    rig = riscv.Rig()
    rig.emit(*riscv.li(riscv.T0, DATA), riscv.addi(riscv.T1, 0, 9)).label("here").emit(*words, riscv.NOP, riscv.NOP)
    return rig


def cortex_r_program(*words: int) -> cortex_r.Rig:
    """R0 holds the address of data, R1 holds 9; then the words."""
    rig = cortex_r.Rig()
    rig.emit(*cortex_r.li(0, DATA), cortex_r.movw(1, 9)).label("here").emit(*words, cortex_r.NOP, cortex_r.NOP)
    return rig


@pytest.mark.parametrize(
    ("watchpoint", "word"), [(WRITTEN, riscv.sw(riscv.T1, riscv.T0)), (READ, riscv.lw(riscv.T1, riscv.T0))]
)
def test_a_riscv_core_has_made_the_watched_access(watchpoint: Watchpoint, word: int) -> None:
    rig = riscv_program(word)
    unit = Unit(rig)
    unit.set_watchpoints(frozenset([watchpoint]))
    assert unit.go() == Halt(HaltCause.WATCHPOINT, watchpoint=watchpoint)
    assert rig.cpu.pc == rig.address("here") + 4
    made = (rig.memory.load(DATA, 4), rig.cpu.registers()["t1"])
    assert made == ((9, 9) if watchpoint is WRITTEN else (0, 0))


def test_a_watched_atomic_access_is_made_once() -> None:
    rig = riscv_program(amoadd(0, riscv.T1, riscv.T0))
    unit = Unit(rig)
    unit.set_watchpoints(frozenset([WRITTEN]))
    unit.go()
    assert rig.memory.load(DATA, 4) == 9


@pytest.mark.parametrize(("watchpoint", "word"), [(WRITTEN, cortex_r.store(1, 0)), (READ, cortex_r.load(1, 0))])
def test_an_arm_core_has_not_made_the_watched_access(watchpoint: Watchpoint, word: int) -> None:
    rig = cortex_r_program(word)
    unit = Unit(rig)
    unit.set_watchpoints(frozenset([watchpoint]))
    assert unit.go() == Halt(HaltCause.WATCHPOINT, watchpoint=watchpoint)
    assert rig.cpu.pc == rig.address("here")
    assert (rig.memory.load(DATA, 4), rig.cpu.registers()["r1"]) == (0, 9)


@pytest.mark.parametrize(
    ("make", "words", "kind"),
    [
        (riscv_program, (0,), FaultKind.UNDEFINED),
        (riscv_program, (riscv.sw(riscv.T1, 0),), FaultKind.WRITE),
        (riscv_program, (riscv.EBREAK,), FaultKind.BREAKPOINT),
        (cortex_r_program, (cortex_r.UDF,), FaultKind.UNDEFINED),
        (cortex_r_program, (*cortex_r.li(2, 0), cortex_r.store(1, 2)), FaultKind.WRITE),
        (cortex_r_program, (cortex_r.BKPT,), FaultKind.BREAKPOINT),
    ],
)
def test_a_fault_is_kept_then_passed_on_or_skipped(
    make: Callable[..., WordRig], words: tuple[int, ...], kind: FaultKind
) -> None:
    rig = make(*words)
    unit = Unit(rig)
    fault = unit.go().fault
    assert fault is not None
    assert (fault.kind, rig.cpu.pc) == (kind, fault.pc)
    if kind is FaultKind.BREAKPOINT:
        assert unit.go(step=True).cause is HaltCause.STEP
        assert rig.cpu.pc == fault.pc + 4
    elif isinstance(rig, cortex_r.Rig):
        assert unit.go(step=True, pass_on=True).cause is HaltCause.STEP
        assert rig.cpu.pc < CODE + 0x20
    else:
        assert unit.go(pass_on=True).cause is HaltCause.END
        assert "no trap handler" in unit.last_halt.reason


def test_steps_follow_the_length_of_instructions() -> None:
    rig = riscv_program(riscv.NOP, 0x00010001, riscv.NOP)  # two short ones in a word
    unit = Unit(rig)
    places = []
    for _ in range(7):
        unit.go(step=True)
        places.append(rig.cpu.pc - CODE)
    assert places == [4, 8, 12, 16, 18, 20, 24]


def test_a_breakpoint_is_stopped_at_and_stepped_off() -> None:
    rig = cortex_r_program(cortex_r.NOP)
    unit = Unit(rig)
    unit.set_breakpoints(frozenset([rig.address("here")]))
    assert unit.go().cause is HaltCause.BREAKPOINT
    assert unit.go().cause is HaltCause.BREAKPOINT
    assert rig.cpu.pc == rig.address("here")
    unit.go(step=True)
    assert rig.cpu.pc == rig.address("here") + 4
    assert rig.cpu.engine.breakpoints == {rig.address("here")}


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (riscv_program, {"a0": 7, "mscratch": 8, "pc": CODE + 8}),
        (cortex_r_program, {"r12": 7, "lr": 8, "s5": 9, "pc": CODE + 8}),
    ],
)
def test_written_registers_are_read_back(make: Callable[[], WordRig], wanted: dict[str, int]) -> None:
    rig = make()
    unit = Unit(rig)
    for name, value in wanted.items():
        unit.write_register(name, value)
    assert rig.cpu.registers().items() >= wanted.items()
    with pytest.raises(KeyError):
        unit.write_register("dfar", 1)
