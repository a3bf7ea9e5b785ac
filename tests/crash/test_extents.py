"""Which memory of a dump is code, and in which its stacks are looked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.crash.decode import decode
from rproc_tui.crash.dump import Dump
from rproc_tui.crash.extents import BESIDE, CODE_MOST, Extents, _without, extents_of
from rproc_tui.firmware.facts import Elf, Section, Segment
from tests.crash.dumps import Stretch, with_segments

R, W, X = 4, 2, 1
MIB = 1 << 20


def dump(*stretches: tuple[int, int], entry: int = 0) -> Dump:
    content = with_segments([Stretch(address, b"x" * size) for address, size in stretches], entry=entry)
    return decode(content, len(content))


def elf(*segments: tuple[int, int, int], sections: tuple[Section, ...] = ()) -> Elf:
    rows = tuple(Segment(i, 1, 0, at, at, size, size, flags, 4) for i, (at, size, flags) in enumerate(segments))
    return Elf(32, "little", "ARM", 40, "EXEC", 0x1001, 0, rows, sections, has_dwarf=False, has_symbols=False)


def section(address: int, size: int, flags: int) -> Section:
    return Section(1, "", 1, flags, address, 0, size)


def test_memory_behind_the_code_of_one_region_is_data() -> None:
    found = extents_of(dump((0x1000, 0x4000)), elf((0x1000, 0x1000, R | X), (0x2000, 0x100, R | W)))
    assert found == Extents((range(0x1000, 0x2000),), (range(0x2000, 0x5000),))


def test_sections_tell_code_from_data_in_a_segment_that_is_both() -> None:
    program = elf((0x1000, 0x2000, R | W | X), sections=(section(0x1000, 0x800, 6), section(0x1800, 0x100, 3)))
    found = extents_of(dump((0x1000, 0x2000)), program)
    assert found == Extents((range(0x1000, 0x1800),), (range(0x1800, 0x3000),))


def test_without_sections_such_a_segment_is_both() -> None:
    found = extents_of(dump((0x1000, 0x2000)), elf((0x1000, 0x2000, R | W | X)))
    assert found == Extents((range(0x1000, 0x3000),), (range(0x1000, 0x3000),))


def test_without_a_file_the_segment_with_the_entry_is_code() -> None:
    found = extents_of(dump((0x1000, 0x100), (0x2000, 0x100), entry=0x1011), None)
    assert found == Extents((range(0x1000, 0x1100),), (range(0x2000, 0x2100),))


def test_what_the_program_writes_to_comes_first() -> None:
    at = 4 * MIB
    program = elf((0, 0x1000, R | X), (at, 0x100, R | W))
    found = extents_of(dump((0x1000, 8 * MIB)), program)
    assert found.data[0] == range(at - BESIDE, at + 0x100 + BESIDE)
    assert sorted(found.data, key=lambda one: one.start) == [
        range(0x1000, at - BESIDE),
        found.data[0],
        range(at + 0x100 + BESIDE, 0x1000 + 8 * MIB),
    ]


RANGES = st.lists(
    st.builds(lambda start, size: range(start, start + size), st.integers(0, 60), st.integers(0, 20)), max_size=6
)


@given(RANGES, RANGES)
def test_what_is_left_of_stretches_is_exactly_what_lies_in_no_hole(stretches: list[range], holes: list[range]) -> None:
    left = list(_without(stretches, holes))
    for stretch in stretches:
        expected = {address for address in stretch if not any(address in hole for hole in holes)}
        assert expected == {address for address in stretch if any(address in one for one in left)}
    assert all(left)


def test_a_hostile_number_of_sections_is_cut_down_to_the_largest() -> None:
    many = tuple(section(0x1000 * number, 8 + number % 7, 6) for number in range(60_000))
    found = extents_of(dump((0, 0x1000)), elf((0, 0x1000, R | X), sections=many))
    assert len(found.code) == CODE_MOST
    assert {len(one) for one in found.code} == {14}


def test_functions_in_sections_of_their_own_are_one_stretch() -> None:
    sections = (section(0x1000, 0x100, 6), section(0x1108, 0x100, 6), section(0x1220, 8, 6))
    found = extents_of(dump((0x1000, 0x400)), elf((0x1000, 0x400, R | X), sections=sections))
    assert found.code == (range(0x1000, 0x1208), range(0x1220, 0x1228))
