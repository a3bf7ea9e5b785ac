from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.crash.dump import Dump, DumpSegment, Layout
from rproc_tui.crash.symbols import Symbols
from rproc_tui.tui.panels.crash_memory import MemoryRows, find_address, held_text, memory_rows, memory_title
from tests.tui.crashes import Names, dump, registers


def rows(width: int = 118, of: Dump | None = None) -> MemoryRows:
    return memory_rows(dump() if of is None else of, cast("Symbols", Names()), registers().values, width)


def test_rows_begin_at_round_addresses_and_name_what_lies_there() -> None:
    shown = rows()
    lines = [shown.row(number, 118).plain.rstrip() for number in range(shown.count)]
    assert lines[0] == "0x20000004  64 B  16 B of it could not be read"
    assert lines[1] == ("20000000              68 65 6c 6c  6f 2c 20 63 72 61 73 68      hello, crash  counter")
    assert lines[2].startswith("20000010  00 1b 5b 33 31 6d 00 01  02 03 04 05 06 07 08 09  ··[31m··········")
    assert lines[3].endswith("◀ sp stack")
    assert lines[4].startswith("20000030  1a 1b 1c 1d               ")
    assert lines[5] == "0x30000000  16 B  carveout"


def test_where_there_is_no_room_rows_are_halved_so_that_names_are_shown() -> None:
    shown = rows(76)
    lines = [shown.row(number, 76).plain.rstrip() for number in range(shown.count)]
    assert lines[1] == "20000000              68 65 6c 6c      hell  counter"
    assert max(map(len, lines)) <= 76


def test_the_frame_names_the_place_of_a_row() -> None:
    assert memory_title(rows(), 3) == "Memory · 20000020 · stack"
    assert memory_title(rows(), 4) == "Memory · 20000030"
    assert memory_title(rows(), 0) == "Memory"


ADDRESSES = [
    ("sp", 0x2000_0020),
    ("SP ", 0x2000_0020),
    ("counter", 0x2000_0004),
    ("counter+4", 0x2000_0008),
    ("0x20000010", 0x2000_0010),
    ("20000010", 0x2000_0010),
    ("", None),
    ("nobody", None),
    ("counter+x", None),
]


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_an_address_is_a_register_a_name_or_a_number(text: str, address: int | None) -> None:
    assert find_address(text, rows()) == address


def test_what_a_dump_has_is_told() -> None:
    assert held_text(dump()) == "0x20000004-0x20000033, 0x30000000-0x3000000f"
    assert held_text(Dump(Layout.NONE, 0)) == "none"


def test_an_empty_dump_has_one_row_that_says_so() -> None:
    empty = rows(of=Dump(Layout.NONE, 0))
    assert empty.count == 1
    assert empty.row(0, 80).plain == "no memory was kept of this crash"
    assert empty.row_of(0) is None


@given(
    st.lists(st.tuples(st.integers(0, 1 << 32), st.integers(0, 1 << 28)), max_size=4),
    st.integers(0, 1 << 33),
    st.sampled_from([76, 118]),
)
def test_every_known_address_has_a_row_that_begins_at_or_before_it(
    stretches: list[tuple[int, int]], address: int, width: int
) -> None:
    segments = tuple(DumpSegment(start, size, 0, size, size) for start, size in stretches)
    shown = rows(width, Dump(Layout.CORE, 0, segments=segments))
    row = shown.row_of(address)
    assert (row is not None) == any(start <= address < start + size for start, size in stretches)
    if row is not None:
        begin = shown.address_of(row)
        assert begin is not None
        assert begin <= address < begin + shown.per_row
        assert row < shown.count
