from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.remoteproc.openamp import (
    IoRegion,
    Lookup,
    Mapping,
    Memory,
    Remoteproc,
    add_mem,
    get_io_with_da,
    get_io_with_name,
    get_io_with_pa,
    get_io_with_va,
    init_mem,
    mmap,
)
from rproc_tui.remoteproc.openamp.memory import get_mem
from tests.remoteproc.openamp.remote import DDR, DTCM, DTCM_PA, SIZE, TCM, TCM_PA, Remote


def name_of(remote: Remote, lookup: Lookup) -> str | None:
    memory = get_mem(remote.remoteproc, lookup)
    return None if memory is None else memory.name


def test_name_counts_before_pa_before_da_before_va() -> None:
    remote = Remote()
    va = remote.ddr[16:20]
    assert name_of(remote, Lookup("ddr", TCM_PA, DTCM, remote.tcm)) == "ddr"
    assert name_of(remote, Lookup("none", TCM_PA, DTCM, va)) is None
    assert name_of(remote, Lookup(None, TCM_PA, DTCM, va)) == "tcm"
    assert name_of(remote, Lookup(None, 0x1234, DTCM, va)) is None
    assert name_of(remote, Lookup(None, None, DTCM, va)) == "dtcm"
    assert name_of(remote, Lookup(None, None, 0x1234_5678, va)) is None
    assert name_of(remote, Lookup(None, None, None, va)) == "ddr"
    assert name_of(remote, Lookup()) is None


@pytest.mark.parametrize(
    ("da", "size", "found"),
    [
        (DTCM, 0, True),
        (DTCM, SIZE, True),
        (DTCM + SIZE - 1, 1, True),
        (DTCM + SIZE - 1, 0, True),
        (DTCM + SIZE, 0, False),
        (DTCM - 1, 1, False),
        (DTCM - 1, 2, False),
        (DTCM, SIZE + 1, False),
        (DTCM + SIZE - 1, 2, False),
    ],
)
def test_an_address_hits_where_all_of_the_size_is_inside(da: int, size: int, found: bool) -> None:
    remote = Remote()
    assert (name_of(remote, Lookup(da=da, size=size)) == "dtcm") is found
    assert (name_of(remote, Lookup(pa=da - DTCM + DTCM_PA, size=size)) == "dtcm") is found


def test_nothing_reaches_from_one_memory_into_the_next() -> None:
    remote = Remote()
    remote.add("more", TCM_PA + SIZE, TCM + SIZE)
    assert mmap(remote.remoteproc, None, TCM + SIZE - 4, 4) is not None
    assert mmap(remote.remoteproc, None, TCM + SIZE, 4) is not None
    assert mmap(remote.remoteproc, None, TCM + SIZE - 4, 8) is None
    assert mmap(remote.remoteproc, TCM_PA + SIZE - 4, None, 8) is None


def test_of_overlapping_memories_the_one_that_was_added_first_is_found() -> None:
    remote = Remote()
    remote.add("later", DDR, DDR)
    assert get_io_with_da(remote.remoteproc, DDR) is not None
    assert name_of(remote, Lookup(da=DDR)) == "ddr"


@pytest.mark.parametrize(
    ("stored", "asked", "found"),
    [
        ("tcm2", "tcm2", True),
        ("tcm2", "tcm", True),  # it is another one's name
        ("x", "tcm22", False),
        ("n" * 32, "n" * 32, True),
        ("n" * 32 + "rest", "n" * 32, True),
        ("n" * 33, "n" * 33, False),
        ("", "", True),
    ],
)
def test_32_bytes_of_a_name_count_and_a_longer_one_is_nobodys(stored: str, asked: str, found: bool) -> None:
    remote = Remote()
    remote.add(stored, 0x9000_0000, 0x9000_0000)
    assert (get_io_with_name(remote.remoteproc, asked) is not None) is found


def test_the_regions_are_found_by_each_kind_of_address() -> None:
    remoteproc = Remote().remoteproc
    io = get_io_with_name(remoteproc, "dtcm")
    assert io is not None
    assert get_io_with_pa(remoteproc, DTCM_PA + 5) is io
    assert get_io_with_da(remoteproc, DTCM + 5) == (io, 5)
    assert get_io_with_va(remoteproc, io.view[5:6]) is io
    assert get_io_with_pa(remoteproc, DTCM) is None
    assert get_io_with_da(remoteproc, DTCM_PA) is None
    assert get_io_with_va(remoteproc, memoryview(bytearray(16))) is None


@pytest.mark.parametrize("view", [memoryview(b"read-only"), memoryview(bytearray(0))])
def test_a_view_without_an_address_is_in_no_region(view: memoryview) -> None:
    assert get_io_with_va(Remote().remoteproc, view) is None


def test_memory_without_a_region_or_a_size_is_ignored() -> None:
    remoteproc = Remoteproc()
    region = IoRegion(memoryview(bytearray(4)), 0)
    add_mem(remoteproc, init_mem("a", 0, 0, 4, None))
    add_mem(remoteproc, init_mem("b", 0, 0, 0, region))
    assert remoteproc.mems == []
    add_mem(remoteproc, init_mem(None, 0, 0, 4, region))
    assert [memory.name for memory in remoteproc.mems] == [""]


@given(offset=st.integers(0, SIZE - 1), size=st.integers(1, SIZE))
def test_mapping_by_one_address_tells_the_other(offset: int, size: int) -> None:
    remote = Remote()
    by_da = mmap(remote.remoteproc, None, DTCM + offset, size)
    by_pa = mmap(remote.remoteproc, DTCM_PA + offset, None, size)
    assert (by_da is None) == (by_pa is None) == (offset + size > SIZE)
    for mapping in (by_da, by_pa):
        if mapping is not None:
            assert (mapping.pa, mapping.da, len(mapping.view)) == (DTCM_PA + offset, DTCM + offset, size)
            mapping.view[0] = 7
            assert remote.dtcm[offset] == 7
            mapping.view[0] = 0


def test_mapping_wants_an_address_and_a_size() -> None:
    remoteproc = Remote().remoteproc
    assert mmap(remoteproc, None, DDR, 0) is None
    assert mmap(remoteproc, None, None, 4) is None
    assert mmap(remoteproc, TCM_PA, DDR, 4) is not None
    assert mmap(remoteproc, 0x1234_5678, DDR, 4) is None  # the physical address counts, the other is not tried


def test_a_region_that_does_not_agree_with_its_memory_maps_nothing() -> None:
    remoteproc = Remoteproc()
    add_mem(remoteproc, Memory("odd", 0x1000, 0x2000, 16, IoRegion(memoryview(bytearray(16)), 0x9000)))
    assert mmap(remoteproc, None, 0x2000, 4) is None
    found = get_io_with_da(remoteproc, 0x2004)
    assert found is not None
    assert found[1] is None


class Beyond:
    """A driver that knows more memory than is in the list."""

    def __init__(self) -> None:
        self.region = IoRegion(memoryview(bytearray(64)), 0xA_0000)
        self.looked_up: list[Lookup] = []
        self.mapped: list[tuple[int | None, int | None, int, int]] = []

    def get_mem(self, _remoteproc: Remoteproc, lookup: Lookup) -> Memory | None:
        self.looked_up.append(lookup)
        return Memory("own", 0xA_0000, 0xB_0000, 64, self.region) if lookup.da == 0xB_0000 else None

    def mmap(self, remoteproc: Remoteproc, pa: int | None, da: int | None, size: int, attribute: int) -> Mapping | None:
        self.mapped.append((pa, da, size, attribute))
        if da != 0xC_0000:
            return None
        memory = Memory("new", 0xA_0000, 0xC_0000, 64, self.region)
        add_mem(remoteproc, memory)
        return Mapping(self.region.view[:size], 0xA_0000, 0xC_0000, self.region)


def test_the_drivers_lookup_comes_after_the_list() -> None:
    ops = Beyond()
    remote = Remote(ops)
    assert name_of(remote, Lookup(da=DDR)) == "ddr"
    assert ops.looked_up == []
    assert get_io_with_da(remote.remoteproc, 0xB_0000) == (ops.region, 0)
    assert get_io_with_name(remote.remoteproc, "n" * 33) is None
    assert len(ops.looked_up) == 1
    mapping = mmap(remote.remoteproc, None, 0xB_0000, 8)
    assert mapping is not None
    assert (mapping.pa, mapping.da) == (0xA_0000, 0xB_0000)


def test_the_drivers_mmap_is_asked_last_and_may_make_memory_known() -> None:
    ops = Beyond()
    remote = Remote(ops)
    assert mmap(remote.remoteproc, None, 0xC_0000, 8, 3) is not None
    assert mmap(remote.remoteproc, None, 0xC_0004, 8) is not None
    assert mmap(remote.remoteproc, None, 0xD_0000, 8) is None
    assert ops.mapped == [(None, 0xC_0000, 8, 3), (None, 0xD_0000, 8, 0)]


@given(pa=st.integers(0xFF0, 0x1020), data=st.binary(max_size=24))
def test_a_region_takes_what_fits_into_it(pa: int, data: bytes) -> None:
    view = memoryview(bytearray(16))
    written = IoRegion(view, 0x1000).write(pa, data)
    inside = range(0x1000, 0x1010)
    assert written == (min(len(data), 0x1010 - pa) if pa in inside else 0)
    expected = bytearray(16)
    if pa in inside:
        expected[pa - 0x1000 : pa - 0x1000 + written] = data[:written]
    assert view == expected
