"""What the engine does that one would not expect, and that it is handled; each of these was measured before."""

from __future__ import annotations

import pytest

from rproc_tui.emulator.machine.faults import CoreStopped
from tests.emulator.rig import DATA, PROBE, Rig
from tests.emulator.thumb import BX_LR, EQ, WFI, adds, bx, cmp, movs, strw, subs, udf

UDIV = (0xFBB0, 0xF2F1)
SMLAD = (0xFB20, 0x1203)
VADD = (0xEE30, 0x0A00)
LOAD_ACQUIRE = (0xE8D1, 0x0FAF)


@pytest.mark.parametrize(
    ("model", "code", "executes"),
    [
        ("m0", UDIV, False),
        ("m3", UDIV, True),
        ("m0", SMLAD, False),
        ("m4", SMLAD, True),
        ("m0", VADD, False),
        ("m3", VADD, False),
        ("m4", VADD, True),
        ("m7", VADD, True),
        ("m33", VADD, True),
        ("m4", LOAD_ACQUIRE, False),
        ("m33", LOAD_ACQUIRE, True),
    ],
)
def test_a_core_executes_what_its_kind_has_and_nothing_else(model: str, code: tuple[int, int], executes: bool) -> None:
    rig = Rig(model)
    rig.program.label("start").load(1, DATA).emit(*code).emit(WFI)
    rig.load()
    if executes:
        rig.run()
    else:
        with pytest.raises(CoreStopped, match=r"undefined instruction|coprocessor"):
            rig.run()


def test_memory_is_the_same_bytes_for_host_and_guest() -> None:
    rig = Rig()
    rig.program.label("start").store_word(DATA, 0x11223344).label("loop").emit(WFI)
    rig.program.load(7, DATA).emit(0x6838).load(7, PROBE).emit(strw(0, 7)).branch("loop")  # ldr r0, [r7]
    rig.load().run()
    assert bytes(rig.data.view[:4]) == b"\x44\x33\x22\x11"
    rig.data.view[:4] = b"\x78\x56\x34\x12"
    rig.run()
    assert rig.probe.values == [0x12345678]


def test_a_store_that_asks_for_attention_happens_once() -> None:
    rig = Rig()
    program = rig.program.label("start").load(1, PROBE + 0x100).emit(movs(0, 5), movs(2, 0))
    program.emit(adds(2, 1), strw(0, 1), adds(2, 1), WFI)
    rig.load().run()
    assert rig.probe.writes == [(0x100, 5)]
    assert rig.cpu.registers()["r2"] == 2


def test_a_store_with_write_back_that_asks_for_attention_moves_its_base_once() -> None:
    rig = Rig()
    rig.program.label("start").load(1, PROBE + 0x100).emit(movs(0, 5), 0xF841, 0x0B04, WFI)  # str r0, [r1], #4
    rig.load().run()
    assert rig.probe.writes == [(0x100, 5)]
    assert rig.cpu.registers()["r1"] == PROBE + 0x104


def test_a_store_of_several_registers_is_not_repeated_for_attention() -> None:
    rig = Rig()
    program = rig.program.label("start").load(1, PROBE + 0xFC)
    program.emit(movs(0, 5), movs(2, 6), 0xC105, WFI)  # stmia r1!, {r0, r2}: the second word asks for attention
    rig.load().run()
    assert rig.probe.writes == [(0xFC, 5), (0x100, 6)]


@pytest.mark.parametrize("block", [(0xBF08,), (0xBF04,), (0xBF02,)], ids=["IT", "ITT", "ITTT"])
def test_a_conditional_store_that_asks_for_attention_happens_once(block: tuple[int, ...]) -> None:
    rig = Rig()
    program = rig.program.label("start").load(1, PROBE + 0x100).emit(movs(0, 5), movs(2, 0), cmp(2, 0))
    program.emit(*block, strw(0, 1), 0x3201, 0x3201).label("sleep").emit(WFI).branch("sleep")  # adds r2, #1, twice
    rig.load().run()
    assert rig.probe.writes == [(0x100, 5)]
    assert rig.cpu.registers()["r2"] == 2


def test_slices_repeat_no_device_access() -> None:
    rig = Rig()
    program = rig.program.label("start").load(1, PROBE).load(2, 30_000)
    program.label("loop").emit(strw(2, 1), 0x6808, 0x680B, subs(2, 1)).branch_if(1, "loop").emit(WFI)  # two loads
    rig.load().run()
    assert rig.probe.values == list(range(30_000, 0, -1))
    assert rig.probe.reads == 60_000


def test_a_new_engine_sees_code_that_the_host_has_written() -> None:
    rig = Rig()
    rig.program.label("start").emit(movs(0, 1)).store_word(PROBE, 1).emit(WFI)
    rig.load().run()
    again = Rig()
    again.program.label("start").emit(movs(0, 1)).store_word(PROBE, 2).emit(WFI)
    image = again.program.image()
    rig.code.view[: len(image)] = image
    fresh = Rig(regions=(rig.data, rig.code))
    fresh.cpu.reset()
    fresh.run()
    assert rig.probe.values == [1]
    assert fresh.probe.values == [2]


def test_a_slice_never_ends_inside_a_conditional_block_in_a_way_that_shows() -> None:
    rig = Rig()
    program = rig.program.label("start").load(1, DATA).load(2, 40_000).emit(movs(0, 0), movs(3, 0))
    program.label("loop").emit(cmp(3, 0), 0xBF02, adds(0, 1), adds(0, 1), adds(0, 1))  # ITTT EQ
    program.emit(subs(2, 1)).branch_if(1, "loop").emit(WFI)
    rig.load().run()
    assert rig.cpu.registers()["r0"] == 120_000


def test_a_missing_device_register_is_a_bus_fault_at_its_instruction() -> None:
    rig = Rig()
    rig.program.label("start").load(1, PROBE + 0xF00).emit(movs(0, 1), strw(0, 1), WFI)
    rig.probe.missing = 0xF00
    rig.load()
    with pytest.raises(CoreStopped, match="write to unmapped memory at 0x40000f00, pc 0x10000104"):
        rig.run()


def test_the_engine_can_be_freed_and_its_memory_used_again() -> None:
    rig = Rig()
    rig.program.label("start").emit(WFI)
    rig.load().run()
    rig.cpu.close()
    again = Rig(regions=(rig.data, rig.code))
    again.cpu.reset()
    again.run()


def test_a_function_call_and_its_return_are_no_exception() -> None:
    rig = Rig()
    rig.program.label("start").call("double").store_word(PROBE, 3).emit(WFI)
    rig.program.label("double").emit(BX_LR)
    rig.load().run()
    assert rig.probe.values == [3]


def test_a_branch_on_equal_and_a_jump_through_a_register_work() -> None:
    rig = Rig()
    rig.program.label("start").emit(movs(0, 0), cmp(0, 0)).branch_if(EQ, "on").emit(udf())
    rig.program.label("on").load(3, "end").emit(bx(3), udf())
    rig.program.label("end").emit(WFI)
    rig.load().run()
