from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.remoteproc.openamp import Mapping, OpenampError, Remoteproc, ReturnCode, set_rsc_table
from rproc_tui.remoteproc.openamp.resource_table import find_vdev, handle_rsc_table
from tests.remoteproc.images import carveout, devmem, table, trace, unknown
from tests.remoteproc.openamp.remote import ANY, DDR, SIZE, TCM_PA, Notes, Remote, fails, vdev, word

R = ReturnCode
OK = 0


def at_pa(entry: bytes, pa: int) -> bytes:
    """A carveout entry with a physical address."""
    return entry[:8] + struct.pack("<I", pa) + entry[12:]


def code_for(content: bytes, remote: Remote | None = None, size: int | None = None) -> int:
    remote = Remote() if remote is None else remote
    copy = memoryview(bytearray(content))
    try:
        handle_rsc_table(remote.remoteproc, copy, len(copy) if size is None else size)
    except OpenampError as error:
        return error.code
    return OK


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", R.RSC_TAB_TRUNC),
        (table()[:15], R.RSC_TAB_TRUNC),
        (table(), OK),
        (table(version=0), R.RSC_TAB_VER),
        (table(version=2, reserved=(1, 1), num=9), R.RSC_TAB_VER),
        (table(num=1), R.RSC_TAB_TRUNC),
        (table(num=0xFFFF_FFFF), R.RSC_TAB_TRUNC),
        (table(num=0x4000_0000), R.RSC_TAB_TRUNC),  # 16 more bytes in 32-bit arithmetic
        (table(num=1, reserved=(1, 0)), R.RSC_TAB_TRUNC),
        (table(reserved=(1, 0)), R.RSC_TAB_RSVD),
        (table(reserved=(0, 1)), R.RSC_TAB_RSVD),
        (table(trace(), offsets=[0xFFFF_FFFF]), R.RSC_TAB_TRUNC),
    ],
)
def test_the_header_is_checked_in_order(content: bytes, code: int) -> None:
    assert code_for(content) == code


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([at_pa(carveout(length=16), DDR)], OK),
        ([at_pa(carveout(length=SIZE), TCM_PA)], OK),
        ([at_pa(carveout(length=SIZE + 1), TCM_PA)], R.EINVAL),
        ([at_pa(carveout(length=0), DDR)], R.EINVAL),
        ([carveout(da=DDR, length=16)], R.EINVAL),  # pa 0 is an address, and nobody's
        ([at_pa(carveout(da=ANY, length=16), ANY)], R.EINVAL),
        ([at_pa(carveout(length=16, reserved=1), DDR)], R.RSC_TAB_RSVD),
        ([devmem()], OK),
        ([devmem(reserved=1)], OK),
        ([trace()], OK),
        ([trace(da=ANY)], OK),
        ([trace(length=0, reserved=1)], OK),
        ([unknown(4)], OK),
        ([unknown(127)], OK),
        ([unknown(128)], OK),
        ([unknown(513)], OK),
        ([unknown(0xFFFF_FFFF)], OK),
        ([vdev()], OK),
        ([vdev(notifyid=63)], OK),
        ([vdev(notifyid=64)], R.RSC_TAB_NP),
        ([vdev(notifyid=1), vdev(notifyid=1)], R.RSC_TAB_NP),
        ([vdev(notifyid=1, rings=[(DDR, 16, 16, 1)])], R.RSC_TAB_NP),
        ([vdev(rings=[(DDR, 16, 16, ANY)] * 63)], OK),
        ([vdev(rings=[(DDR, 16, 16, ANY)] * 64)], R.RSC_TAB_NP),
        ([trace(), carveout(reserved=1), vdev(notifyid=64)], R.RSC_TAB_RSVD),
    ],
)
def test_each_entry_has_its_code_and_the_first_that_fails_ends_it(entries: list[bytes], code: int) -> None:
    assert code_for(table(*entries)) == code


def test_requested_notify_ids_are_kept_and_the_others_chosen() -> None:
    remote = Remote()
    content = table(vdev(5, [(0, 16, 16, 3), (0, 16, 16, ANY)]), vdev(ANY, [(0, 16, 16, 2)]))
    copy = memoryview(bytearray(content))
    handle_rsc_table(remote.remoteproc, copy, len(copy))
    first, second = word(copy, 16), word(copy, 20)
    assert [word(copy, at) for at in (first + 8, first + 40, first + 60)] == [5, 3, 0]
    assert [word(copy, at) for at in (second + 8, second + 40)] == [1, 2]
    assert remote.ids == {0, 1, 2, 3, 5}


def test_nothing_but_notify_ids_is_written() -> None:
    content = table(at_pa(carveout(length=16), DDR), trace(), devmem(), vdev(5, [(ANY, 16, 16, 3)]))
    copy = memoryview(bytearray(content))
    handle_rsc_table(Remote().remoteproc, copy, len(copy))
    assert copy == content


def test_a_device_that_cannot_have_all_its_notify_ids_gets_none() -> None:
    remote = Remote()
    kept, refused = vdev(9, []), vdev(4, [(0, 16, 16, 5), (0, 16, 16, 9)])
    assert code_for(table(kept, refused), remote) == R.RSC_TAB_NP
    assert remote.ids == {9}


class Vendor(Notes):
    def __init__(self, code: int = OK) -> None:
        super().__init__()
        self.code = code
        self.seen: list[tuple[int, int, int]] = []

    def handle_rsc(self, _remoteproc: Remoteproc, resource: memoryview, length: int) -> None:
        self.seen.append((word(resource, 0), word(resource, 8), length))
        if self.code != OK:
            raise OpenampError(self.code)


@pytest.mark.parametrize("kind", [128, 512])
@pytest.mark.parametrize(("code", "result"), [(OK, OK), (R.RSC_TAB_NS, OK), (-77, -77)])
def test_vendor_entries_go_to_the_driver(kind: int, code: int, result: int) -> None:
    ops = Vendor(code)
    entry = struct.pack("<III", kind, 44, 0xCAFE)
    assert code_for(table(entry, vdev(notifyid=7)), remote := Remote(ops)) == result
    assert ops.seen == [(kind, 0xCAFE, 44)]
    assert (7 in remote.ids) is (result == OK)


def test_other_kinds_do_not() -> None:
    ops = Vendor()
    assert code_for(table(unknown(4), unknown(127), unknown(513)), Remote(ops)) == OK
    assert ops.seen == []


class Mapping2(Notes):
    """A driver that maps what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int | None, int | None, int, int]] = []

    def mmap(self, remoteproc: Remoteproc, pa: int | None, da: int | None, size: int, attribute: int) -> Mapping | None:
        self.asked.append((pa, da, size, attribute))
        io = remoteproc.mems[2].io
        return Mapping(io.view[:size], DDR, DDR, io)


def test_the_drivers_mmap_sees_a_carveouts_addresses_and_flags() -> None:
    ops = Mapping2()
    assert code_for(table(carveout(da=ANY, length=16, flags=5)), Remote(ops)) == OK
    assert ops.asked == [(0, ANY, 16, 5)]


# A table where it lies.


def test_a_table_in_known_memory_is_taken_in_place() -> None:
    remote = Remote()
    view = remote.put(table(vdev()))
    set_rsc_table(remote.remoteproc, view)
    assert remote.remoteproc.rsc_table is view
    assert [word(view, 20 + 8), word(view, 20 + 40)] == [0, 1]
    assert word(remote.ddr, 0x100 + 20 + 8) == 0


@pytest.mark.parametrize("view", [None, memoryview(bytearray(0)), memoryview(bytearray(table())), memoryview(table())])
def test_a_table_elsewhere_is_invalid(view: memoryview | None) -> None:
    remote = Remote()
    with fails(R.EINVAL):
        set_rsc_table(remote.remoteproc, view)
    assert remote.remoteproc.rsc_table is None


def test_a_wrong_table_is_not_taken() -> None:
    remote = Remote()
    with fails(R.RSC_TAB_VER):
        set_rsc_table(remote.remoteproc, remote.put(table(version=3)))
    assert remote.remoteproc.rsc_table is None


@pytest.mark.parametrize(
    ("offset", "code"),
    [(SIZE - 0x100 - 4, OK), (SIZE - 0x100 - 1, OK), (SIZE - 0x100, R.RSC_TAB_TRUNC), (0xFFFF_FFFF, R.RSC_TAB_TRUNC)],
)
def test_in_place_an_entry_has_to_begin_in_the_memory_and_not_in_the_table(offset: int, code: int) -> None:
    remote = Remote()
    remote.ddr[SIZE - 4 :] = struct.pack("<I", 0x1010_1010)  # of no kind that matters, whole or cut
    view = remote.put(table(trace(), offsets=[offset]))
    seen: int = OK
    try:
        set_rsc_table(remote.remoteproc, view[:20])
    except OpenampError as error:
        seen = error.code
    assert seen == code


@pytest.mark.parametrize(
    ("length", "code", "ids"),
    [
        (0, R.RSC_TAB_TRUNC, set()),
        (4, OK, {0}),  # the type alone
        (12, OK, {9}),  # its notify id, and no rings
        (28, R.RSC_TAB_NP, set()),  # two rings that both want 0
        (44, OK, {9, 3, 0}),
        (64, OK, {9, 3, 4}),
    ],
)
def test_a_device_that_is_cut_off_by_the_end_of_memory_reads_as_zeros(length: int, code: int, ids: set[int]) -> None:
    remote = Remote()
    start = SIZE - length
    remote.ddr[start:] = vdev(9, [(DDR, 16, 16, 3), (DDR, 16, 16, 4)])[:length]
    view = remote.put(table(trace(), offsets=[start - 0x100]))
    seen: int = OK
    try:
        set_rsc_table(remote.remoteproc, view)
    except OpenampError as error:
        seen = error.code
    assert (seen, remote.ids) == (code, ids)


# Finding a device.


def test_devices_are_counted_among_themselves() -> None:
    content = memoryview(table(trace(), vdev(1), carveout(), vdev(2)))
    assert [find_vdev(content, index) for index in range(3)] == [word(content, 20), word(content, 28), None]


@given(st.binary(max_size=80), st.integers(0, 3))
def test_no_table_makes_the_search_go_astray(content: bytes, index: int) -> None:
    found = find_vdev(memoryview(content), index)
    assert found is None or (0 < found < len(content) and word(content, found) == 3)


@given(st.binary(max_size=200), st.integers(0, 3))
def test_no_table_does_anything_but_work_or_fail_with_a_code(content: bytes, num: int) -> None:
    good_start = struct.pack("<4I", 1, num, 0, 0) + content
    assert code_for(good_start) in {OK, R.EINVAL, R.RSC_TAB_TRUNC, R.RSC_TAB_RSVD, R.RSC_TAB_NP}
