from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.linux.problems import PROBLEMS_MOST
from rproc_tui.linux.resource_table import NAME_SIZE, parse
from rproc_tui.model.resource_table import (
    ADDRESS_ANY,
    CarveoutEntry,
    DevmemEntry,
    Entry,
    RawEntry,
    ResourceTable,
    TraceEntry,
    VdevEntry,
    Vring,
)
from tests.linux.debugfs_text import table_text

U32 = st.integers(0, 0xFFFFFFFF)
U8 = st.integers(0, 0xFF)
NAMES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=NAME_SIZE)
VRINGS = st.lists(st.builds(Vring, U32, U32, U32, U32, U32), max_size=4).map(tuple)
ENTRIES: st.SearchStrategy[Entry] = st.one_of(
    st.builds(CarveoutEntry, st.just(0), st.none(), U32, U32, U32, U32, NAMES),
    st.builds(DevmemEntry, st.just(0), st.none(), U32, U32, U32, U32, NAMES),
    st.builds(TraceEntry, st.just(0), st.none(), U32, U32, NAMES),
    st.builds(VdevEntry, st.just(0), st.none(), U32, U32, U32, U32, U32, U8, U8, VRINGS),
    st.builds(RawEntry, st.just(0), st.none(), U32.filter(lambda number: number > 3), st.just(b"")),
)


def numbered(entries: list[Entry]) -> ResourceTable:
    return ResourceTable(
        tuple(replace(entry, index=index) for index, entry in enumerate(entries)), num=len(entries), ver=None
    )


@given(st.lists(ENTRIES, max_size=6))
def test_what_the_kernel_prints_reads_back_as_the_same_table(entries: list[Entry]) -> None:
    table = numbered(entries)
    assert parse(table_text(table)) == (table, ())


@given(st.binary(max_size=400))
def test_no_bytes_raise(text: bytes) -> None:
    table, problems = parse(text)
    assert table is None or table.num >= len(table.entries)
    assert len(problems) <= PROBLEMS_MOST + 1


@given(st.lists(ENTRIES, min_size=1, max_size=4), st.data())
def test_a_text_with_anything_in_its_middle_never_raises(entries: list[Entry], data: st.DataObject) -> None:
    text = table_text(numbered(entries))
    place = data.draw(st.integers(0, len(text)))
    parse(text[:place] + data.draw(st.binary(max_size=40)) + text[place:])
    parse(text[:place])


def test_no_table_is_none_and_no_problem() -> None:
    assert parse(b"No resource table found\n") == (None, ())


def test_an_empty_text_is_a_table_without_entries() -> None:
    assert parse(b"") == (ResourceTable((), num=0, ver=None), ())


def test_minus_one_is_what_the_field_holds() -> None:
    vdev = VdevEntry(0, None, 7, 0xFFFFFFFF, 1, 0, 0, 0, 1, (Vring(ADDRESS_ANY, 16, 8, 0xFFFFFFFF, 0),))
    text = table_text(ResourceTable((vdev,), num=1, ver=None))
    assert b"Notify ID -1\n" in text
    assert parse(text)[0] == ResourceTable((vdev,), num=1, ver=None)


@pytest.mark.parametrize("header", ["00000000ceea85c7", "ceea85c7", "(ptrval)", "0000000000000000"])
def test_an_unknown_type_takes_the_next_index_whatever_its_pointer(header: str) -> None:
    entries = (
        TraceEntry(0, None, 0x1000, 0x100, "log"),
        RawEntry(1, None, 65538, b""),
        RawEntry(2, None, 128, b""),
        TraceEntry(3, None, 0x2000, 0x100, "heap"),
    )
    table = ResourceTable(entries, num=4, ver=None)
    assert parse(table_text(table, header)) == (table, ())


def test_a_name_that_runs_on_is_cut_where_the_field_ends() -> None:
    entry = TraceEntry(0, None, 0, 0, "n" * NAME_SIZE + "and what lies behind it")
    table, problems = parse(table_text(ResourceTable((entry,), num=1)))
    assert table is not None
    assert table.entries == (TraceEntry(0, None, 0, 0, "n" * NAME_SIZE),)
    assert problems == ()


def test_a_name_cannot_carry_control_characters_to_the_screen() -> None:
    table, _ = parse(b"Entry 0 is of type trace\n  Device Address 0x0\n  Length 0x1 Bytes\n  Name \x1b[31mred\n\n")
    assert table is not None
    assert table.entries == (TraceEntry(0, None, 0, 1, "\\x1b[31mred"),)


def test_a_line_end_in_a_name_costs_only_a_remark() -> None:
    text = b"Entry 0 is of type trace\n  Device Address 0x10\n  Length 0x1 Bytes\n  Name a\nb\n\n"
    table, problems = parse(text)
    assert table is not None
    assert table.entries == (TraceEntry(0, None, 0x10, 1, "a"),)
    assert problems == ("resource_table: line 5 is no line of a table: b",)


def test_a_field_that_is_missing_is_zero_and_named() -> None:
    table, problems = parse(b"Entry 0 is of type carveout\n  Device Address 0x80000000\n  Length 12 apples\n")
    assert table is not None
    assert table.entries == (CarveoutEntry(0, None, 0x80000000, 0, 0, 0, ""),)
    assert problems == tuple(
        f"resource_table: entry 0 has no readable {name}" for name in ("Physical Address", "Length", "Flags", "Name")
    )


def test_a_type_in_words_that_nobody_knows_counts_but_is_left_out() -> None:
    table, problems = parse(b"Entry 0 is of type sharc-map\n  Name x\n")
    assert table == ResourceTable((), num=1, ver=None)
    assert problems == ("resource_table: entry 0 is of an unknown type, sharc-map",)


def test_problems_are_few_however_many_there_are() -> None:
    _, problems = parse(b"rubbish\n" * 1000)
    assert len(problems) == PROBLEMS_MOST + 1
    assert problems[-1] == f"resource_table: {1000 - PROBLEMS_MOST} more problems"


def test_text_pasted_through_a_terminal_reads_the_same() -> None:
    table = ResourceTable((TraceEntry(0, None, 0x38000, 0x1000, "trace:m4fss0_0"),), num=1, ver=None)
    pasted = table_text(table).replace(b"  ", b"\t")
    assert parse(pasted) == (table, ())
