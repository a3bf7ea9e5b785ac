"""Waiting for interrupts and events, and telling it from everything that looks alike."""

from __future__ import annotations

import pytest

from rproc_tui.emulator.machine import engine
from rproc_tui.emulator.machine.cpu import SLICE, Pause
from rproc_tui.emulator.machine.faults import CoreStopped
from tests.emulator import thumb
from tests.emulator.rig import CODE, DATA, PROBE, Rig
from tests.emulator.thumb import BX_LR, CPSID_I, CPSIE_I, NOP, SEV, WFE, WFI, YIELD, adds, bx, movs, strw, subs, udf

ISER, ISPR, SCR = 0xE000E100, 0xE000E200, 0xE000ED10
EVERY_MODEL = pytest.mark.parametrize("model", ["m0", "m3", "m4", "m7", "m33"])


@pytest.fixture(params=["counting", "not counting"], autouse=True)
def counter(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything holds as well where the engine's instruction counter cannot be found."""
    if request.param == "not counting":
        monkeypatch.setattr(engine, "executed_by", lambda _engine: None)


@EVERY_MODEL
@pytest.mark.parametrize("instruction", [WFI, WFE])
def test_a_core_waits_and_goes_on_behind_the_instruction(model: str, instruction: int) -> None:
    rig = Rig(model)
    rig.program.label("start").store_word(ISER, 1).emit(movs(2, 1), instruction, movs(2, 2), WFI)
    rig.program.label("irq").emit(BX_LR).vector(16, "irq")
    rig.load()
    assert rig.run() is Pause.WAITING
    assert rig.cpu.registers()["r2"] == 1
    assert not rig.cpu.wakes
    rig.cpu.line(0)()
    assert rig.cpu.wakes
    assert rig.run() is Pause.WAITING
    assert rig.cpu.registers()["r2"] == 2


@EVERY_MODEL
def test_yield_pauses_and_goes_on(model: str) -> None:
    rig = Rig(model)
    rig.program.label("start").emit(movs(2, 1), YIELD, movs(2, 2), WFI)
    rig.load()
    assert rig.run() is Pause.YIELDING
    assert rig.run() is Pause.WAITING
    assert rig.cpu.registers()["r2"] == 2


@pytest.mark.parametrize("before", [WFE, YIELD, WFI])
def test_an_undefined_instruction_behind_a_wait_is_a_fault_and_no_waiting(before: int) -> None:
    rig = Rig()
    rig.program.label("start").load(1, "target").emit(bx(1)).emit(NOP, before).label("target").emit(udf())
    rig.load()
    with pytest.raises(CoreStopped, match="undefined instruction"):
        rig.run()


def test_a_busy_loop_behind_a_wait_is_not_taken_for_waiting() -> None:
    """The slice's count ends exactly at the loop's start, whose predecessor is a WFI that was never executed."""
    rig = Rig()
    program = rig.program.label("start").load(2, SLICE).branch("loop").emit(WFI)
    program.label("loop").emit(*[NOP] * 3, subs(2, 1)).branch_if(thumb.NE, "loop").store_word(PROBE, 1).emit(WFI)
    rig.load()
    assert SLICE % 5 == 0
    assert rig.run() is Pause.WAITING
    assert rig.probe.values == [1]


def test_a_wait_that_is_written_while_running_is_found_when_it_is_executed() -> None:
    rig = Rig()
    code = DATA + 0x100
    rig = Rig(executable_data=True)
    program = (
        rig.program.label("start").store_word(code, WFI | adds(2, 1) << 16).store_word(code + 4, 0xE7FC | NOP << 16)
    )
    program.emit(movs(2, 0)).load(1, code + 1).emit(bx(1))
    rig.load()
    assert rig.run() is Pause.WAITING
    waits = rig.cpu.registers()["r2"]
    assert waits <= 1
    rig.cpu.line(0)()
    assert not rig.cpu.wakes


@EVERY_MODEL
def test_a_masked_interrupt_ends_the_waiting_but_is_not_taken(model: str) -> None:
    rig = Rig(model)
    program = rig.program.label("start").store_word(ISER, 1).emit(CPSID_I, WFI).store_word(PROBE, 1)
    program.emit(CPSIE_I, NOP).store_word(PROBE, 3).emit(WFI)
    program.label("irq").store_word(PROBE, 2).emit(BX_LR).vector(16, "irq")
    rig.load().run()
    assert not rig.cpu.wakes
    rig.cpu.line(0)()
    assert rig.cpu.wakes
    rig.run()
    assert rig.probe.values == [1, 2, 3]


def test_an_interrupt_that_is_not_enabled_ends_no_waiting() -> None:
    rig = Rig()
    rig.program.label("start").emit(WFI)
    rig.load().run()
    rig.cpu.line(0)()
    assert not rig.cpu.wakes


def test_an_interrupt_that_came_before_the_wait_is_not_slept_through() -> None:
    rig = Rig()
    program = rig.program.label("start").store_word(ISER, 1).emit(CPSID_I).store_word(ISPR, 1).emit(WFI)
    program.store_word(PROBE, 1).emit(CPSIE_I, NOP, NOP).label("sleep").emit(WFI).branch("sleep")
    program.label("irq").store_word(PROBE, 2).emit(BX_LR).vector(16, "irq")
    rig.load()
    assert rig.run() is Pause.WAITING
    assert rig.probe.values == [1, 2]


def test_an_event_from_a_handler_is_not_slept_through() -> None:
    """WFE behind an exception returns at once: `while (!flag) wfe` loses no wake-up."""
    rig = Rig()
    program = rig.program.label("start").store_word(ISER, 1).store_word(ISPR, 1).emit(NOP, WFE).store_word(PROBE, 1)
    program.emit(WFE).store_word(PROBE, 9).emit(WFI)
    program.label("irq").emit(BX_LR).vector(16, "irq")
    rig.load()
    assert rig.run() is Pause.WAITING
    assert rig.probe.values == [1]


def test_a_pending_disabled_interrupt_is_an_event_when_asked_for() -> None:
    rig = Rig()
    rig.program.label("start").store_word(SCR, 1 << 4).emit(WFE).store_word(PROBE, 1).emit(WFI)
    rig.load().run()
    rig.cpu.line(3)()
    assert rig.cpu.wakes
    rig.run()
    assert rig.probe.values == [1]


def test_sending_an_event_is_no_fault() -> None:
    rig = Rig()
    rig.program.label("start").emit(SEV).store_word(PROBE, 1).emit(WFI)
    rig.load().run()
    assert rig.probe.values == [1]


@pytest.mark.parametrize(("equal", "values"), [(True, [1, 2]), (False, [1, 2])])
def test_a_wait_inside_a_conditional_block_counts_only_when_its_condition_holds(equal: bool, values: list[int]) -> None:
    rig = Rig()
    program = (
        rig.program.label("start").store_word(PROBE, 1).emit(movs(0, 0), movs(3, 0), thumb.cmp(0, 0 if equal else 1))
    )
    program.emit(0xBF04, WFI, adds(3, 1)).store_word(PROBE, 2).emit(WFI)  # ITT EQ
    rig.load().run()
    assert rig.probe.values == ([1] if equal else [1, 2])
    if equal:
        rig.run()
    assert rig.probe.values == values
    assert rig.cpu.registers()["r3"] == (1 if equal else 0)


def test_data_that_looks_like_a_wait_is_only_data() -> None:
    rig = Rig()
    rig.program.label("start").load(0, 0xBF30BF30).load(7, PROBE).emit(strw(0, 7), WFI)
    rig.load().run()
    assert rig.probe.values == [0xBF30BF30]
    assert rig.cpu.registers()["pc"] < CODE + 0x200
