"""The entries of a resource table, one by one (`rproc_handle_resources` and the handlers of remoteproc_core.c)."""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from rproc_tui.remoteproc import iommu, vdev
from rproc_tui.remoteproc.allocation import alloc_carveout, release_carveout
from rproc_tui.remoteproc.c_text import as_text, c_string, int32, print_format
from rproc_tui.remoteproc.carveout import NAME_MOST, Carveout, find_carveout
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.trace_buffer import TraceBuffer

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc

HEADER = 16
"""Bytes of a table in front of its offsets."""

CARVEOUT, DEVMEM, TRACE, VDEV, LAST = range(5)
VENDOR_FIRST, VENDOR_LAST = 128, 512

_MEMORY_ENTRY = struct.Struct("<5I")
"""da, pa, len, flags, reserved; a name of 32 bytes follows."""
MEMORY_ENTRY_SIZE = 52
_FORMAT_MOST = 2 * NAME_MOST
"""Bytes of a name that matter when each percent sign takes two."""
_TRACE_ENTRY = struct.Struct("<3I")
"""da, len, reserved; a name follows."""
TRACE_ENTRY_SIZE = 44
_VDEV_ENTRY = struct.Struct("<16xIxBH")
"""config_len, num_of_vrings, reserved; the vrings follow, then the configuration."""


def handle_resources(rproc: Rproc) -> None:
    """Go through the table; the first entry that fails ends it."""
    table = rproc.table
    if table is None:
        return
    (entries,) = struct.unpack_from("<I", table, 4)
    for index in range(entries):
        offset = _entry_offset(rproc, table, index)
        (kind,) = struct.unpack_from("<I", table, offset)
        avail = rproc.table_size - offset - 4
        if VENDOR_FIRST <= kind <= VENDOR_LAST:
            _handle_vendor(rproc, kind, table[offset + 4 :], offset + 4)
        elif kind >= LAST:
            rproc.printk.warning(f"unsupported resource {int32(kind)}")
        else:
            _HANDLERS[kind](rproc, table, offset + 4, avail)


def _entry_offset(rproc: Rproc, table: memoryview, index: int) -> int:
    """Where an entry begins, if it begins inside the table.

    Kernels that check less read wild memory for an offset with the highest bit set; here that is refused too.
    """
    place = HEADER + 4 * index
    if place + 4 <= len(table):
        (offset,) = struct.unpack_from("<I", table, place)
        first = HEADER if rproc.environment.profile.checks_entry_offsets else 0
        if first <= offset <= rproc.table_size - 4:
            return int(offset)
    rproc.printk.error("rsc table is truncated")
    raise failure(errno.EINVAL)


def _handle_vendor(rproc: Rproc, kind: int, payload: memoryview, offset: int) -> None:
    if rproc.ops.handle_rsc is None or not rproc.ops.handle_rsc(rproc, kind, payload, offset):
        rproc.printk.warning(f"unsupported vendor resource {kind}")


def _refuse(rproc: Rproc, complaint: str, number: int = errno.EINVAL) -> OSError:
    """Log a complaint (an empty one is none) and make the error."""
    if complaint:
        rproc.printk.error(complaint)
    return failure(number)


def _memory_entry(rproc: Rproc, word: str, table: memoryview, offset: int, avail: int) -> tuple[int, int, int, int]:
    """da, pa, len and flags of a carveout or devmem entry."""
    if avail < MEMORY_ENTRY_SIZE:
        raise _refuse(rproc, f"{word} rsc is truncated")
    da, pa, length, flags, reserved = _MEMORY_ENTRY.unpack_from(table, offset)
    if reserved:
        raise _refuse(rproc, f"{word} rsc has non zero reserved bytes")
    return da, pa, length, flags


def _handle_carveout(rproc: Rproc, table: memoryview, offset: int, avail: int) -> None:
    """Bind the entry to the registered carveout of its name, or register a new one."""
    da, _, length, flags = _memory_entry(rproc, "carveout", table, offset, avail)
    name_at = offset + _MEMORY_ENTRY.size
    name = as_text(print_format(c_string(table[name_at : name_at + _FORMAT_MOST])))
    carveout = find_carveout(rproc, name)
    if carveout is None:
        carveout = Carveout(name, da, length, alloc=alloc_carveout, release=release_carveout)
        rproc.carveouts.append(carveout)
    else:
        _check_binding(rproc, carveout, da, length)
    carveout.table_offset = offset
    carveout.flags = flags


def _check_binding(rproc: Rproc, carveout: Carveout, da: int, length: int) -> None:
    if carveout.table_offset is not None:
        raise _refuse(rproc, "Carveout already associated to resource table", errno.ENOMEM)
    complaint = carveout.misfit(da, length)
    if complaint is not None:
        raise _refuse(rproc, complaint, errno.ENOMEM)


def _handle_devmem(rproc: Rproc, table: memoryview, offset: int, avail: int) -> None:
    """Map a peripheral; without an IOMMU there is nothing to map with, which ends the boot without a word."""
    if rproc.domain is None:
        raise failure(errno.EINVAL)
    da, pa, length, flags = _memory_entry(rproc, "devmem", table, offset, avail)
    with rproc.printk.on_failure("failed to map devmem"):
        iommu.map_in(rproc, da, pa, length, flags)


def _handle_trace(rproc: Rproc, table: memoryview, offset: int, avail: int) -> None:
    """Show a log buffer; whether there is memory at its address is not asked."""
    if avail < TRACE_ENTRY_SIZE:
        raise _refuse(rproc, "trace rsc is truncated")
    da, length, reserved = _TRACE_ENTRY.unpack_from(table, offset)
    if reserved:
        raise _refuse(rproc, "trace rsc has non zero reserved bytes")
    rproc.traces.append(TraceBuffer(rproc, da, length))


def _handle_vdev(rproc: Rproc, table: memoryview, offset: int, avail: int) -> None:
    if avail < _VDEV_ENTRY.size:
        raise _refuse(rproc, "vdev rsc is truncated")
    config_length, vrings, reserved = _VDEV_ENTRY.unpack_from(table, offset)
    if _VDEV_ENTRY.size + vdev.VRING_SIZE * vrings + config_length > avail:
        raise _refuse(rproc, "vdev rsc is truncated")
    if reserved:
        raise _refuse(rproc, "vdev rsc has non zero reserved bytes")
    if vrings > vdev.VRINGS_MOST:
        raise _refuse(rproc, f"too many vrings: {vrings}")
    vdev.register(rproc, offset, vrings)


_HANDLERS = {CARVEOUT: _handle_carveout, DEVMEM: _handle_devmem, TRACE: _handle_trace, VDEV: _handle_vdev}
