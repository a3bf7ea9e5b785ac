from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.processor import Snapshot
from rproc_tui.model.resource_table import ADDRESS_ANY, ResourceTable, TraceEntry
from rproc_tui.tui.panels.memory_rows import memory_line, memory_rows_of
from tests.tui.scripted import host, processors, view


def test_everything_in_memory_stands_below_its_region_by_address() -> None:
    found = [(row.da, row.kind, row.name) for row in memory_rows_of(view())]
    assert found == [
        (0x0, "internal", "retram"),
        (0x0, "code", ".isr_vector .text"),
        (0x10000000, "reserved", "sram"),
        (0x10000000, "data", ".data .bss"),
        (0x10040000, "vring", "vring0"),
        (0x10041000, "vring", "vring1"),
        (0x10042000, "carveout", "vdev0buffer"),
        (0x10049120, "trace", "log"),
    ]


@pytest.mark.parametrize("width", [20, 58, 78, 118, 198])
def test_no_row_is_wider_than_there_is_room_but_for_its_fixed_columns(width: int) -> None:
    rows = memory_rows_of(view())
    for row in rows:
        assert memory_line(row, rows, width).cell_length <= max(width, 40)


def test_what_has_no_place_yet_is_not_placed() -> None:
    table = ResourceTable((TraceEntry(0, None, ADDRESS_ANY, 4096, "log"),), num=1)
    m4 = replace(processors()[0], resource_table=table)
    assert not [row for row in memory_rows_of(view(Snapshot((host((m4,)),)))) if row.kind == "trace"]


def test_where_linux_finds_a_region_is_said_where_it_is_elsewhere() -> None:
    m4 = replace(processors()[0], regions=(Region("tcm", 0x0, 4096, RegionKind.INTERNAL, pa=0x5000000),))
    rows = memory_rows_of(view(Snapshot((host((m4,)),)), facts=None))
    assert "internal  at 0x05000000 of Linux" in memory_line(rows[0], rows, 118).plain


def test_without_a_processor_there_is_no_memory() -> None:
    assert memory_rows_of(view(name=None)) == ()
