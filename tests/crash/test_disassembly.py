from __future__ import annotations

import importlib.util
import sys

import pytest

from rproc_tui.crash.disassembly import disassemble
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Machine
from tests.crash.dwarf_builder import TEXT, Named, elf

needs_capstone = pytest.mark.skipif(importlib.util.find_spec("capstone") is None, reason="needs capstone")

THUMB = b"\x80\xb5\x82\xb0\x00\x20\x08\x60\x00\xf0\x02\xf8\x80\xbd\x00\xbf\x70\x47\x70\x47"
"""push, sub, movs, str, bl to 0x10, pop, nop; then another function: bx lr, bx lr."""
SYMBOLS = [Named("work", TEXT, 16), Named("other", TEXT + 16, 4)]


def lines(symbols: Symbols, pc: int, machine: Machine = Machine.CORTEX_M, before: int = 6, after: int = 5) -> list[str]:
    found = disassemble(symbols, pc, machine, before=before, after=after)
    assert found is not None
    return [("=> " if one.is_current else "") + one.text for one in found]


@needs_capstone
def test_the_code_around_a_place_is_shown_to_the_end_of_its_function() -> None:
    assert lines(Symbols(elf(THUMB, SYMBOLS)), TEXT + 6) == [
        *("push {r7, lr}", "sub sp, #8", "movs r0, #0", "=> str r0, [r1]"),
        *("bl #0x10000010 <other>", "pop {r7, pc}", "nop"),
    ]


@needs_capstone
def test_only_so_many_instructions_are_shown() -> None:
    symbols = Symbols(elf(THUMB, SYMBOLS))
    assert lines(symbols, TEXT + 6 | 1, before=1, after=1) == [
        "movs r0, #0",
        "=> str r0, [r1]",
        "bl #0x10000010 <other>",
    ]
    found = disassemble(symbols, TEXT + 6, Machine.CORTEX_M, before=0, after=0)
    assert found is not None
    assert [(one.address, one.code) for one in found] == [(TEXT + 6, b"\x08\x60")]


@needs_capstone
def test_without_a_symbol_the_code_begins_at_the_place() -> None:
    assert lines(Symbols(elf(THUMB)), TEXT + 6, after=1) == ["=> str r0, [r1]", "bl #0x10000010"]


@needs_capstone
def test_data_in_the_code_does_not_hide_the_place() -> None:
    code = b"\x00\xf0" + THUMB[6:8] + b"\x00\xbf"  # the first half of a long instruction
    found = lines(Symbols(elf(code, [Named("work", TEXT, 6)])), TEXT + 2)
    assert found[0] == "=> str r0, [r1]"


@needs_capstone
@pytest.mark.parametrize(
    ("machine", "number", "code", "text"),
    [
        (Machine.ARM, 40, b"\x00\x00\x81\xe5", "=> str r0, [r1]"),
        (Machine.RISCV32, 243, b"\x88\xc1\x01\x00", "=> c.sw a0, 0(a1)"),
        (Machine.RISCV64, 243, b"\x23\x30\xb5\x00", "=> sd a1, 0(a0)"),
    ],
)
def test_every_machine_has_its_own_instructions(machine: Machine, number: int, code: bytes, text: str) -> None:
    assert lines(Symbols(elf(code, machine=number)), TEXT, machine)[0] == text


@needs_capstone
def test_mapping_symbols_choose_between_thumb_and_arm() -> None:
    code = THUMB[:8] + b"\x00\x00\x81\xe5"
    names = [Named("$t", TEXT, 0, 0), Named("$a", TEXT + 8, 0, 0)]
    symbols = Symbols(elf(code, names))
    assert lines(symbols, TEXT + 6, Machine.ARM)[0] == "=> str r0, [r1]"
    assert lines(symbols, TEXT + 8, Machine.ARM)[0] == "=> str r0, [r1]"


@needs_capstone
def test_where_there_is_no_code_nothing_is_shown() -> None:
    assert disassemble(Symbols(elf(THUMB, SYMBOLS)), 0x70000000, Machine.CORTEX_M) == ()
    assert disassemble(Symbols(b""), TEXT, Machine.CORTEX_M) == ()


def test_without_capstone_or_a_known_machine_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    symbols = Symbols(elf(THUMB, SYMBOLS))
    assert disassemble(symbols, TEXT, Machine.UNKNOWN) is None
    monkeypatch.setitem(sys.modules, "capstone", None)
    assert disassemble(symbols, TEXT, Machine.CORTEX_M) is None
