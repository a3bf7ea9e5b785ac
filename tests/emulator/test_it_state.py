from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.emulator.machine.cortex_m.it_state import advanced, condition_holds, it_state, with_it_state

N, Z, C, V = 1 << 31, 1 << 30, 1 << 29, 1 << 28


@given(st.integers(0, 0xFFFFFFFF), st.integers(0, 255))
def test_the_bits_come_back_as_they_were_put(xpsr: int, state: int) -> None:
    changed = with_it_state(xpsr, state)
    assert it_state(changed) == state
    assert changed & 0xF90003FF == xpsr & 0xF90003FF


@pytest.mark.parametrize(
    ("state", "states"),
    [
        (0x08, [0x00]),  # IT EQ
        (0x04, [0x08, 0x00]),  # ITT EQ
        (0x0C, [0x18, 0x00]),  # ITE EQ: the second has the opposite condition
        (0x01, [0x02, 0x04, 0x08, 0x00]),  # ITTTT EQ
        (0xB5, [0xAA, 0xB4, 0xA8, 0x00]),  # a mixture that begins with LT
    ],
)
def test_a_block_advances_instruction_by_instruction(state: int, states: list[int]) -> None:
    xpsr = with_it_state(1 << 24, state)
    for expected in states:
        xpsr = advanced(xpsr)
        assert it_state(xpsr) == expected


@pytest.mark.parametrize(
    ("condition", "flags", "holds"),
    [
        (0x0, Z, True),
        (0x0, 0, False),
        (0x1, Z, False),
        (0x2, C, True),
        (0x3, C, False),
        (0x4, N, True),
        (0x5, N, False),
        (0x6, V, True),
        (0x7, V, False),
        (0x8, C, True),
        (0x8, C | Z, False),
        (0x9, C | Z, True),
        (0xA, N | V, True),
        (0xA, N, False),
        (0xB, N, True),
        (0xC, 0, True),
        (0xC, Z, False),
        (0xD, Z, True),
        (0xE, 0, True),
    ],
)
def test_conditions_are_those_of_the_manual(condition: int, flags: int, holds: bool) -> None:
    assert condition_holds(with_it_state(flags, condition << 4 | 8)) is holds


def test_outside_of_a_block_everything_is_executed() -> None:
    assert condition_holds(0)
