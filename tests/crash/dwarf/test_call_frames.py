"""Frame descriptions written by hand, and those of the demo firmware against pyelftools."""

from __future__ import annotations

import io
import os
import struct

import pytest
from elftools.dwarf.callframe import FDE
from elftools.elf.elffile import ELFFile

from rproc_tui.crash.dwarf.call_frames import CallFrames
from rproc_tui.crash.dwarf.frame_program import FrameRules, Rule, RuleKind
from tests.crash.dwarf_builder import frame_section, sleb, uleb

BUILT = os.path.join(os.path.dirname(__file__), "../../../rproc_tui/emulator/firmware/build")
START = 0x1000
BREG_R7_8 = b"\x77\x08"


def rules(instructions: bytes, offset: int = 0, initial: bytes = b"\x0c\x0d\x00") -> FrameRules:
    section = frame_section([(START, 0x100, instructions)], initial)
    found = CallFrames(section, address_size=4, little=True).rules_at(START + offset)
    assert found is not None
    return found


AT = RuleKind.AT
CASES = [
    ("offset", b"\x8e\x01", {14: Rule(AT, -4)}),
    ("offset_extended", b"\x05\x50\x02", {80: Rule(AT, -8)}),
    ("offset_extended_sf", b"\x11\x04" + sleb(-3), {4: Rule(AT, 12)}),
    ("GNU_negative_offset_extended", b"\x2f\x04\x02", {4: Rule(AT, 8)}),
    ("undefined", b"\x07\x0e", {14: Rule(RuleKind.UNDEFINED)}),
    ("same_value", b"\x08\x04", {4: Rule(RuleKind.SAME)}),
    ("register", b"\x09\x0e\x0c", {14: Rule(RuleKind.IN, 12)}),
    ("val_offset", b"\x14\x0d\x00", {13: Rule(RuleKind.IS, 0)}),
    ("val_offset_sf", b"\x15\x0d" + sleb(-1), {13: Rule(RuleKind.IS, 4)}),
    ("expression", b"\x10\x0e" + uleb(2) + BREG_R7_8, {14: Rule(RuleKind.AT_EXPRESSION, 0, BREG_R7_8)}),
    ("val_expression", b"\x16\x0e" + uleb(2) + BREG_R7_8, {14: Rule(RuleKind.IS_EXPRESSION, 0, BREG_R7_8)}),
    ("restore", b"\x8e\x01\xce", {}),
    ("restore_extended", b"\x8e\x01\x06\x0e", {}),
    ("remember and restore the state", b"\x8e\x01\x0a\x84\x02\x0b", {14: Rule(AT, -4)}),
    ("GNU_args_size and nop", b"\x2e\x08\x00\x8e\x01", {14: Rule(AT, -4)}),
]


@pytest.mark.parametrize(("instructions", "registers"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_instruction_says_where_a_register_is(instructions: bytes, registers: dict[int, Rule]) -> None:
    assert rules(instructions).registers == registers


@pytest.mark.parametrize(
    ("instructions", "register", "offset"),
    [
        (b"", 13, 0),
        (b"\x0c\x07\x10", 7, 16),
        (b"\x0d\x07", 7, 0),
        (b"\x0e\x18", 13, 24),
        (b"\x12\x07" + sleb(-4), 7, 16),
        (b"\x13" + sleb(-2), 13, 8),
        (b"\x0f" + uleb(2) + BREG_R7_8 + b"\x0c\x0d\x08", 13, 8),
    ],
)
def test_an_instruction_says_where_the_frame_is(instructions: bytes, register: int, offset: int) -> None:
    found = rules(instructions)
    assert (found.cfa_register, found.cfa_offset, found.cfa_expression) == (register, offset, None)


def test_a_frame_can_be_where_an_expression_says() -> None:
    assert rules(b"\x0f" + uleb(2) + BREG_R7_8).cfa_expression == BREG_R7_8


@pytest.mark.parametrize("advance", [b"\x44", b"\x02\x04", b"\x03\x04\x00", b"\x04\x04\x00\x00\x00"])
def test_an_instruction_holds_from_its_address_on(advance: bytes) -> None:
    program = advance + b"\x8e\x01"
    assert rules(program, 3).registers == {}
    assert rules(program, 4).registers == {14: Rule(AT, -4)}


def test_what_the_common_part_says_is_what_restore_goes_back_to() -> None:
    initial = b"\x0c\x0d\x00\x84\x01"
    assert rules(b"\x08\x04\xc4", initial=initial).registers == {4: Rule(AT, -4)}


def test_an_address_of_no_function_has_no_rules() -> None:
    frames = CallFrames(frame_section([(START, 0x10, b""), (0x2000, 0x10, b"")]), address_size=4, little=True)
    assert [frames.rules_at(address) is None for address in (0xFFF, 0x1000, 0x100F, 0x1010, 0x2000)] == [
        *(True, False, False, True, False)
    ]


def test_what_a_linker_left_of_dropped_functions_does_not_hide_the_real_one() -> None:
    dropped = [(0, 0x40, b"\x0e\x63")] * 40
    frames = CallFrames(frame_section([*dropped, (0x20, 0x100, b"\x0e\x08")]), address_size=4, little=True)
    found = frames.rules_at(0x30)
    assert found is not None
    assert found.cfa_offset == 8


@pytest.mark.parametrize(
    "instructions",
    [b"\x3f", b"\x0b", b"\x0a" * 1000, b"\x0e\x80\x80\x80", b"\x01\x00\x00\x00\x00"],
    ids=["unknown", "nothing remembered", "too much remembered", "cut off", "set_loc"],
)
def test_nonsense_is_an_error(instructions: bytes) -> None:
    with pytest.raises((IndexError, ValueError)):
        rules(instructions)


def test_a_machine_of_64_bits_has_longer_addresses() -> None:
    common = b"\xff\xff\xff\xff\x04\0\x08\0\x01\x78\x01\x0c\x02\x00"
    body = struct.pack("<IQQ", 0, 1 << 40, 0x20) + b"\x0e\x10\x81\x01"
    section = struct.pack("<I", len(common)) + common + struct.pack("<I", len(body)) + body
    found = CallFrames(section, address_size=8, little=True).rules_at(1 << 40)
    assert found == FrameRules(1, 2, 16, None, {1: Rule(AT, -8)})


def test_a_machine_of_the_other_byte_order_is_read_in_its_order() -> None:
    common = b"\xff\xff\xff\xff\x04\0\x04\0\x01\x7c\x0e\x0c\x0d\x00"
    body = struct.pack(">III", 0, START, 0x20) + b"\x03\x00\x04\x0e\x10"
    section = struct.pack(">I", len(common)) + common + struct.pack(">I", len(body)) + body
    frames = CallFrames(section, address_size=4, little=False)
    offsets = [found.cfa_offset for place in (0, 3, 4) if (found := frames.rules_at(START + place)) is not None]
    assert offsets == [0, 0, 16]


def test_a_section_that_is_cut_off_has_its_first_functions() -> None:
    section = frame_section([(START, 0x10, b"\x0e\x08"), (0x2000, 0x10, b"\x0e\x08")])
    for length in range(len(section)):
        frames = CallFrames(section[:length], address_size=4, little=True)
        assert frames.rules_at(0x2000) is None
    frames = CallFrames(section + struct.pack("<I", 0x7FFFFFFF), address_size=4, little=True)
    assert frames.rules_at(0x2000) is not None


@pytest.mark.parametrize("image", ["fault.elf", "battery.elf", "lights.elf"])
def test_every_rule_of_real_programs_is_as_pyelftools_has_it(image: str) -> None:
    with open(os.path.join(BUILT, image), "rb") as file:
        elf = ELFFile(io.BytesIO(file.read()))
    section = elf.get_section_by_name(".debug_frame")
    assert section is not None
    frames = CallFrames(section.data(), address_size=4, little=True)
    compared = 0
    for entry in elf.get_dwarf_info().CFI_entries():
        if not isinstance(entry, FDE) or entry["initial_location"] == 0:
            continue  # functions that were dropped are at 0
        lines = entry.get_decoded().table
        for line in {line["pc"]: line for line in lines}.values():  # the last of an address is what holds there
            found = frames.rules_at(line["pc"])
            assert found is not None
            assert (found.cfa_register, found.cfa_offset) == (line["cfa"].reg, line["cfa"].offset)
            rest = {number: rule for number, rule in line.items() if isinstance(number, int)}
            assert {number: rule.number for number, rule in found.registers.items() if rule.kind is AT} == {
                number: rule.arg for number, rule in rest.items() if rule.type == "OFFSET"
            }
            compared += 1
    assert compared > 100
