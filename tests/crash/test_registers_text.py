"""Registers as drivers print them."""

from __future__ import annotations

import pytest

from rproc_tui.crash.registers_text import COUNT_MOST, parse_registers
from rproc_tui.crash.values import Certainty

PRU = """============== Control Registers ==============
CTRL      := 0x00000002
STS (PC)  := 0x00000123 (0x0000048c)
WAKEUP_EN := 0x00000000
=============== Debug Registers ===============
GPREG0 := 0x00000001	CT_REG0 := 0x00020000
"""


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("r0 0x00000001\nsp 0x20001000\n", {"r0": 1, "sp": 0x2000_1000}),
        ("R13: 0x10\nr14 = 0x21\nR15 := 0x30\n", {"sp": 0x10, "lr": 0x21, "pc": 0x30}),
        ("x1 0x8\nx2 0x9\nx8 0xa\n", {"ra": 8, "sp": 9, "s0": 10}),
        ("mstatus 0x1880", {"mstatus": 0x1880}),
    ],
)
def test_names_and_values_are_read_in_the_usual_spellings(text: str, values: dict[str, int]) -> None:
    registers = parse_registers(text)
    assert registers is not None
    assert registers.values == values
    assert registers.certainty is Certainty.KNOWN


def test_the_registers_of_a_pru_are_read() -> None:
    registers = parse_registers(PRU)
    assert registers is not None
    assert (registers.get("ctrl"), registers.pc, registers.get("gpreg0")) == (2, 0x123, 1)


@pytest.mark.parametrize("text", ["", "\n\n", "PRU is running", "pc = twelve", "\x1b[2J" * 100])
def test_a_text_without_registers_is_none(text: str) -> None:
    assert parse_registers(text) is None


def test_an_endless_text_gives_a_bounded_answer() -> None:
    registers = parse_registers("".join(f"n{number} 0x{number:x}\n" for number in range(100_000)))
    assert registers is not None
    assert len(registers.values) == COUNT_MOST
