"""The ELF view of a file: both classes, both byte orders, every header."""

from __future__ import annotations

import struct

import pytest

from rproc_tui.firmware.facts import Elf
from rproc_tui.firmware.inspect import facts
from tests.firmware.images import Image, Load, Section, firmware

LOADS = (
    Load(0x10000000, b"code" * 8, flags=5),
    Load(0x20000000, b"data", memsz=64, flags=6, vaddr=0x30000000, align=8),
    Load(0, b"", type=4),
)


def read(image: bytes) -> Elf:
    elf = facts("x.elf", image, len(image), digest=False).elf
    assert elf is not None
    return elf


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize(("endian", "word"), [("<", "little"), (">", "big")])
def test_every_program_header_is_read_in_file_order(bits: int, endian: str, word: str) -> None:
    elf = read(Image(LOADS, bits=bits, endian=endian, header={"entry": 0x10000001, "machine": 243}).build())
    assert (elf.bits, elf.endian, elf.entry, elf.machine, elf.type) == (bits, word, 0x10000001, "RISC-V", "EXEC")
    data = elf.segments[1]
    assert [segment.index for segment in elf.segments] == [0, 1, 2]
    assert (data.type, data.vaddr, data.paddr, data.filesz, data.memsz) == (1, 0x30000000, 0x20000000, 4, 64)
    assert (data.flags, data.align) == (6, 8)
    assert elf.segments[2].type == 4


@pytest.mark.parametrize("bits", [32, 64])
def test_sections_have_their_names_and_places(bits: int) -> None:
    elf = read(Image(sections=(Section(".data", b"12345678", 0x1234, type=8, flags=3),), bits=bits).build())
    data = elf.sections[1]
    assert (data.index, data.name, data.type, data.flags, data.address, data.size) == (1, ".data", 8, 3, 0x1234, 8)
    assert [section.name for section in elf.sections] == ["", ".data", ".shstrtab"]


@pytest.mark.parametrize(
    ("section", "dwarf", "symbols"),
    [
        (Section(".text"), False, False),
        (Section(".debug_info", b"x"), True, False),
        (Section(".zdebug_line", b"x"), True, False),
        (Section(".debugger"), False, False),
        (Section(".symtab", type=2), False, True),
        (Section(".dynsym", type=11), False, False),
    ],
)
def test_debug_information_and_symbols_are_told_by_their_sections(section: Section, dwarf: bool, symbols: bool) -> None:
    elf = read(Image(sections=(section,)).build())
    assert (elf.has_dwarf, elf.has_symbols) == (dwarf, symbols)


def note(owner: bytes, kind: int, content: bytes) -> bytes:
    return struct.pack("<3I", len(owner), len(content), kind) + owner.ljust((len(owner) + 3) & ~3, b"\0") + content


@pytest.mark.parametrize("by", ["section", "segment"])
def test_the_build_id_is_found_behind_other_notes(by: str) -> None:
    notes = note(b"Zephyr\0", 1, b"1234") + note(b"GNU\0", 3, bytes(range(20)))
    image = (
        Image(sections=(Section(".note.gnu.build-id", notes, type=7),))
        if by == "section"
        else Image(loads=(Load(), Load(0, notes, type=4)))
    )
    assert read(image.build()).build_id == bytes(range(20)).hex()


@pytest.mark.parametrize("notes", [b"", b"\xff" * 40, note(b"GNU\0", 3, b""), note(b"LLVM", 3, b"1234")])
def test_other_notes_are_no_build_id(notes: bytes) -> None:
    assert read(Image(sections=(Section(".note", notes, type=7),)).build()).build_id is None


def attributes(vendor: bytes, tags: bytes) -> Section:
    inner = b"\x01" + struct.pack("<I", 5 + len(tags)) + tags
    body = vendor + b"\0" + inner
    return Section(".attributes", b"A" + struct.pack("<I", 4 + len(body)) + body, type=0x70000003, flags=0)


@pytest.mark.parametrize(
    ("machine", "vendor", "tags", "core"),
    [
        (40, b"aeabi", b"\x05Cortex-M4\0\x06\x0d\x07M", "Cortex-M4"),
        (40, b"aeabi", b"\x05cortex-r5\0\x06\x0a\x07R", "Cortex-R5"),
        (40, b"aeabi", b"\x05cortex-m0plus\0\x06\x0c\x07M", "Cortex-M0+"),
        (40, b"aeabi", b"\x057E-M\0\x06\x0d\x07M", "Armv7E-M"),
        (40, b"aeabi", b"\x06\x0a\x07R", "Armv7-R"),
        (40, b"aeabi", b"\x20\x01gnu\0\x43" + b"2.09\0\x06\x11", "Armv8-M mainline"),
        (40, b"aeabi", b"\x05\xff\xff", None),
        (40, b"gnu", b"\x05Cortex-M4\0", None),
        (243, b"riscv", b"\x04\x10\x05rv32i2p1_m2p0_a2p1_c2p0_zicsr2p0\0", "rv32imac_zicsr"),
        (243, b"riscv", b"\x05\x1b[2J\0", None),
        (243, b"riscv", b"\x05rv64\x1b[2J\0", "rv64\\x1b[2J"),
        (8, b"aeabi", b"\x05Cortex-M4\0", None),
    ],
)
def test_the_core_is_what_the_build_attributes_say(machine: int, vendor: bytes, tags: bytes, core: str | None) -> None:
    assert read(Image(sections=(attributes(vendor, tags),), header={"machine": machine}).build()).core == core


def test_a_section_name_cannot_reach_the_terminal() -> None:
    elf = read(Image(sections=(Section(b".\x1b[31mred\n\x9b\xff"),)).build())
    assert elf.sections[1].name == r".\x1b[31mred\x0a\x9b\xff"


def test_an_endless_section_name_is_cut() -> None:
    assert len(read(Image(sections=(Section("a" * 5000),)).build()).sections[1].name) <= 128


def test_an_unknown_machine_is_its_number() -> None:
    assert read(firmware(header={"machine": 65535})).machine == "65535"
