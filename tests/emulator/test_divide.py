from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.emulator.machine.cortex_m.divide import divisions, operands, quotient
from rproc_tui.emulator.machine.memory import Access, MemoryBlock, MemoryMap, MemoryRegion

WORDS = st.integers(0, 0xFFFFFFFF)


def signed(value: int) -> int:
    return value - (value >> 31 << 32)


@given(WORDS, WORDS.filter(bool))
def test_unsigned_division_is_the_whole_part(dividend: int, divisor: int) -> None:
    assert quotient(dividend, divisor, signed=False) == dividend // divisor


@given(WORDS, WORDS.filter(bool))
def test_signed_division_rounds_towards_zero(dividend: int, divisor: int) -> None:
    answer = signed(quotient(dividend, divisor, signed=True))
    remainder = signed(dividend) - answer * signed(divisor)
    if (dividend, divisor) == (0x80000000, 0xFFFFFFFF):
        assert answer == -(1 << 31)
        return
    assert abs(remainder) < abs(signed(divisor))
    assert remainder == 0 or (remainder < 0) == (signed(dividend) < 0)


def test_divisions_are_found_in_executable_memory_at_even_addresses() -> None:
    code = MemoryRegion("code", 0x1000, MemoryBlock(0x1000), Access.READ | Access.EXECUTE)
    data = MemoryRegion("data", 0x8000, MemoryBlock(0x1000), Access.READ | Access.WRITE)
    code.view[4:8] = b"\x91\xfb\xf2\xf3"  # sdiv r3, r1, r2
    code.view[0x11:0x15] = b"\x91\xfb\xf2\xf3"
    code.view[0x20:0x24] = b"\xb1\xfb\xf2\xf3"  # udiv r3, r1, r2
    data.view[0:4] = b"\x91\xfb\xf2\xf3"
    assert list(divisions(MemoryMap((code, data)))) == [0x1004, 0x1020]


def test_operands_are_read_from_the_instruction() -> None:
    assert operands(0xF3F2FB91) == (3, 1, 2, True)
    assert operands(0xF3F2FBB1) == (3, 1, 2, False)
