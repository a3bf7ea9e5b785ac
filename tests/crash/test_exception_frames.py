"""Frames of exceptions, found in memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.crash.exception_frames import KEPT_MOST, Clues, ExceptionFrame, find_frames
from rproc_tui.crash.handler_link import is_handler_link
from rproc_tui.crash.values import Certainty, Registers
from tests.crash.cortex_m_memory import DATA, EXTENTS, Ram, at, frame, locate

THREAD, HANDLER, PROCESS = 0xFFFF_FFF9, 0xFFFF_FFF1, 0xFFFF_FFFD
STACK = DATA + 0x800


def found(ram: Ram, clues: Clues | None = None) -> tuple[ExceptionFrame, ...]:
    return find_frames(ram, EXTENTS, locate, clues)


def with_handler(ram: Ram, where: int, words: list[int], link: int = THREAD) -> Ram:
    """A frame, and below it what HardFault_Handler pushes: r7, lr; and the return address of a call that it makes."""
    return ram.put(where, words).put(where - 8, [where + 0x40, link]).put(where - 12, [at("HardFault_Handler", 0x21)])


def test_the_frame_of_a_fault_gives_the_registers_back() -> None:
    ram = with_handler(Ram(), STACK, frame(at("work", 8), at("main", 5), r0=7))
    (one,) = found(ram)
    assert one.registers.values == {
        "r0": 7,
        "r1": 1,
        "r2": 2,
        "r3": 3,
        "r12": 12,
        "lr": at("main", 5),
        "pc": at("work", 8),
        "xpsr": 0x0100_0000,
        "sp": STACK + 0x20,
        "r7": STACK + 0x40,
    }
    assert (one.registers.source, one.registers.certainty) == (
        "exception frame at 0x20000800",
        Certainty.LIKELY,
    )
    assert one.exception_return == THREAD


def test_a_frame_that_was_aligned_ends_a_word_later() -> None:
    (one,) = found(with_handler(Ram(), STACK, frame(at("work"), at("main", 5), xpsr=0x0100_0200)))
    assert one.registers.sp == STACK + 0x24


def test_a_frame_with_floating_point_registers_is_longer() -> None:
    (one,) = found(with_handler(Ram(), STACK, frame(at("work"), at("main", 5)), 0xFFFF_FFE9))
    assert one.registers.sp == STACK + 0x68


def test_registers_that_the_handler_pushed_are_known() -> None:
    push_r4_to_r7 = b"\xf0\xb5"
    ram = with_handler(Ram(), STACK, frame(at("work"), at("main", 5)))
    ram.put_bytes(at("HardFault_Handler"), push_r4_to_r7)
    ram.put(STACK - 24, [at("HardFault_Handler", 0x21), 44, 55, 66, 77, THREAD])
    (one,) = found(ram)
    assert [one.registers.get(f"r{number}") for number in (4, 5, 6, 7)] == [44, 55, 66, 77]


def test_a_wild_branch_is_believed_where_a_handler_was_entered() -> None:
    words = frame(0x7000_0000, at("work", 0x11))
    (one,) = found(with_handler(Ram(), STACK, words))
    assert one.registers.pc == 0x7000_0000
    assert found(Ram().put(STACK, words)) == ()


def test_the_innermost_fault_comes_before_the_interrupt_that_it_happened_in() -> None:
    ram = Ram().put(STACK, frame(at("work"), at("main", 5))).put(STACK - 8, [STACK + 0x40, THREAD])
    with_handler(ram, STACK - 0x60, frame(at("SysTick_Handler", 4), THREAD, xpsr=0x0100_000F), HANDLER)
    inner, outer = found(ram)
    assert (inner.registers.pc, outer.registers.pc) == (at("SysTick_Handler", 4), at("work"))
    assert inner.weight > outer.weight


def test_what_the_firmware_printed_decides_between_frames() -> None:
    ram = with_handler(Ram(), STACK, frame(at("work"), at("main", 5)))
    ram.put(STACK + 0x200, frame(at("main", 8), at("main", 5)))
    printed = Registers({"pc": at("main", 8), "lr": at("main", 5)}, "", Certainty.LIKELY)
    first, _ = found(ram, Clues(printed))
    assert first.registers.pc == at("main", 8)
    assert first.registers.certainty is Certainty.LIKELY


def test_a_frame_on_the_running_threads_stack_counts_more_than_what_was_saved_there() -> None:
    stack = range(DATA + 0x100, DATA + 0x200)
    ram = Ram().put(DATA + 0x180, frame(at("work"), at("main", 5)))
    ram.put(DATA + 0x140, frame(at("main"), at("main", 5)))
    first, second = found(ram, Clues(stack=stack, saved=DATA + 0x120))
    assert (first.address, second.address) == (DATA + 0x180, DATA + 0x140)


def test_a_sleeping_threads_context_is_only_a_guess() -> None:
    (one,) = found(Ram().put(STACK, frame(at("work"), at("main", 5))).put(STACK - 4, [PROCESS]))
    assert one.registers.certainty is Certainty.GUESS


@pytest.mark.parametrize(
    "words",
    [
        [0] * 8,
        frame(at("work", 1), at("main", 5)),
        frame(at("work"), at("main", 4)),
        frame(at("work"), 0x3000_0001),
        frame(at("work"), at("main", 5), xpsr=0x01F0_0000),
        frame(at("work"), at("main", 5), xpsr=0x0100_01FF),
        frame(at("work"), at("main", 5), xpsr=0),
    ],
)
def test_words_that_no_hardware_pushes_are_no_frame(words: list[int]) -> None:
    assert found(with_handler(Ram(), STACK, words)) == ()


@pytest.mark.parametrize("value", [0xFFFF_FFF1, 0xFFFF_FFED, 0xFFFF_FFBC, 0xFFFF_FFBD, 0xFFFF_FFB0])
def test_links_of_all_architecture_versions_are_known(value: int) -> None:
    assert is_handler_link(value)


@pytest.mark.parametrize("value", [0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFF2, 0xFFFF_FF81, 0xFFFF_FF00, 0])
def test_small_negative_numbers_are_no_links(value: int) -> None:
    assert not is_handler_link(value)


@given(st.lists(st.sampled_from([at("work"), at("main", 5), 0x0100_0000, THREAD, 0]), min_size=64, max_size=200))
def test_any_memory_gives_a_bounded_answer_from_the_surest_on(words: list[int]) -> None:
    frames = found(Ram().put(DATA, words))
    assert len(frames) <= KEPT_MOST
    assert [one.weight for one in frames] == sorted((one.weight for one in frames), reverse=True)
