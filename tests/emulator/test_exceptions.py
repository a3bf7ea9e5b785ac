"""Exceptions of the M profile, as firmware sees them: entry, return, nesting, masks, stacks, floating point."""

from __future__ import annotations

import pytest

from rproc_tui.emulator.machine.cpu import Pause
from tests.emulator import thumb
from tests.emulator.rig import DATA, PROBE, STACK, Rig
from tests.emulator.thumb import BX_LR, CPSID_I, CPSIE_I, NOP, WFI, adds, cmp, mov, movs, mrs, msr, pop, push, strw

ISER, ISPR, IPR = 0xE000E100, 0xE000E200, 0xE000E400
ICSR, SHPR3, SCR, CCR = 0xE000ED04, 0xE000ED20, 0xE000ED10, 0xE000ED14
PENDSV = 1 << 28
EVERY_MODEL = pytest.mark.parametrize("model", ["m0", "m3", "m4", "m7", "m33"])
FLOAT_MODELS = pytest.mark.parametrize("model", ["m4", "m7", "m33"])


def handler(rig: Rig, number: int, value: int) -> None:
    """A handler that writes a value to the probe and returns."""
    name = f"handler{number}"
    rig.program.label(name).store_word(PROBE, value).emit(BX_LR).vector(number, name)


def waiting_program(rig: Rig, *, lines: int = 1) -> None:
    """Enables some lines and sleeps for ever."""
    rig.program.label("start").store_word(ISER, (1 << lines) - 1).label("loop").emit(WFI).branch("loop")


@EVERY_MODEL
def test_an_interrupt_runs_its_handler_and_returns_to_where_it_was(model: str) -> None:
    rig = Rig(model)
    rig.program.label("start").store_word(ISER, 1).emit(movs(0, 7), movs(1, 8), WFI).store_word(PROBE, 1).emit(WFI)
    handler(rig, 16, 2)
    rig.load().run()
    rig.cpu.line(0)()
    rig.run()
    registers = rig.cpu.registers()
    assert rig.probe.values == [2, 1]
    assert (registers["r0"], registers["r1"], registers["sp"]) == (7, 8, STACK)


@EVERY_MODEL
def test_a_handler_may_return_by_popping_the_program_counter(model: str) -> None:
    rig = Rig(model)
    waiting_program(rig)
    rig.program.label("irq").emit(push(4, lr=True)).store_word(PROBE, 2).emit(pop(4, pc=True)).vector(16, "irq")
    rig.load().run()
    for _ in range(3):
        rig.cpu.line(0)()
        rig.run()
    assert rig.probe.values == [2, 2, 2]
    assert rig.cpu.registers()["sp"] == STACK


@EVERY_MODEL
def test_a_handler_sees_the_frame_the_number_and_the_return_word(model: str) -> None:
    rig = Rig(model)
    rig.program.label("start").store_word(ISER, 1).emit(movs(0, 7), movs(3, 9), WFI)
    rig.program.label("irq").emit(mov(4, 13), mov(5, 14), *mrs(2, thumb.IPSR)).label("stay").emit(WFI).branch("stay")
    rig.program.vector(16, "irq")
    rig.load().run()
    flags = rig.cpu.registers()["xpsr"]
    rig.cpu.line(0)()
    rig.run()
    registers = rig.cpu.registers()
    frame = registers["r4"]
    assert frame == STACK - 32
    assert [rig.word(frame + 4 * index) for index in (0, 3)] == [7, 9]
    assert rig.word(frame + 28) == flags
    assert rig.word(frame + 24) & 1 == 0
    assert registers["r2"] == 16
    assert registers["r5"] == (0xFFFFFFB8 if model == "m33" else 0xFFFFFFF9)


def test_a_frame_on_an_odd_stack_is_aligned_and_the_padding_given_back() -> None:
    rig = Rig()
    rig.program.label("start").store_word(ISER, 1).emit(push(0), WFI, push(1), WFI)
    rig.program.label("irq").emit(mov(4, 13), BX_LR).vector(16, "irq")
    rig.load().run()
    rig.cpu.line(0)()
    rig.run()
    registers = rig.cpu.registers()
    assert registers["r4"] % 8 == 0
    assert rig.word(registers["r4"] + 28) & 1 << 9
    assert registers["sp"] == STACK - 8


def test_a_more_urgent_interrupt_preempts_and_a_less_urgent_one_waits() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(ISER, 7)
    program.store_word(IPR, 0x00_80_40_C0).emit(WFI).store_word(PROBE, 9).emit(WFI)  # line 0: C0, 1: 40, 2: 80
    program.label("low").store_word(PROBE, 1).store_word(ISPR, 2).store_word(PROBE, 2).emit(BX_LR).vector(16, "low")
    program.label("high").store_word(PROBE, 3).store_word(ISPR, 4).store_word(PROBE, 4).emit(BX_LR).vector(17, "high")
    handler(rig, 18, 5)
    rig.load().run()
    rig.cpu.line(0)()
    rig.run()
    assert rig.probe.values == [1, 3, 4, 5, 2, 9]
    assert rig.cpu.registers()["sp"] == STACK


def test_of_two_pending_interrupts_of_one_priority_the_lower_number_comes_first() -> None:
    rig = Rig()
    waiting_program(rig, lines=2)
    handler(rig, 16, 1)
    handler(rig, 17, 2)
    rig.load().run()
    rig.cpu.line(1)()
    rig.cpu.line(0)()
    rig.run()
    assert rig.probe.values == [1, 2]


def test_sub_priorities_order_but_do_not_preempt() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(0xE000ED0C, 0x05FA0000 | 6 << 8)  # PRIGROUP 6: one bit preempts
    program.store_word(ISER, 3).store_word(IPR, 0x10_40).emit(WFI).branch("start")
    program.label("irq0").store_word(PROBE, 1).store_word(ISPR, 2).store_word(PROBE, 2).emit(BX_LR).vector(16, "irq0")
    handler(rig, 17, 3)
    rig.load().run()
    rig.cpu.line(0)()
    rig.run()
    assert rig.probe.values == [1, 2, 3]


@EVERY_MODEL
def test_masked_interrupts_are_taken_at_the_instruction_that_unmasks(model: str) -> None:
    rig = Rig(model)
    program = rig.program.label("start").store_word(ISER, 1).emit(CPSID_I).store_word(ISPR, 1)
    program.store_word(PROBE, 1).emit(CPSIE_I).emit(CPSID_I).store_word(PROBE, 3).emit(CPSIE_I, WFI)
    handler(rig, 16, 2)
    rig.load().run()
    assert rig.probe.values == [1, 2, 3]


@pytest.mark.parametrize(("mask", "taken"), [(0x40, False), (0x80, False), (0xC0, True), (0, True)])
def test_basepri_holds_back_what_is_not_more_urgent(mask: int, taken: bool) -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(ISER, 1).store_word(IPR, 0x80).emit(movs(0, mask))
    program.emit(*msr(thumb.BASEPRI, 0)).store_word(ISPR, 1).store_word(PROBE, 1)
    program.emit(movs(0, 0), *msr(thumb.BASEPRI, 0)).store_word(PROBE, 3).emit(WFI)
    handler(rig, 16, 2)
    rig.load().run()
    assert rig.probe.values == ([2, 1, 3] if taken else [1, 2, 3])


def test_faultmask_holds_back_everything_until_the_exception_that_set_it_returns() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(ISER, 3).store_word(IPR, 0x00_80).emit(WFI, WFI)
    program.label("irq0").emit(movs(0, 1), *msr(thumb.FAULTMASK, 0)).store_word(ISPR, 2).store_word(PROBE, 1)
    program.emit(BX_LR).vector(16, "irq0")
    handler(rig, 17, 2)
    rig.load().run()
    rig.cpu.line(0)()
    rig.run()
    assert rig.probe.values == [1, 2]
    assert rig.cpu.registers()["faultmask"] == 0


@EVERY_MODEL
def test_pendsv_is_taken_at_once(model: str) -> None:
    rig = Rig(model)
    program = rig.program.label("start").store_word(SHPR3, 0x00C00000).store_word(ICSR, PENDSV)
    program.store_word(PROBE, 1).emit(WFI)
    handler(rig, 14, 2)
    rig.load().run()
    assert rig.probe.values == [2, 1]


@EVERY_MODEL
def test_a_supervisor_call_runs_at_once_and_returns_behind_itself(model: str) -> None:
    rig = Rig(model)
    rig.program.label("start").store_word(PROBE, 1).emit(thumb.svc(5)).store_word(PROBE, 3).emit(WFI)
    handler(rig, 11, 2)
    rig.load().run()
    assert rig.probe.values == [1, 2, 3]


@EVERY_MODEL
def test_the_tick_interrupts_at_its_rate(model: str) -> None:
    rig = Rig(model)
    program = rig.program.label("start").store_word(0xE000E014, 99_999).store_word(0xE000E018, 0)
    program.store_word(0xE000E010, 7).label("loop").emit(WFI).branch("loop")
    handler(rig, 15, 4)
    rig.load().run()
    for expected in range(1, 6):
        rig.clock.advance(0.1)
        rig.cpu.timed[0].expire(rig.clock.monotonic())
        rig.run()
        assert rig.probe.values == [4] * expected


@EVERY_MODEL
def test_a_thread_on_the_process_stack_keeps_it_across_an_interrupt(model: str) -> None:
    rig = Rig(model)
    process = STACK - 0x1000
    program = rig.program.label("start").store_word(ISER, 1).load(0, process).emit(*msr(thumb.PSP, 0), movs(1, 2))
    program.emit(*msr(thumb.CONTROL, 1), *thumb.ISB, WFI, WFI)
    program.label("irq").emit(mov(4, 13), mov(5, 14), *mrs(6, thumb.PSP), BX_LR).vector(16, "irq")
    rig.load().run()
    rig.cpu.line(0)()
    rig.run()
    registers = rig.cpu.registers()
    assert registers["r4"] == STACK
    assert registers["r6"] == process - 32
    assert registers["r5"] == (0xFFFFFFBC if model == "m33" else 0xFFFFFFFD)
    assert registers["sp"] == registers["psp"] == process
    assert registers["control"] == 2


@EVERY_MODEL
def test_a_supervisor_call_can_start_the_first_thread_on_the_process_stack(model: str) -> None:
    rig = Rig(model)
    thread_stack = DATA + 0x400
    program = rig.program.label("start").emit(thumb.svc(0), thumb.udf())
    program.label("svc").load(0, thread_stack).emit(*msr(thumb.PSP, 0)).load(1, 0xFFFFFFFD).emit(thumb.bx(1))
    program.vector(11, "svc")
    program.label("thread").store_word(PROBE, 1).emit(*mrs(2, thumb.CONTROL), WFI)
    rig.load()
    frame = [0, 0, 0, 0, 0, 0, program.address("thread"), 1 << 24]
    for index, word in enumerate(frame):
        rig.data.view[0x400 + 4 * index : 0x404 + 4 * index] = word.to_bytes(4, "little")
    rig.run()
    registers = rig.cpu.registers()
    assert rig.probe.values == [1]
    assert registers["r2"] == 2
    assert registers["sp"] == thread_stack + 32


def test_two_threads_are_switched_in_pendsv() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(SHPR3, 0x00FF0000).load(0, DATA + 0x420).emit(*msr(thumb.PSP, 0))
    program.emit(movs(1, 2), *msr(thumb.CONTROL, 1), *thumb.ISB).label("first").store_word(PROBE, 1)
    program.store_word(ICSR, PENDSV).store_word(PROBE, 2).store_word(ICSR, PENDSV).store_word(PROBE, 3).emit(WFI)
    program.label("second").store_word(PROBE, 11).store_word(ICSR, PENDSV).store_word(PROBE, 12).emit(WFI)
    program.label("switch").load(3, DATA).emit(*mrs(0, thumb.PSP), 0x6819, strw(0, 3), *msr(thumb.PSP, 1), BX_LR)
    program.vector(14, "switch")  # swaps PSP with the word at DATA
    rig.load()
    stack = DATA + 0x800
    frame = [0, 0, 0, 0, 0, 0, program.address("second"), 1 << 24]
    for index, word in enumerate(frame):
        rig.data.view[0x800 + 4 * index : 0x804 + 4 * index] = word.to_bytes(4, "little")
    rig.data.view[:4] = stack.to_bytes(4, "little")
    rig.run()
    assert rig.probe.values == [1, 11, 2, 12]


@pytest.mark.parametrize("model", ["m3", "m4", "m33"])
def test_the_handler_of_an_unprivileged_thread_is_privileged_and_the_thread_is_not_again(model: str) -> None:
    rig = Rig(model)
    program = rig.program.label("start").store_word(ISER, 1).emit(movs(0, 1), *msr(thumb.CONTROL, 0), *thumb.ISB)
    program.emit(CPSID_I, *mrs(1, thumb.PRIMASK), WFI, CPSID_I, *mrs(3, thumb.PRIMASK), WFI)
    program.label("irq").emit(CPSID_I, *mrs(2, thumb.PRIMASK), mov(4, 2), CPSIE_I, *mrs(5, thumb.CONTROL), BX_LR)
    program.vector(16, "irq")
    rig.load().run()
    rig.cpu.line(0)()
    rig.run()
    registers = rig.cpu.registers()
    assert registers["r1"] == 0
    assert registers["r4"] == 1
    assert registers["r5"] & 1
    assert registers["r3"] == 0
    assert registers["control"] == 1


def test_an_unprivileged_thread_on_the_process_stack_comes_back_as_both() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(ISER, 1).load(0, DATA + 0x400).emit(*msr(thumb.PSP, 0))
    program.emit(movs(0, 3), *msr(thumb.CONTROL, 0), *thumb.ISB, WFI, WFI)
    handler(rig, 16, 1)
    rig.load().run()
    rig.cpu.line(0)()
    rig.run()
    registers = rig.cpu.registers()
    assert registers["control"] == 3
    assert registers["sp"] == DATA + 0x400


@FLOAT_MODELS
def test_floating_point_registers_survive_a_handler_that_uses_them(model: str) -> None:
    rig = Rig(model)
    to_float, from_float = (0xEE00, 0x0A10), (0xEE10, 0x1A10)  # vmov s0, r0; vmov r1, s0
    program = rig.program.label("start").store_word(ISER, 1).load(0, 0x40490FDB).emit(*to_float, WFI, *from_float, WFI)
    program.label("irq").emit(mov(4, 13), mov(5, 14), *mrs(3, thumb.CONTROL), mov(8, 3), movs(0, 0), *to_float, BX_LR)
    program.vector(16, "irq")
    rig.load().run()
    rig.cpu.line(0)()
    rig.run()
    registers = rig.cpu.registers()
    assert registers["r1"] == 0x40490FDB
    assert registers["r4"] == STACK - 104
    assert not registers["r5"] & 0x10
    assert not registers["r8"] & 4
    assert registers["control"] & 4
    assert registers["sp"] == STACK


def test_a_thread_without_floating_point_gets_the_short_frame() -> None:
    rig = Rig()
    rig.program.label("start").store_word(ISER, 1).emit(WFI, WFI)
    rig.program.label("irq").emit(mov(4, 13), 0xEE00, 0x0A10, BX_LR).vector(16, "irq")  # the handler uses s0
    rig.load().run()
    rig.cpu.line(0)()
    rig.run()
    registers = rig.cpu.registers()
    assert registers["r4"] == STACK - 32
    assert not registers["control"] & 4


def test_a_conditional_block_that_faults_is_resumed_where_it_was() -> None:
    """The handler mends the address; the store and the rest of the block are then executed."""
    rig = Rig()
    program = rig.program.label("start").emit(movs(0, 5), movs(1, 0), movs(2, 0), movs(3, 0), cmp(2, 0))
    program.emit(0xBF02, adds(3, 1), strw(0, 1), adds(3, 1)).store_word(PROBE, 1).emit(WFI)  # ITTT EQ
    program.label("hard").load(1, DATA).emit(0x9101, BX_LR).vector(3, "hard")  # str r1, [sp, #4]: r1 of the frame
    rig.load().run()
    assert rig.word(DATA) == 5
    assert rig.cpu.registers()["r3"] == 2
    assert rig.probe.values == [1]


def test_a_supervisor_call_inside_a_conditional_block_comes_back_into_it() -> None:
    rig = Rig()
    program = rig.program.label("start").emit(movs(2, 0), movs(3, 0), cmp(2, 0))
    program.emit(0xBF06, thumb.svc(), adds(3, 1), adds(3, 7), WFI)  # ITTE EQ: the last one is skipped
    program.label("svc").emit(cmp(2, 1), BX_LR).vector(11, "svc")
    rig.load().run()
    assert rig.cpu.registers()["r3"] == 1


def test_sleep_on_exit_executes_nothing_of_the_thread() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(ISER, 1).store_word(SCR, 2).emit(WFI)
    program.label("never").store_word(PROBE, 9).branch("never")
    handler(rig, 16, 1)
    rig.load().run()
    for _ in range(3):
        rig.cpu.line(0)()
        assert rig.run() is Pause.WAITING
    assert rig.probe.values == [1, 1, 1]


def test_handlers_chain_without_executing_the_thread_between_them() -> None:
    rig = Rig()
    rig.program.label("start").store_word(ISER, 3).emit(WFI).store_word(PROBE, 9).emit(WFI)
    handler(rig, 16, 1)
    handler(rig, 17, 2)
    rig.load().run()
    rig.cpu.line(0)()
    rig.cpu.line(1)()
    rig.run()
    assert rig.probe.values == [1, 2, 9]


def test_the_vector_table_can_be_moved() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(0xE000ED08, DATA).store_word(ISER, 1).emit(WFI, WFI)
    program.label("moved").store_word(PROBE, 7).emit(BX_LR)
    handler(rig, 16, 1)
    rig.load()
    rig.data.view[64:68] = (program.address("moved") | 1).to_bytes(4, "little")
    rig.run()
    rig.cpu.line(0)()
    rig.run()
    assert rig.probe.values == [7]


def test_a_long_masked_stretch_with_something_pending_still_gets_on() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(ISER, 1).emit(CPSID_I).store_word(ISPR, 1).load(2, 300_000)
    program.label("loop").emit(thumb.subs(2, 1)).branch_if(thumb.NE, "loop").emit(CPSIE_I, NOP)
    program.label("sleep").emit(WFI).branch("sleep")
    handler(rig, 16, 1)
    rig.load().run()
    assert rig.probe.values == [1]
