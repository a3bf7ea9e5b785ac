"""The RV32 core: traps, interrupts, waiting, and what the engine does differently from what one would expect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import pytest

from rproc_tui.emulator.machine.cpu import SLICE, Pause
from rproc_tui.emulator.machine.faults import Fault, FaultKind
from rproc_tui.emulator.machine.riscv.cpu import RiscvCpu
from rproc_tui.emulator.machine.riscv.machine_timer import MachineTimer
from tests.emulator.words import CODE, CONTROLLER, DATA, PROBE, STACK, WordRig

ZERO, RA, SP, T0, T1, T2, A0, A1 = 0, 1, 2, 5, 6, 7, 10, 11
MSTATUS, MIE, MTVEC, MEPC, MCAUSE, MTVAL = 0x300, 0x304, 0x305, 0x341, 0x342, 0x343
WFI, MRET, ECALL, EBREAK, NOP = 0x10500073, 0x30200073, 0x00000073, 0x00100073, 0x00000013
CLINT = 0x02000000
HANDLER = CODE + 0x400


def addi(rd: int, rs: int, value: int) -> int:
    return 0x13 | rd << 7 | rs << 15 | (value & 0xFFF) << 20


def lui(rd: int, value: int) -> int:
    return 0x37 | rd << 7 | (value & 0xFFFFF) << 12


def li(rd: int, value: int) -> tuple[int, int]:
    return lui(rd, (value + 0x800) >> 12), addi(rd, rd, value & 0xFFF)


def sw(value: int, base: int, offset: int = 0) -> int:
    return 0x2023 | base << 15 | value << 20 | (offset & 0x1F) << 7 | (offset >> 5 & 0x7F) << 25


def lw(rd: int, base: int, offset: int = 0) -> int:
    return 0x2003 | rd << 7 | base << 15 | (offset & 0xFFF) << 20


def csrw(csr: int, rs: int) -> int:
    return 0x1073 | rs << 15 | csr << 20


def csrr(rd: int, csr: int) -> int:
    return 0x2073 | rd << 7 | csr << 20


def csrsi(csr: int, value: int) -> int:
    return 0x6073 | value << 15 | csr << 20


def csrci(csr: int, value: int) -> int:
    return 0x7073 | value << 15 | csr << 20


def jal(rd: int = ZERO) -> Callable[[int], int]:
    def encode(offset: int) -> int:
        bits = (offset >> 20 & 1) << 31 | (offset >> 1 & 0x3FF) << 21 | (offset >> 11 & 1) << 20
        return 0x6F | rd << 7 | bits | (offset >> 12 & 0xFF) << 12

    return encode


def jalr(rd: int, rs: int) -> int:
    return 0x67 | rd << 7 | rs << 15


def bne(left: int, right: int, offset: int) -> int:
    bits = (offset >> 12 & 1) << 31 | (offset >> 5 & 0x3F) << 25 | (offset >> 1 & 0xF) << 8 | (offset >> 11 & 1) << 7
    return 0x1063 | left << 15 | right << 20 | bits


class Rig(WordRig):
    def __init__(self, entry: int = CODE) -> None:
        super().__init__(lambda memory, now: RiscvCpu(memory, now, entry=entry))

    def store(self, address: int, value: int) -> Self:
        """Uses t0 and t1."""
        self.emit(*li(T0, address), *li(T1, value), sw(T1, T0))
        return self

    def handle(self) -> Self:
        """Set the trap vector and a stack, and go on at the handler's place afterwards."""
        self.emit(*li(SP, STACK), *li(T0, HANDLER), csrw(MTVEC, T0))
        return self

    def sleep(self) -> Self:
        self.label(f"sleep{self.here}").emit(WFI).emit_later(jal(), f"sleep{self.here - 4}")
        return self


def test_it_executes_what_the_kind_has_and_waits() -> None:
    rig = Rig()
    rig.store(DATA, 0x11223344).emit(*li(A0, 6), *li(A1, 7), 0x02B50533, WFI)  # mul a0, a0, a1
    assert rig.load().run() is Pause.WAITING
    assert rig.cpu.registers()["a0"] == 42
    assert bytes(rig.data.view[:4]) == b"\x44\x33\x22\x11"


def test_a_busy_loop_behind_a_wait_is_not_taken_for_waiting() -> None:
    rig = Rig()
    rig.emit(*li(T0, SLICE)).emit_later(jal(), "loop")
    rig.emit(WFI).label("loop").emit(NOP, NOP, NOP, addi(T0, T0, -1), bne(T0, ZERO, -16)).store(PROBE, 1).emit(WFI)
    assert SLICE % 5 == 0
    assert rig.load().run() is Pause.WAITING
    assert rig.probe.values == [1]


def test_a_store_that_asks_for_attention_happens_once() -> None:
    rig = Rig()
    rig.store(PROBE + 0x100, 5).emit(WFI)
    rig.load().run()
    assert rig.probe.writes == [(0x100, 5)]


def external(rig: Rig) -> None:
    """Line 3 enabled, external interrupts enabled, a handler that claims and reports."""
    rig.handle().store(CONTROLLER + 4, 1 << 3).emit(*li(T0, 1 << 11), csrw(MIE, T0))
    main = rig.here
    rig.at(HANDLER).emit(*li(T0, CONTROLLER), lw(T1, T0, 8), *li(T0, PROBE), sw(T1, T0), csrr(T1, MCAUSE), sw(T1, T0))
    rig.emit(MRET).at(main)


def test_an_interrupt_is_taken_claimed_and_returned_from() -> None:
    rig = Rig()
    external(rig)
    rig.emit(csrsi(MSTATUS, 8), *li(A0, 5)).sleep()
    rig.load().run()
    for _ in range(3):
        rig.cpu.line(3)()
        assert rig.cpu.wakes
        assert rig.run() is Pause.WAITING
    assert rig.probe.values == [3, 0x8000000B] * 3
    assert rig.cpu.registers()["a0"] == 5
    assert rig.cpu.registers()["mstatus"] & 8


def test_a_line_that_is_not_enabled_does_nothing() -> None:
    rig = Rig()
    external(rig)
    rig.emit(csrsi(MSTATUS, 8)).sleep()
    rig.load().run()
    rig.cpu.line(4)()
    assert not rig.cpu.wakes


def test_a_held_back_interrupt_ends_waiting_and_is_taken_at_the_instruction_that_lets_it_in() -> None:
    rig = Rig()
    external(rig)
    rig.emit(WFI).store(PROBE, 1).emit(csrsi(MSTATUS, 8), csrci(MSTATUS, 8)).store(PROBE, 2).sleep()
    rig.load().run()
    rig.cpu.line(3)()
    assert rig.cpu.wakes
    rig.run()
    assert rig.probe.values == [1, 3, 0x8000000B, 2]


def test_the_timer_interrupts_when_its_time_has_come_and_not_before() -> None:
    rig = Rig()
    rig.handle().store(CLINT + 0x4004, 0).store(CLINT + 0x4000, 250_000).emit(*li(T0, 1 << 7), csrw(MIE, T0))
    rig.emit(csrsi(MSTATUS, 8)).sleep()
    rig.at(HANDLER).store(CLINT + 0x4004, 1 << 30).store(PROBE, 7).emit(MRET)
    rig.load().run()
    (timer,) = rig.cpu.timed
    assert timer.deadline == pytest.approx(0.25, abs=1e-4)
    rig.clock.advance(0.2)
    assert not rig.cpu.wakes
    rig.clock.advance(0.051)
    assert rig.cpu.wakes
    assert timer.deadline is None
    rig.run()
    assert rig.probe.values == [7]


def test_a_software_interrupt_can_be_sent_to_oneself() -> None:
    rig = Rig()
    rig.handle().emit(*li(T0, 1 << 3), csrw(MIE, T0), csrsi(MSTATUS, 8)).store(CLINT, 1).store(PROBE, 2).sleep()
    rig.at(HANDLER).store(CLINT, 0).store(PROBE, 1).emit(MRET)
    rig.load().run()
    assert rig.probe.values == [1, 2]


def test_vectored_interrupts_go_to_their_own_place() -> None:
    rig = Rig()
    rig.emit(*li(T0, HANDLER | 1), csrw(MTVEC, T0), *li(T0, 1 << 3), csrw(MIE, T0), csrsi(MSTATUS, 8)).store(CLINT, 1)
    rig.sleep()
    rig.at(HANDLER + 4 * 3).store(CLINT, 0).store(PROBE, 33).emit(MRET)
    rig.load().run()
    assert rig.probe.values == [33]


def test_a_call_traps_and_comes_back_behind_itself() -> None:
    rig = Rig()
    rig.handle().emit(ECALL).store(PROBE, 2).sleep()
    rig.at(HANDLER).emit(csrr(A1, MCAUSE), csrr(T0, MEPC), addi(T0, T0, 4), csrw(MEPC, T0)).store(PROBE, 1).emit(MRET)
    rig.load().run()
    assert rig.probe.values == [1, 2]
    assert rig.cpu.registers()["a1"] == 11


CASES = [
    ("null read", [lw(A0, ZERO)], FaultKind.READ, 0, 5),
    ("null write", [sw(ZERO, ZERO)], FaultKind.WRITE, 0, 7),
    ("write to code", [lui(A1, CODE >> 12), sw(ZERO, A1)], FaultKind.WRITE_REFUSED, CODE, 7),
    ("far jump", [lui(A1, 0x70000), jalr(ZERO, A1)], FaultKind.FETCH, 0x70000000, 1),
    ("run data", [lui(A1, DATA >> 12), jalr(ZERO, A1)], FaultKind.FETCH_REFUSED, DATA, 1),
    ("illegal", [0xFFFFFFFF], FaultKind.UNDEFINED, None, 2),
    ("all zero", [0], FaultKind.UNDEFINED, None, 2),
    ("floating point", [0x00B57553], FaultKind.UNDEFINED, None, 2),
    ("unknown register", [csrr(A0, 0x7C0)], FaultKind.UNDEFINED, None, 2),
    ("breakpoint", [EBREAK], FaultKind.BREAKPOINT, None, 3),
]


@pytest.mark.parametrize(("name", "code", "kind", "address", "cause"), CASES, ids=[case[0] for case in CASES])
def test_a_fault_is_known_and_without_a_handler_the_end(
    name: str, code: list[int], kind: FaultKind, address: int | None, cause: int
) -> None:
    rig = Rig()
    rig.emit(*code)
    assert rig.load().end().reason.endswith("and no trap handler")
    assert rig.cpu.first_fault is not None
    fault, registers = rig.cpu.first_fault
    place = address if kind in {FaultKind.FETCH, FaultKind.FETCH_REFUSED} else CODE + 4 * (len(code) - 1)
    assert fault == Fault(kind, place or 0, address)
    assert registers["pc"] == place


@pytest.mark.parametrize(("name", "code", "kind", "address", "cause"), CASES, ids=[case[0] for case in CASES])
def test_the_handler_finds_cause_place_and_value(
    name: str, code: list[int], kind: FaultKind, address: int | None, cause: int
) -> None:
    rig = Rig()
    rig.handle()
    start = rig.here
    rig.emit(*code)
    rig.at(HANDLER).emit(csrr(T0, MCAUSE), csrr(T1, MEPC), csrr(T2, MTVAL), 0x0000006F)
    assert rig.load().end().reason == "its handler has ended in an endless loop"
    registers = rig.cpu.registers()
    place = address if kind in {FaultKind.FETCH, FaultKind.FETCH_REFUSED} else start + 4 * (len(code) - 1)
    assert (registers["t0"], registers["t1"]) == (cause, place)
    assert address is None or registers["t2"] == address


def test_a_handler_that_mends_the_cause_lets_the_program_go_on() -> None:
    rig = Rig()
    rig.handle().emit(csrsi(MSTATUS, 8), addi(A1, ZERO, 0), *li(A0, 9), sw(A0, A1)).store(PROBE, 1).sleep()
    rig.at(HANDLER).emit(lui(A1, DATA >> 12), MRET)
    rig.load().run()
    assert rig.memory.load(DATA, 4) == 9
    assert rig.probe.values == [1]


def test_a_handler_that_faults_itself_is_the_end() -> None:
    rig = Rig()
    rig.handle().emit(lw(A0, ZERO))
    rig.at(HANDLER).emit(sw(ZERO, ZERO))
    assert rig.load().end().reason == (
        f"write to unmapped memory at 0x00000000, pc {HANDLER:#010x}, inside of the trap handler"
    )
    assert rig.cpu.first_fault is not None
    assert rig.cpu.first_fault[0].kind is FaultKind.READ


def test_a_handler_that_waits_for_what_it_has_masked_is_the_end() -> None:
    rig = Rig()
    rig.handle().emit(lw(A0, ZERO))
    rig.at(HANDLER).sleep()
    assert rig.load().end().reason == "its handler waits for an interrupt that it has not enabled"


def test_a_missing_device_register_is_a_fault() -> None:
    rig = Rig()
    rig.store(PROBE + 0xF00, 1)
    rig.load().end()
    assert rig.cpu.first_fault is not None
    assert rig.cpu.first_fault[0].address == PROBE + 0xF00


def test_an_entry_point_outside_of_memory_is_the_end() -> None:
    rig = Rig(entry=0x70000000)
    with pytest.raises(Exception, match="no memory at the entry point 0x70000000"):
        rig.load()


def test_the_timer_never_fires_in_a_humans_time_unless_it_is_set() -> None:
    timer = MachineTimer(lambda: 5.0, lambda: None)
    assert timer.deadline is None
    assert not timer.timer_pending
    timer.write(0x4000, 4, 10)
    assert timer.deadline is None
    timer.write(0x4004, 4, 0)
    assert timer.deadline == pytest.approx(5.000011)
    assert timer.read(0x4000, 4) == 10
    assert timer.read(0xBFF8, 4) == timer.read(0xBFFC, 4) == 0
