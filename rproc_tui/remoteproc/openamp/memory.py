"""The memory of a processor, and finding it by name, physical, device or virtual address (`remoteproc_get_mem`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.c_text import as_bytes, strncmp_equal
from rproc_tui.remoteproc.openamp.io_region import IoRegion

if TYPE_CHECKING:
    from rproc_tui.remoteproc.openamp.remoteproc import Remoteproc

NAME_MOST = 32
"""Bytes of a name."""


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """A stretch of memory with both its addresses (`struct remoteproc_mem`)."""

    name: str
    pa: int
    da: int
    size: int
    """Bytes."""
    io: IoRegion


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """What memory is looked up by: the first of name, pa, da and va that is given; the others do not count."""

    name: str | None = None
    pa: int | None = None
    da: int | None = None
    va: memoryview | None = None
    size: int = 0
    """Bytes that have to be there, of an address."""


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """What `mmap` finds: the memory from the address on, and both addresses of it."""

    view: memoryview
    """As long as was asked for, or shorter where the region ends."""
    pa: int
    da: int
    io: IoRegion


def init_mem(name: str | None, pa: int, da: int, size: int, io: IoRegion | None) -> Memory | None:
    """Describe a stretch of memory; None, which `add_mem` ignores, without a region or a size."""
    if io is None or size == 0:
        return None
    return Memory(name or "", pa, da, size, io)


def add_mem(remoteproc: Remoteproc | None, memory: Memory | None) -> None:
    """Make memory known; the one that was added first is found first."""
    if remoteproc is not None and memory is not None:
        remoteproc.mems.append(memory)


def get_mem(remoteproc: Remoteproc, lookup: Lookup) -> Memory | None:
    """The memory that was added first of those that hit, else what the driver's `get_mem` knows.

    An address hits where all of the size is in one stretch: nothing reaches from one into the next.
    """
    if lookup.name is not None and len(as_bytes(lookup.name)) > NAME_MOST:
        return None
    for memory in remoteproc.mems:
        if _hits(memory, lookup):
            return memory
    return None if remoteproc.ops.get_mem is None else remoteproc.ops.get_mem(remoteproc, lookup)


def _hits(memory: Memory, lookup: Lookup) -> bool:
    if lookup.name is not None:
        return strncmp_equal(as_bytes(lookup.name), as_bytes(memory.name), NAME_MOST)
    if lookup.pa is not None:
        return _within(memory.pa, memory.size, lookup.pa, lookup.size)
    if lookup.da is not None:
        return _within(memory.da, memory.size, lookup.da, lookup.size)
    return lookup.va is not None and memory.io.virtual_to_offset(lookup.va) is not None


def _within(start: int, length: int, address: int, size: int) -> bool:
    return start <= address < start + length and address + size <= start + length


def get_io_with_name(remoteproc: Remoteproc | None, name: str) -> IoRegion | None:
    """The region of that name; 32 bytes count, and a longer name is nobody's."""
    memory = None if remoteproc is None else get_mem(remoteproc, Lookup(name=name))
    return None if memory is None else memory.io


def get_io_with_pa(remoteproc: Remoteproc | None, pa: int) -> IoRegion | None:
    """The region that has a physical address."""
    memory = None if remoteproc is None else get_mem(remoteproc, Lookup(pa=pa))
    return None if memory is None else memory.io


def get_io_with_da(remoteproc: Remoteproc | None, da: int) -> tuple[IoRegion, int | None] | None:
    """The region that has a device address, and the address's offset in it: None where the two do not agree."""
    memory = None if remoteproc is None else get_mem(remoteproc, Lookup(da=da))
    if memory is None:
        return None
    return memory.io, memory.io.physical_to_offset(memory.pa + da - memory.da)


def get_io_with_va(remoteproc: Remoteproc | None, va: memoryview) -> IoRegion | None:
    """The region that a view begins in."""
    memory = None if remoteproc is None else get_mem(remoteproc, Lookup(va=va))
    return None if memory is None else memory.io


def mmap(
    remoteproc: Remoteproc | None, pa: int | None, da: int | None, size: int, attribute: int = 0
) -> Mapping | None:
    """Memory by physical address, or by device address where that is None, with the address that was not given.

    What is not known goes to the driver's `mmap`. None for no memory, for a size of 0 and without an address.
    """
    if remoteproc is None or size == 0 or (pa is None and da is None):
        return None
    memory = get_mem(remoteproc, Lookup(pa=pa, da=da, size=size))
    if memory is None:
        return None if remoteproc.ops.mmap is None else remoteproc.ops.mmap(remoteproc, pa, da, size, attribute)
    if pa is None:
        assert da is not None  # one of them is given
        pa = memory.pa + da - memory.da
    offset = memory.io.physical_to_offset(pa)
    if offset is None:
        return None
    return Mapping(memory.io.view[offset : offset + size], pa, memory.da + pa - memory.pa, memory.io)
