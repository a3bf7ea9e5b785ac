"""Dumps in every layout, and whatever can have happened to them on the way."""

from __future__ import annotations

import mmap
import pathlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.crash.core_file import arm_core, core_of
from rproc_tui.crash.decode import decode
from rproc_tui.crash.dump import Dump, Layout
from rproc_tui.crash.values import Certainty
from rproc_tui.model.memory import Region, RegionKind
from tests.crash.dumps import Stretch, with_sections, with_segments

CODE = Stretch(0x1000_0000, bytes(range(256)) * 16, "code")
DATA = Stretch(0x2000_0000, b"data" * 500, "data")
BOTH = [CODE, DATA]
KERNEL_LAYOUTS = pytest.mark.parametrize(
    ("bits", "make", "layout"),
    [
        (32, with_segments, Layout.SEGMENTS),
        (64, with_segments, Layout.SEGMENTS),
        (32, with_sections, Layout.SECTIONS),
        (64, with_sections, Layout.SECTIONS),
    ],
)


def decoded(content: bytes) -> Dump:
    return decode(content, len(content))


@KERNEL_LAYOUTS
def test_memory_of_both_kernel_layouts_reads_as_it_was(bits: int, make: Callable[..., bytes], layout: Layout) -> None:
    dump = decoded(make(BOTH, bits=bits))
    assert (dump.layout, dump.bits, dump.problems) == (layout, bits, ())
    assert [(one.address, one.size, one.known) for one in dump.segments] == [
        (0x1000_0000, 4096, 4096),
        (0x2000_0000, 2000, 2000),
    ]
    assert dump.read(0x1000_0000, 4096) == CODE.content
    assert dump.read(0x2000_0004, 6) == b"datada"


@KERNEL_LAYOUTS
def test_memory_outside_of_all_segments_is_not_known(bits: int, make: Callable[..., bytes], layout: Layout) -> None:
    dump = decoded(make(BOTH, bits=bits))
    assert dump.read(0x0FFF_FFFF, 2) is None
    assert dump.read(0x2000_0000 + 1999, 2) is None
    assert dump.read(0x3000_0000, 1) is None


def test_sections_have_names_and_program_headers_have_none() -> None:
    assert [one.name for one in decoded(with_sections(BOTH)).segments] == ["code", "data"]
    assert [one.name for one in decoded(with_segments(BOTH)).segments] == ["", ""]


def test_a_read_goes_on_into_the_next_segment() -> None:
    dump = decoded(with_segments([Stretch(0x1000, b"abcd"), Stretch(0x1004, b"efgh")]))
    assert dump.read(0x1002, 4) == b"cdef"


def test_a_machine_that_the_driver_does_not_name_is_number_0() -> None:
    assert decoded(with_sections(BOTH)).machine_number == 0


@KERNEL_LAYOUTS
def test_memory_that_the_kernel_could_not_reach_is_not_known(
    bits: int, make: Callable[..., bytes], layout: Layout
) -> None:
    dump = decoded(make([Stretch(0x1000, b"\xff" * 64), DATA], bits=bits))
    assert dump.read(0x1000, 4) is None
    assert dump.read(DATA.address, 4) == b"data"
    assert dump.problems == (
        "64 bytes from 0x00001000 on are 0xff: the kernel could not read them, or they are erased flash",
    )


def test_the_part_of_a_segment_before_the_unreachable_rest_is_known() -> None:
    dump = decoded(with_segments([Stretch(0x1000, b"known" + b"\xff" * 200_000)]))
    assert dump.read(0x1000, 5) == b"known"
    assert dump.read(0x1004, 2) is None
    assert dump.memory_size == 5


def test_a_few_bytes_of_0xff_are_memory_like_any_other() -> None:
    dump = decoded(with_segments([Stretch(0x1000, b"x" + b"\xff" * 100)]))
    assert dump.read(0x1001, 100) == b"\xff" * 100


def test_an_empty_dump_says_so() -> None:
    dump = decoded(b"")
    assert (dump.layout, dump.problems) == (Layout.NONE, ("the dump is empty: 0 bytes",))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\x7fEL", "the dump is cut off within its ELF header, or its header is damaged: 3 bytes"),
        (b"\x7fELF" + bytes(60), "the dump is cut off within its ELF header, or its header is damaged: 64 bytes"),
        (b"\xfd7zXZ\0", "not an ELF file: it begins with fd 37 7a 58"),
    ],
)
def test_what_is_no_dump_is_named(content: bytes, problem: str) -> None:
    assert decoded(content).problems == (problem,)


def test_a_dump_without_any_headers_has_no_memory() -> None:
    dump = decoded(with_segments([]))
    assert (dump.layout, dump.segments) == (Layout.NONE, ())
    assert dump.problems == ("it has neither program headers nor sections, so no memory",)


@KERNEL_LAYOUTS
def test_a_dump_cut_off_anywhere_still_gives_what_is_there(
    bits: int, make: Callable[..., bytes], layout: Layout
) -> None:
    whole = make(BOTH, bits=bits)
    for length in range(len(whole)):
        dump = decode(whole[:length], length)
        assert dump.problems, length
        for segment, stretch in zip(dump.segments, BOTH, strict=False):
            assert segment.known <= segment.present <= segment.size
            if segment.known and segment.address == stretch.address:
                assert dump.read(segment.address, segment.known) == stretch.content[: segment.known]


def test_a_cut_is_told_with_its_figures() -> None:
    whole = with_segments(BOTH)
    assert decode(whole[:-100], len(whole) - 100).problems == (
        f"the dump is cut off: {len(whole) - 100} of {len(whole)} bytes",
    )


@given(st.binary(max_size=400))
def test_no_bytes_at_all_make_it_fail(content: bytes) -> None:
    dump = decoded(content)
    assert dump.problems or dump.segments


@given(st.integers(0, 200), st.integers(0, 255), st.sampled_from([with_segments, with_sections]))
def test_a_damaged_byte_of_a_header_never_makes_it_fail(at: int, value: int, make: Callable[..., bytes]) -> None:
    content = bytearray(make(BOTH))
    content[at] = value
    dump = decoded(bytes(content))
    for segment in dump.segments:
        dump.read(segment.address, min(segment.size, 64))


def test_hostile_headers_that_all_name_the_same_bytes_are_read_in_no_time() -> None:
    head = with_segments([Stretch(0x1000, b"")])[:52]
    head = head[:44] + (65_000).to_bytes(2, "little") + head[46:]
    row = bytes.fromhex("01000000 34000000 00100000 00100000 ffffff00 ffffff00 07000000 00000000")
    dump = decoded(head + row * 65_000 + b"\xff" * 1_000_000)
    assert len(dump.segments) == 4096
    assert "only the first 4096 of 65000 segments are read" in dump.problems


def test_a_sparse_dump_of_256_mib_is_read_through_a_map_of_the_file(tmp_path: pathlib.Path) -> None:
    size = 256 << 20
    head = with_segments([Stretch(0x8000_0000, b"")])
    head = head[:52] + bytes.fromhex("01000000 54000000 00000080 00000080 00000010 00000010 07000000 00000000")
    with open(tmp_path / "large", "w+b") as file:
        file.write(head)
        file.truncate(84 + size)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as image:
            dump = decode(image, len(image))
            assert dump.problems == ()
            assert dump.memory_size == size
            assert dump.read(0x8000_0000 + size - 4, 4) == bytes(4)


REGION = Region("ram", 0x2000_0000, 8, RegionKind.INTERNAL)


def test_the_registers_of_our_own_core_come_back() -> None:
    dump = decoded(arm_core({"r0": 1, "sp": 2, "lr": 3, "pc": 4, "xpsr": 0x0100_0003}, [(REGION, b"01234567")]))
    assert dump.layout is Layout.CORE
    (registers,) = dump.registers
    assert {name: value for name, value in registers.values.items() if value} == {
        "r0": 1,
        "sp": 2,
        "lr": 3,
        "pc": 4,
        "xpsr": 0x0100_0003,
    }
    assert registers.certainty is Certainty.KNOWN
    assert registers.source == "note of the core, thread 1, signal 11"
    assert dump.read(0x2000_0000, 8) == b"01234567"


def test_a_status_without_the_thumb_bit_of_cortex_m_is_a_cpsr() -> None:
    (registers,) = decoded(core_of({"pc": 4, "cpsr": 0x6000_015F}, [])).registers
    assert registers.get("cpsr") == 0x6000_015F
    assert registers.get("xpsr") is None


def test_a_core_of_a_risc_v_has_its_own_register_names() -> None:
    dump = decoded(core_of({"pc": 8, "ra": 9, "t6": 10}, [(REGION, b"01234567")]))
    assert dump.machine_number == 243
    (registers,) = dump.registers
    assert (registers.pc, registers.get("ra"), registers.get("t6")) == (8, 9, 10)


def test_a_core_that_was_written_without_registers_has_none() -> None:
    dump = decoded(arm_core({}, [(REGION, b"01234567")]))
    assert (dump.layout, dump.registers) == (Layout.SEGMENTS, ())
