"""The Cortex-R5F: modes, interrupts, aborts, waiting, in Arm and in Thumb state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import pytest

from rproc_tui.emulator.machine.cortex_r.cpu import CortexRCpu
from rproc_tui.emulator.machine.cpu import SLICE, Pause
from rproc_tui.emulator.machine.faults import Fault, FaultKind
from tests.emulator.words import CODE, CONTROLLER, DATA, PROBE, STACK, WordRig

WFI, WFE, YIELD, NOP = 0xE320F003, 0xE320F002, 0xE320F001, 0xE320F000
UDF, SVC, BKPT = 0xE7F000F0, 0xEF000000, 0xE1200070
CPSIE_I, CPSID_I = 0xF1080080, 0xF10C0080
MRS_CPSR_R0, MRS_SPSR_R1 = 0xE10F0000, 0xE14F1000
MOVS_PC_LR, SUBS_PC_LR_4, SUBS_PC_LR_8 = 0xE1B0F00E, 0xE25EF004, 0xE25EF008
BX_R1, REST = 0xE12FFF11, 0xEAFFFFFE
START = CODE + 0x100
SYSTEM, SUPERVISOR, IRQ, ABORT, UNDEFINED = 0x1F, 0x13, 0x12, 0x17, 0x1B


def movw(rd: int, value: int) -> int:
    return 0xE3000000 | rd << 12 | value & 0xFFF | (value >> 12 & 0xF) << 16


def movt(rd: int, value: int) -> int:
    return 0xE3400000 | rd << 12 | value & 0xFFF | (value >> 12 & 0xF) << 16


def li(rd: int, value: int) -> tuple[int, int]:
    return movw(rd, value & 0xFFFF), movt(rd, value >> 16)


def store(value: int, base: int, offset: int = 0) -> int:
    return 0xE5800000 | base << 16 | value << 12 | offset


def load(rd: int, base: int, offset: int = 0) -> int:
    return 0xE5900000 | base << 16 | rd << 12 | offset


def cps(mode: int) -> int:
    return 0xF1020000 | mode


def branch(offset: int) -> int:
    return 0xEA000000 | (offset - 8 >> 2) & 0xFFFFFF


def subs(rd: int, value: int) -> int:
    return 0xE2500000 | rd << 16 | rd << 12 | value


def branch_if_not_equal(offset: int) -> int:
    return branch(offset) & 0x0FFFFFFF | 0x10000000


class Rig(WordRig):
    """Vectors at the start of the code, the program behind them."""

    def __init__(self, entry: int = START) -> None:
        super().__init__(lambda memory, _now: CortexRCpu(memory, vectors=CODE, entry=entry))
        self.at(START)

    def vector(self, offset: int, *words: int) -> Self:
        """A handler behind everything, and the way to it."""
        here, place = self.here, CODE + 0x800 + 0x80 * (offset // 4)
        self.at(CODE + offset).emit(branch(place - CODE - offset)).at(place).emit(*words).at(here)
        return self

    def poke(self, address: int, value: int) -> Self:
        """Uses r6 and r7."""
        self.emit(*li(7, address), *li(6, value), store(6, 7))
        return self

    def sleep(self) -> Self:
        self.emit(WFI, branch(-4))
        return self


def report(value: int) -> list[int]:
    return [*li(7, PROBE), *li(6, value), store(6, 7)]


def interrupts(rig: Rig) -> None:
    """Line 5 enabled; the handler claims and reports, with its own stack."""
    rig.emit(cps(IRQ), *li(13, STACK - 0x100), cps(SYSTEM), *li(13, STACK)).poke(CONTROLLER + 4, 1 << 5)
    claim = [*li(7, CONTROLLER), load(6, 7, 8), *li(7, PROBE), store(6, 7)]
    rig.vector(0x18, 0xE92D00C0, *claim, 0xE8BD00C0, SUBS_PC_LR_4)  # push {r6, r7}; ...; pop


def test_it_starts_in_supervisor_mode_with_everything_masked() -> None:
    rig = Rig()
    rig.emit(MRS_CPSR_R0, WFI)
    assert rig.load().run() is Pause.WAITING
    assert rig.cpu.registers()["r0"] & 0x1FF == 0x1D3


@pytest.mark.parametrize("wait", [WFI, WFE])
def test_it_waits_and_goes_on(wait: int) -> None:
    rig = Rig()
    interrupts(rig)
    rig.emit(CPSIE_I, movw(0, 1), wait, movw(0, 2)).sleep()
    assert rig.load().run() is Pause.WAITING
    assert rig.cpu.registers()["r0"] == 1
    assert not rig.cpu.wakes
    rig.cpu.line(5)()
    assert rig.cpu.wakes
    assert rig.run() is Pause.WAITING
    assert rig.cpu.registers()["r0"] == 2
    assert rig.probe.values == [5]


def test_yield_pauses_and_goes_on() -> None:
    rig = Rig()
    rig.emit(YIELD, movw(0, 2), WFI)
    rig.load()
    assert rig.run() is Pause.YIELDING
    assert rig.run() is Pause.WAITING


def test_a_busy_loop_behind_a_wait_is_not_taken_for_waiting() -> None:
    rig = Rig()
    rig.emit(*li(0, SLICE), branch(8), WFI, NOP, NOP, NOP, subs(0, 1), branch_if_not_equal(-16), *report(1), WFI)
    assert rig.load().run() is Pause.WAITING
    assert rig.probe.values == [1]


def test_an_interrupt_comes_back_to_where_it_was_in_the_mode_it_was() -> None:
    rig = Rig()
    interrupts(rig)
    rig.emit(CPSIE_I).sleep()
    rig.load().run()
    for _ in range(3):
        rig.cpu.line(5)()
        assert rig.run() is Pause.WAITING
    registers = rig.cpu.registers()
    assert rig.probe.values == [5, 5, 5]
    assert (registers["cpsr"] & 0x1F, registers["sp"]) == (SYSTEM, STACK)
    assert not registers["cpsr"] & 0x80


def test_a_masked_interrupt_ends_waiting_and_is_taken_at_the_instruction_that_lets_it_in() -> None:
    rig = Rig()
    interrupts(rig)
    rig.emit(CPSID_I, WFI, *report(1), CPSIE_I, CPSID_I, *report(2)).sleep()
    rig.load().run()
    rig.cpu.line(5)()
    assert rig.cpu.wakes
    rig.run()
    assert rig.probe.values == [1, 5, 2]


def test_a_supervisor_call_saves_status_and_address_and_comes_back() -> None:
    rig = Rig()
    rig.vector(0x08, MRS_SPSR_R1, *report(1), MOVS_PC_LR)
    rig.emit(cps(SYSTEM), SVC, *report(2), MRS_CPSR_R0, WFI)
    rig.load().run()
    registers = rig.cpu.registers()
    assert rig.probe.values == [1, 2]
    assert registers["r1"] & 0x1F == registers["r0"] & 0x1F == SYSTEM


def test_a_store_that_asks_for_attention_happens_once() -> None:
    rig = Rig()
    rig.emit(*li(1, PROBE + 0x100), movw(0, 5), 0xE4810004, WFI)  # str r0, [r1], #4
    rig.load().run()
    assert rig.probe.writes == [(0x100, 5)]
    assert rig.cpu.registers()["r1"] == PROBE + 0x104


def test_a_store_of_several_registers_is_not_repeated_for_attention() -> None:
    rig = Rig()
    rig.emit(*li(1, PROBE + 0xFC), movw(0, 5), movw(2, 6), 0xE8A10005, WFI)  # stmia r1!, {r0, r2}
    rig.load().run()
    assert rig.probe.writes == [(0xFC, 5), (0x100, 6)]


CASES: list[tuple[str, list[int], FaultKind, int | None, int, int, int]] = [
    ("far read", [*li(1, 0x60000000), load(0, 1)], FaultKind.READ, 0x60000000, ABORT, 0x008, 0x10),
    ("far write", [*li(1, 0x60000000), store(0, 1)], FaultKind.WRITE, 0x60000000, ABORT, 0x808, 0x10),
    ("write to code", [*li(1, CODE), store(0, 1)], FaultKind.WRITE_REFUSED, CODE, ABORT, 0x80D, 0x10),
    ("wild branch", [*li(1, 0x70000000), BX_R1], FaultKind.FETCH, 0x70000000, ABORT, 0x8, 0x0C),
    ("run data", [*li(1, DATA), BX_R1], FaultKind.FETCH_REFUSED, DATA, ABORT, 0xD, 0x0C),
    ("undefined", [NOP, NOP, UDF], FaultKind.UNDEFINED, None, UNDEFINED, 0, 0x04),
    ("breakpoint", [NOP, NOP, BKPT], FaultKind.BREAKPOINT, None, ABORT, 0x2, 0x0C),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_fault_enters_its_handler_with_status_and_address(
    case: tuple[str, list[int], FaultKind, int | None, int, int, int],
) -> None:
    _, code, kind, address, mode, status, vector = case
    rig = Rig()
    rig.vector(vector, MRS_CPSR_R0, MRS_SPSR_R1, NOP, REST)
    rig.emit(cps(SYSTEM), *code)
    assert rig.load().end().reason == "its handler has ended in an endless loop"
    assert rig.cpu.first_fault is not None
    fault, kept = rig.cpu.first_fault
    place = address if kind in {FaultKind.FETCH, FaultKind.FETCH_REFUSED} else START + 12
    assert fault == Fault(kind, place or 0, address)
    assert kept["pc"] == place
    registers = rig.cpu.registers()
    assert (registers["r0"] & 0x1F, registers["r1"] & 0x1F) == (mode, SYSTEM)
    if vector == 0x10:
        assert (registers["dfsr"], registers["dfar"]) == (status, address)
    elif vector == 0x0C:
        assert (registers["ifsr"], registers["ifar"]) == (status, place)
    assert registers["lr"] == (place or 0) + {0x04: 4, 0x0C: 4, 0x10: 8}[vector]


def test_a_handler_that_mends_the_cause_lets_the_program_go_on_and_the_fault_is_forgotten() -> None:
    rig = Rig()
    rig.vector(0x10, *li(1, DATA), SUBS_PC_LR_8)
    rig.emit(cps(SYSTEM), *li(1, 0x60000000), movw(0, 9), store(0, 1), *report(1)).sleep()
    rig.load().run()
    assert rig.memory.load(DATA, 4) == 9
    assert rig.probe.values == [1]
    assert rig.cpu.first_fault is None


def test_a_handler_that_faults_itself_is_the_end() -> None:
    rig = Rig()
    rig.vector(0x04, *li(1, 0x60000000), store(0, 1))
    rig.emit(UDF)
    assert rig.load().end().reason.startswith("lockup: write to unmapped memory at 0x60000000")
    assert rig.cpu.first_fault is not None
    assert rig.cpu.first_fault[0] == Fault(FaultKind.UNDEFINED, START)


def test_a_handler_that_waits_for_what_it_has_masked_is_the_end() -> None:
    rig = Rig()
    rig.vector(0x04, WFI, branch(-4))
    rig.emit(UDF)
    assert rig.load().end().reason == "its handler waits for an interrupt that it has masked"


def test_thumb_code_runs_waits_and_comes_back_from_a_call() -> None:
    rig = Rig(entry=START | 1)
    rig.vector(0x08, MRS_SPSR_R1, MOVS_PC_LR)
    rig.emit(0xDF002007, 0xBF302208, 0xE7FD2209)  # movs r0, #7; svc; movs r2, #8; wfi; movs r2, #9; b .-2
    assert rig.load().run() is Pause.WAITING
    registers = rig.cpu.registers()
    assert (registers["r0"], registers["r2"]) == (7, 8)
    assert registers["r1"] & 0x20
    assert registers["cpsr"] & 0x20


def test_a_thumb_handler_that_rests_is_the_end() -> None:
    rig = Rig()
    rig.vector(0x04, *li(1, CODE + 0xF01), BX_R1)
    rig.emit(UDF).at(CODE + 0xF00).emit(0xE7FDBF00)  # nop; b .-2
    assert rig.load().end().reason == "its handler has ended in an endless loop"


def test_floating_point_works_when_it_is_enabled_and_is_undefined_before() -> None:
    rig = Rig()
    enable = [0xEE110F50, 0xE380060F, 0xEE010F50, 0xF57FF06F, 0xE3A00101, 0xEEE80A10]  # CPACR, ISB, FPEXC
    rig.emit(*enable, *li(0, 0x3FC00000), 0xEE000A10, WFI)  # vmov s0, r0
    rig.load().run()
    assert rig.cpu.registers()["s0"] == 0x3FC00000
    other = Rig()
    other.emit(0xEE000A10)
    other.vector(0x04, REST)
    other.load().end()
    assert other.cpu.first_fault is not None
    assert other.cpu.first_fault[0].kind is FaultKind.UNDEFINED


def test_a_conditional_block_that_faults_is_resumed_where_it_was() -> None:
    rig = Rig(entry=START | 1)
    rig.vector(0x10, *li(1, DATA), SUBS_PC_LR_8)
    # movs r0, #5; movs r1, #0; movs r2, #0; movs r3, #0; cmp r2, #0; ittt eq; adds r3, #1; str r0, [r1]; adds r3, #1
    rig.emit(0x21002005, 0x23002200, 0xBF022A00, 0x60083301, 0xBF303301)
    assert rig.load().run() is Pause.WAITING
    assert rig.memory.load(DATA, 4) == 5
    assert rig.cpu.registers()["r3"] == 2


def test_an_entry_point_outside_of_memory_is_the_end() -> None:
    with pytest.raises(Exception, match="no memory at the entry point 0x70000000"):
        Rig(entry=0x70000000).load()


def test_encoders_are_checked_against_known_words() -> None:
    known: dict[Callable[[], int], int] = {lambda: movw(0, 0x1234): 0xE3010234, lambda: branch(0): 0xEAFFFFFE}
    assert all(encode() == word for encode, word in known.items())
