from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.emulator.machine.cortex_m import frame
from rproc_tui.emulator.machine.cortex_m.frame import ExceptionReturn

WORDS = st.lists(st.integers(0, 0xFFFFFFFF), min_size=8, max_size=8)
FLOATS = st.none() | st.lists(st.integers(0, 0xFFFFFFFF), min_size=17, max_size=17)


@given(WORDS, FLOATS, st.integers(0x1000, 0xFFFFFFFC).map(lambda address: address & ~3))
def test_what_is_pushed_is_popped(words: list[int], floats: list[int] | None, stack: int) -> None:
    placement = frame.place(stack, extended=floats is not None)
    data = frame.pack(words, floats, padded=placement.padded)
    popped = frame.unpack(data, extended=floats is not None)
    assert placement.address % 8 == 0
    assert placement.address + popped.size == stack
    assert list(popped.core) == [*words[:7], words[7] & ~(1 << 9)]
    assert (popped.floats is None) == (floats is None)
    assert floats is None or list(popped.floats or ()) == floats


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        (0xFFFFFFF1, ExceptionReturn(to_thread=False, on_process_stack=False, extended=False)),
        (0xFFFFFFF9, ExceptionReturn(to_thread=True, on_process_stack=False, extended=False)),
        (0xFFFFFFFD, ExceptionReturn(to_thread=True, on_process_stack=True, extended=False)),
        (0xFFFFFFE1, ExceptionReturn(to_thread=False, on_process_stack=False, extended=True)),
        (0xFFFFFFE9, ExceptionReturn(to_thread=True, on_process_stack=False, extended=True)),
        (0xFFFFFFED, ExceptionReturn(to_thread=True, on_process_stack=True, extended=True)),
    ],
)
def test_return_words_are_those_of_the_manual(value: int, meaning: ExceptionReturn) -> None:
    assert meaning.encode(mainline_v8=False) == value
    assert frame.decode_return(value & ~1, has_fpu=True) == meaning
    assert frame.is_exception_return(value & ~1, mainline_v8=False)


@pytest.mark.parametrize(("value", "thread", "process"), [(0xFFFFFFB0, 0, 0), (0xFFFFFFB8, 1, 0), (0xFFFFFFBC, 1, 1)])
def test_return_words_of_armv8(value: int, thread: int, process: int) -> None:
    meaning = ExceptionReturn(to_thread=bool(thread), on_process_stack=bool(process), extended=False)
    assert meaning.encode(mainline_v8=True) == value
    assert frame.decode_return(value, has_fpu=True) == meaning
    assert frame.is_exception_return(value, mainline_v8=True)
    assert not frame.is_exception_return(value, mainline_v8=False)


def test_a_return_to_a_handler_on_the_process_stack_does_not_exist() -> None:
    assert frame.decode_return(0xFFFFFFF4, has_fpu=False) is None


def test_a_core_without_floating_point_has_no_extended_frame() -> None:
    found = frame.decode_return(0xFFFFFFE8, has_fpu=False)
    assert found is not None
    assert not found.extended
