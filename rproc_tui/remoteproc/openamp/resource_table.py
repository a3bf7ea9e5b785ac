"""Going through a resource table as OpenAMP does (lib/remoteproc/rsc_table_parser.c).

Other than a kernel, it honours the notify ids that are asked for, maps carveouts only to see whether they are there,
ignores traces and devmem entries, and writes nothing but notify ids into the table. Where C would read behind a table,
zeros are read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rproc_tui.remoteproc.openamp.codes import OpenampError, ReturnCode
from rproc_tui.remoteproc.openamp.memory import get_io_with_va, mmap
from rproc_tui.remoteproc.openamp.vdev_resource import VdevResource
from rproc_tui.remoteproc.openamp.word import read_u32

if TYPE_CHECKING:
    from rproc_tui.remoteproc.openamp.remoteproc import Remoteproc

HEADER = 16
"""ver, num, two reserved words; behind them the offsets."""
VERSION = 1
CARVEOUT, DEVMEM, TRACE, VDEV = range(4)
VENDOR_FIRST, VENDOR_LAST = 128, 512


def set_rsc_table(remoteproc: Remoteproc | None, table: memoryview | None) -> None:
    """Take the table of a processor that runs already, where it lies. EINVAL unless that is memory that is known."""
    if remoteproc is None or table is None or not len(table):
        raise OpenampError(ReturnCode.EINVAL)
    io = get_io_with_va(remoteproc, table)
    offset = None if io is None else io.virtual_to_offset(table)
    if io is None or offset is None:
        raise OpenampError(ReturnCode.EINVAL)
    handle_rsc_table(remoteproc, io.view[offset:], len(table))
    remoteproc.rsc_table = table
    remoteproc.rsc_io = io


def handle_rsc_table(remoteproc: Remoteproc, area: memoryview, size: int) -> None:
    """Act on every entry; the first one that fails ends it, with its code.

    `area` begins with the table and goes on to the end of the memory that it lies in; `size` are the table's own bytes.
    An entry has to begin inside the area; where it ends is not asked.
    """
    if size < HEADER:
        raise OpenampError(ReturnCode.RSC_TAB_TRUNC)
    if read_u32(area, 0) != VERSION:
        raise OpenampError(ReturnCode.RSC_TAB_VER)
    entries = read_u32(area, 4)
    if HEADER + 4 * entries > size:
        raise OpenampError(ReturnCode.RSC_TAB_TRUNC)
    if read_u32(area, 8) or read_u32(area, 12):
        raise OpenampError(ReturnCode.RSC_TAB_RSVD)
    for index in range(entries):
        offset = read_u32(area, HEADER + 4 * index)
        if offset >= len(area):
            raise OpenampError(ReturnCode.RSC_TAB_TRUNC)
        try:
            _handle(remoteproc, area[offset:])
        except OpenampError as error:
            if error.code != ReturnCode.RSC_TAB_NS:
                raise


def _handle(remoteproc: Remoteproc, resource: memoryview) -> None:
    """Act on one entry; those of other kinds, devmem and traces need nothing."""
    kind = read_u32(resource, 0)
    if kind == CARVEOUT:
        _handle_carveout(remoteproc, resource)
    elif kind == VDEV:
        _handle_vdev(remoteproc, VdevResource(resource))
    elif VENDOR_FIRST <= kind <= VENDOR_LAST and remoteproc.ops.handle_rsc is not None:
        remoteproc.ops.handle_rsc(remoteproc, resource, read_u32(resource, 4))


def _handle_carveout(remoteproc: Remoteproc, resource: memoryview) -> None:
    """Ask for its memory. The physical address counts first, also one that the firmware left 0."""
    da, pa, length, flags, reserved = (read_u32(resource, 4 * word) for word in range(1, 6))
    if reserved:
        raise OpenampError(ReturnCode.RSC_TAB_RSVD)
    if mmap(remoteproc, pa, da, length, flags) is None:
        raise OpenampError(ReturnCode.EINVAL)


def _handle_vdev(remoteproc: Remoteproc, vdev: VdevResource) -> None:
    """Give the device and its rings their numbers; none keeps its number when one cannot have it."""
    taken: list[int] = []
    for place in vdev.notify_id_places():
        number = remoteproc.notify_ids.allocate(vdev.word(place))
        if number is None:
            for earlier in taken:
                remoteproc.notify_ids.free(earlier)
            raise OpenampError(ReturnCode.RSC_TAB_NP)
        vdev.set_word(place, number)
        taken.append(number)


def find_vdev(table: memoryview, index: int) -> int | None:
    """Offset of the vdev entry of a number, counted among vdevs; None when there are not so many."""
    found = 0
    for entry in range(min(read_u32(table, 4), len(table) // 4)):
        offset = read_u32(table, HEADER + 4 * entry)
        if offset < len(table) and read_u32(table, offset) == VDEV:
            if found == index:
                return offset or None
            found += 1
    return None
