from __future__ import annotations

import ctypes

import pytest

from rproc_tui.emulator.machine.memory import Access, MemoryBlock, MemoryMap, MemoryRegion
from rproc_tui.emulator.pool import NoPool, RegionPool

PAGE = 4096


def region(address: int, size: int = PAGE) -> MemoryRegion:
    return MemoryRegion(f"at {address:#x}", address, MemoryBlock(size), Access.READ)


def test_a_block_is_zeroed_and_its_pointer_points_to_it() -> None:
    block = MemoryBlock(PAGE)
    assert bytes(block.view) == bytes(PAGE)
    ctypes.memset(block.pointer + 5, 0xAA, 1)
    assert block.view[5] == 0xAA
    assert block.find(b"\xaa", 0) == 5
    assert block.find(b"\xaa", 6) == -1


@pytest.mark.parametrize(
    ("address", "length", "found"),
    [
        (0x1000, PAGE, True),
        (0x1FFF, 1, True),
        (0x1FFF, 2, False),
        (0xFFF, 2, False),
        (0x3000, 0, True),
        (0x2000, 1, False),
        (0x1000, -1, False),
    ],
)
def test_memory_is_found_only_whole(address: int, length: int, found: bool) -> None:
    memory = MemoryMap((region(0x3000), region(0x1000)))
    view = memory.find(address, length)
    assert (view is not None) is found
    assert view is None or len(view) == length


def test_numbers_are_little_endian() -> None:
    memory = MemoryMap((region(0x1000),))
    memory.regions[0].view[:4] = b"\x01\x02\x03\x04"
    assert memory.load(0x1000, 4) == 0x04030201
    assert memory.load(0x1001, 2) == 0x0302
    assert memory.load(0x5000, 4) is None


def test_one_block_may_be_seen_at_two_addresses() -> None:
    block = MemoryBlock(PAGE)
    one, other = (MemoryRegion("shared", address, block, Access.READ) for address in (0x1000, 0x9000))
    one.view[0] = 7
    assert other.view[0] == 7


def test_a_pool_hands_out_whole_pages_from_the_lowest_gap() -> None:
    pool = RegionPool(0x80000000, MemoryBlock(4 * PAGE))
    first, second = pool.alloc(100), pool.alloc(PAGE + 1)
    assert first is not None
    assert second is not None
    assert (first.dma, len(first.view)) == (0x80000000, 100)
    assert (second.dma, len(second.view)) == (0x80001000, PAGE + 1)
    assert pool.alloc(2 * PAGE) is None
    pool.free(first)
    again = pool.alloc(PAGE)
    assert again is not None
    assert again.dma == 0x80000000


def test_a_pool_gives_zeroed_memory_that_is_the_regions_own() -> None:
    block = MemoryBlock(2 * PAGE)
    pool = RegionPool(0x80000000, block)
    memory = pool.alloc(16)
    assert memory is not None
    memory.view[:] = b"x" * 16
    assert bytes(block.view[:16]) == b"x" * 16
    pool.free(memory)
    again = pool.alloc(16)
    assert again is not None
    assert bytes(again.view) == bytes(16)


def test_without_a_region_there_is_no_memory() -> None:
    assert NoPool().alloc(1) is None
