"""Faults: what each is reported as, which handler it leads to, and when that is the end."""

from __future__ import annotations

import pytest

from rproc_tui.emulator.machine.faults import CoreStopped, Fault, FaultKind
from tests.emulator import thumb
from tests.emulator.rig import CODE, DATA, PROBE, STACK, Rig
from tests.emulator.thumb import BKPT, BX_LR, NOP, WFI, bx, ldrw, mov, movs, mrs, msr, push, strw, svc, udf

SHCSR, CFSR, HFSR, MMFAR, BFAR, CCR = 0xE000ED24, 0xE000ED28, 0xE000ED2C, 0xE000ED34, 0xE000ED38, 0xE000ED14
START = CODE + 4 * thumb.VECTORS
WIDE_UDF = (0xF7F0, 0xA000)


def faulting(kind: str) -> Rig:
    """A program that sets r1 (two bytes of code) and then faults in the way that is named."""
    rig = Rig()
    program = rig.program.label("start")
    value, code = {
        "null read": (0, [ldrw(0, 1)]),
        "null write": (0, [strw(0, 1)]),
        "far read": (0x60000000, [ldrw(0, 1, 4)]),
        "far write": (0x60000000, [strw(0, 1)]),
        "double read": (0x60000000, [0xE9D1, 0x0200]),
        "write to code": (CODE, [strw(0, 1)]),
        "wild branch": (0x70000001, [bx(1)]),
        "null call": (1, [0x4788]),
        "run data": (DATA + 1, [bx(1)]),
        "even branch": (CODE + 0x100, [bx(1)]),
        "undefined": (0, [udf()]),
        "wide undefined": (0, [*WIDE_UDF]),
        "breakpoint": (0, [BKPT]),
        "return from no exception": (0xFFFFFFF9, [bx(1)]),
    }[kind]
    program.load(1, value).emit(*code, NOP, WFI)
    return rig


CASES = [
    ("null read", FaultKind.READ, START + 2, 0, 1 << 9 | 1 << 15),
    ("null write", FaultKind.WRITE, START + 2, 0, 1 << 9 | 1 << 15),
    ("far read", FaultKind.READ, START + 2, 0x60000004, 1 << 9 | 1 << 15),
    ("far write", FaultKind.WRITE, START + 2, 0x60000000, 1 << 9 | 1 << 15),
    ("double read", FaultKind.READ, START + 2, 0x60000000, 1 << 9 | 1 << 15),
    ("write to code", FaultKind.WRITE_REFUSED, START + 2, CODE, 1 << 1 | 1 << 7),
    ("wild branch", FaultKind.FETCH, 0x70000000, 0x70000000, 1 << 8),
    ("null call", FaultKind.FETCH, 0, 0, 1 << 8),
    ("run data", FaultKind.FETCH_REFUSED, DATA, DATA, 1 << 0),
    ("even branch", FaultKind.WRONG_STATE, CODE + 0x100, None, 1 << 17),
    ("undefined", FaultKind.UNDEFINED, START + 2, None, 1 << 16),
    ("wide undefined", FaultKind.UNDEFINED, START + 2, None, 1 << 16),
    ("breakpoint", FaultKind.BREAKPOINT, START + 2, None, 0),
    ("return from no exception", FaultKind.FETCH_REFUSED, 0xFFFFFFF8, None, 1 << 0),
]


@pytest.mark.parametrize(("kind", "reported", "pc", "address", "status"), CASES, ids=[case[0] for case in CASES])
def test_a_fault_is_known_by_kind_place_and_address(
    kind: str, reported: FaultKind, pc: int, address: int | None, status: int
) -> None:
    rig = faulting(kind).load()
    with pytest.raises(CoreStopped, match="no HardFault handler"):
        rig.run()
    assert rig.cpu.first_fault is not None
    fault, registers = rig.cpu.first_fault
    assert fault == Fault(reported, pc, address)
    assert registers["pc"] == pc & ~1
    assert registers["sp"] == STACK


@pytest.mark.parametrize(("kind", "reported", "pc", "address", "status"), CASES, ids=[case[0] for case in CASES])
def test_the_hardfault_handler_finds_the_cause_in_the_status_registers(
    kind: str, reported: FaultKind, pc: int, address: int | None, status: int
) -> None:
    rig = faulting(kind)
    program = rig.program.label("hard").load(7, CFSR).emit(ldrw(0, 7), ldrw(1, 7, 4), ldrw(2, 7, 12), ldrw(3, 7, 16))
    program.emit(mov(4, 13), *mrs(5, thumb.IPSR)).label("stay").emit(WFI).branch("stay").vector(3, "hard")
    rig.load().end()
    registers = rig.cpu.registers()
    assert registers["r5"] == 3
    assert registers["r0"] == status
    assert registers["r1"] == (1 << 31 if kind == "breakpoint" else 1 << 30)
    assert rig.word(registers["r4"] + 24) == pc & ~1
    if status & 1 << 15:
        assert registers["r3"] == address
    if status & 1 << 7:
        assert registers["r2"] == address


@pytest.mark.parametrize(
    ("kind", "number"), [("null read", 5), ("wild branch", 5), ("write to code", 4), ("run data", 4), ("undefined", 6)]
)
def test_an_enabled_fault_handler_is_entered_instead_of_hardfault(kind: str, number: int) -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(SHCSR, 7 << 16).load(1, "again").emit(bx(1))
    again = faulting(kind)
    program.label("again").load(
        1, {"null read": 0, "wild branch": 0x70000001, "write to code": CODE}.get(kind, DATA + 1)
    )
    program.emit(*again.program._code[1:2], NOP, WFI)
    program.label("fault").emit(*mrs(0, thumb.IPSR)).store_word(PROBE, 1).label("stay").emit(WFI).branch("stay")
    for vector in (4, 5, 6):
        program.vector(vector, "fault")
    rig.load().run()
    assert rig.cpu.registers()["r0"] == number
    assert rig.probe.values == [1]


def test_on_a_baseline_core_every_fault_is_a_hardfault() -> None:
    rig = Rig("m0")
    program = rig.program.label("start").store_word(SHCSR, 7 << 16).emit(udf())
    program.label("hard").emit(*mrs(0, thumb.IPSR)).label("stay").emit(WFI).branch("stay")
    for vector in (3, 4, 5, 6):
        program.vector(vector, "hard")
    rig.load().end()
    assert rig.cpu.registers()["r0"] == 3


def test_a_fault_handler_that_mends_the_cause_lets_the_program_go_on_and_is_forgotten() -> None:
    rig = Rig()
    program = rig.program.label("start").emit(movs(1, 0), movs(0, 5), strw(0, 1)).store_word(PROBE, 1).emit(WFI)
    program.label("hard").load(1, DATA).emit(0x9101, BX_LR).vector(3, "hard")  # str r1, [sp, #4]
    rig.load().run()
    assert rig.word(DATA) == 5
    assert rig.probe.values == [1]
    assert rig.cpu.first_fault is None


def test_a_second_fault_in_the_hardfault_handler_is_a_lockup_that_remembers_the_first() -> None:
    rig = Rig()
    rig.program.label("start").emit(movs(1, 0), strw(1, 1), WFI).label("hard").emit(udf()).vector(3, "hard")
    rig.load()
    with pytest.raises(CoreStopped, match="lockup: undefined instruction"):
        rig.run()
    assert rig.cpu.first_fault is not None
    assert rig.cpu.first_fault[0] == Fault(FaultKind.WRITE, START + 2, 0)


def test_a_hardfault_handler_that_loops_for_ever_is_the_end() -> None:
    rig = Rig()
    rig.program.label("start").emit(udf()).label("hard").branch("hard").vector(3, "hard")
    assert rig.load().end().reason == "its handler has ended in an endless loop"


def test_a_hardfault_handler_that_waits_for_ever_is_the_end() -> None:
    rig = Rig()
    rig.program.label("start").emit(udf()).label("hard").emit(WFI).branch("hard").vector(3, "hard")
    assert rig.load().end().reason == "its handler waits for an interrupt, and none can interrupt it"


def test_a_fault_handler_that_waits_for_somebody_is_not_the_end() -> None:
    rig = Rig()
    program = rig.program.label("start").emit(udf()).label("hard").load(7, DATA)
    program.label("poll").emit(ldrw(0, 7), thumb.cmp(0, 0)).branch_if(thumb.EQ, "poll").store_word(PROBE, 1)
    program.emit(BX_LR).vector(3, "hard")
    rig.load()
    for _ in range(5):
        rig.step()
    assert rig.probe.values == []
    rig.data.view[0] = 1
    rig.step()
    assert rig.probe.values[:1] == [1]


def test_an_endless_loop_elsewhere_is_not_the_end() -> None:
    rig = Rig()
    rig.program.label("start").branch("start")
    rig.load()
    for _ in range(5):
        rig.step()


@pytest.mark.parametrize("number", [3, 6])
def test_a_vector_with_an_even_address_locks_up(number: int) -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(SHCSR, 7 << 16 if number == 6 else 0).emit(udf())
    program.vector(number, CODE + 0x200).vector(3, CODE + 0x200)
    rig.load()
    with pytest.raises(CoreStopped, match="lockup: branch to an even address"):
        rig.run()


def test_a_supervisor_call_that_is_masked_is_a_hardfault() -> None:
    rig = Rig()
    program = rig.program.label("start").emit(thumb.CPSID_I, svc(1), WFI)
    program.label("hard").emit(*mrs(5, thumb.IPSR)).label("stay").emit(WFI).branch("stay").vector(3, "hard")
    rig.load().end()
    assert rig.cpu.registers()["r5"] == 3
    assert rig.cpu.first_fault is not None
    assert rig.cpu.first_fault[0] == Fault(FaultKind.MASKED_CALL, START + 2)


def test_a_stack_overflow_is_a_write_below_the_stack_and_ends_in_lockup() -> None:
    rig = Rig()
    program = rig.program.label("start").load(0, DATA + 16).emit(*msr(thumb.MSP, 0))
    program.label("recurse").emit(push(0, 1, 2, lr=True)).call("recurse")
    program.label("hard").emit(push(0, lr=True)).vector(3, "hard")
    rig.load()
    with pytest.raises(CoreStopped, match="lockup: write to unmapped memory at 0x1ff"):
        rig.run()
    assert rig.cpu.first_fault is not None
    fault = rig.cpu.first_fault[0]
    assert fault.kind is FaultKind.WRITE
    assert fault.address is not None
    assert DATA - 16 <= fault.address < DATA


def test_an_interrupt_without_room_for_its_frame_is_a_stacking_fault() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(0xE000E100, 1).load(0, DATA + 8).emit(*msr(thumb.MSP, 0), WFI)
    program.label("irq").emit(BX_LR).vector(16, "irq")
    rig.load().run()
    rig.cpu.line(0)()
    with pytest.raises(CoreStopped, match="exception frame that cannot be pushed at 0x1fffffe8"):
        rig.run()


def test_a_broken_return_word_is_a_fault() -> None:
    rig = Rig()
    program = rig.program.label("start").emit(svc(), WFI)
    program.label("svc").load(0, 0xFFFFFFF5).emit(bx(0)).vector(11, "svc")
    rig.load()
    with pytest.raises(CoreStopped, match="integrity check"):
        rig.run()


def test_a_return_to_thread_mode_out_of_nested_handlers_is_a_fault() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(0xE000E100, 3).store_word(0xE000E400, 0x40_80).emit(WFI)
    program.label("irq0").store_word(0xE000E200, 2).emit(BX_LR).vector(16, "irq0")
    program.label("irq1").load(0, 0xFFFFFFF9).emit(bx(0)).vector(17, "irq1")
    rig.load().run()
    rig.cpu.line(0)()
    with pytest.raises(CoreStopped, match="integrity check"):
        rig.run()


@pytest.mark.parametrize("signed", [True, False])
def test_division_by_zero_gives_zero_while_the_trap_is_off(signed: bool) -> None:
    rig = Rig()
    rig.program.label("start").emit(movs(0, 9), movs(1, 0), 0xFB90 if signed else 0xFBB0, 0xF2F1, WFI)
    rig.load().run()
    assert rig.cpu.registers()["r2"] == 0


@pytest.mark.parametrize("signed", [True, False])
def test_division_by_zero_faults_while_the_trap_is_on(signed: bool) -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(CCR, 1 << 4)
    program.emit(movs(0, 9), movs(1, 0), 0xFB90 if signed else 0xFBB0, 0xF2F1, WFI)
    rig.load()
    with pytest.raises(CoreStopped, match="division by zero"):
        rig.run()


def test_divisions_are_right_while_the_trap_is_on_also_in_conditional_blocks() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(CCR, 1 << 4).load(0, 0xFFFFFFF9).emit(movs(1, 2), movs(3, 0))
    program.emit(0xFB90, 0xF4F1, 0xFBB0, 0xF5F1)  # sdiv r4, r0, r1; udiv r5, r0, r1
    program.emit(thumb.cmp(3, 0), 0xBF0C, 0xFB90, 0xF2F1, 0xFB90, 0xF3F3)  # ite eq: sdiveq r2; sdivne r3, r0, r3
    program.emit(WFI)
    rig.load().run()
    registers = rig.cpu.registers()
    assert registers["r4"] == registers["r2"] == 0xFFFFFFFD
    assert registers["r5"] == 0x7FFFFFFC
    assert registers["r3"] == 0


def test_unaligned_loads_work_except_on_the_baseline_core() -> None:
    rig = Rig("m4")
    rig.program.label("start").load(1, DATA + 1).emit(ldrw(0, 1), WFI)
    rig.load().run()
    baseline = Rig("m0")
    baseline.program.label("start").load(1, DATA + 1).emit(ldrw(0, 1), WFI)
    baseline.load()
    with pytest.raises(CoreStopped, match="unaligned access"):
        baseline.run()


def test_floating_point_on_a_core_without_it_is_a_missing_coprocessor() -> None:
    rig = Rig("m3")
    rig.program.label("start").emit(0xEE00, 0x0A10, WFI)
    rig.load()
    with pytest.raises(CoreStopped, match="coprocessor that the core lacks"):
        rig.run()


def test_a_push_below_the_stack_limit_of_an_m33_is_a_fault() -> None:
    rig = Rig("m33")
    rig.program.label("start").load(0, STACK - 8).emit(*msr(10, 0), push(0, 1, 2, 3), WFI)  # MSPLIM
    rig.load()
    with pytest.raises(CoreStopped, match="push below the stack limit"):
        rig.run()


def test_a_system_reset_request_ends_the_core() -> None:
    rig = Rig()
    rig.program.label("start").store_word(0xE000ED0C, 0x05FA0004).store_word(PROBE, 1).emit(WFI)
    rig.load()
    with pytest.raises(CoreStopped, match="SYSRESETREQ"):
        rig.run()
    assert rig.probe.values == []


@pytest.mark.parametrize(
    ("stack", "entry", "sentence"),
    [(0, 0, "vector table at 0x10000000 is empty"), (STACK, CODE + 0x200, "branch to an even address")],
)
def test_a_core_without_a_usable_vector_table_does_not_start(stack: int, entry: int, sentence: str) -> None:
    rig = Rig()
    rig.code.view[:8] = stack.to_bytes(4, "little") + entry.to_bytes(4, "little")
    with pytest.raises(CoreStopped, match=sentence):
        rig.cpu.reset()
