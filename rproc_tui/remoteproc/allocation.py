"""Coherent memory for carveouts (`rproc_alloc_carveout`, `rproc_alloc_registered_carveouts`)."""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from rproc_tui.model.resource_table import ADDRESS_ANY
from rproc_tui.remoteproc import iommu
from rproc_tui.remoteproc.c_text import U32
from rproc_tui.remoteproc.errors import code, failure

if TYPE_CHECKING:
    from rproc_tui.remoteproc.carveout import Carveout
    from rproc_tui.remoteproc.core import Rproc

_DA_PA_LENGTH = struct.Struct("<III")


def alloc_carveout(rproc: Rproc, carveout: Carveout) -> None:
    """The default allocator: from the device's pool; a wish for a device address is only mapped by an IOMMU."""
    memory = rproc.device.pool.alloc(carveout.length) if carveout.length else None
    if memory is None:
        rproc.parent_printk.error(f"failed to allocate dma memory: len {carveout.length:#x}")
        raise failure(errno.ENOMEM)
    try:
        _place(rproc, carveout, memory.dma)
    except OSError:
        rproc.device.pool.free(memory)
        raise
    carveout.memory = memory


def _place(rproc: Rproc, carveout: Carveout, dma: int) -> None:
    """Settle the device address of fresh memory."""
    if carveout.da == ADDRESS_ANY:
        if dma > U32:
            rproc.printk.warning("DMA address cast in 32bit to fit resource table format")
        carveout.da = dma & U32
    elif rproc.domain is not None:
        with rproc.printk.on_failure("iommu_map failed"):
            iommu.map_in(rproc, carveout.da, dma, carveout.length, carveout.flags)
    elif carveout.da != dma & U32:
        rproc.parent_printk.warning("Allocated carveout doesn't fit device address request")


def release_carveout(rproc: Rproc, carveout: Carveout) -> None:
    """Give the memory back to the pool."""
    if carveout.memory is not None:
        rproc.device.pool.free(carveout.memory)
        carveout.memory = None


def alloc_registered_carveouts(rproc: Rproc) -> None:
    """Allocate what has an allocator, and write into the table what became of each entry's wish."""
    for carveout in tuple(rproc.carveouts):
        if carveout.alloc is not None:
            try:
                carveout.alloc(rproc, carveout)
            except OSError as error:
                rproc.printk.error(f"Unable to allocate carveout {carveout.name}: {code(error)}")
                raise failure(errno.ENOMEM) from error
        if carveout.table_offset is not None and rproc.table is not None:
            _write_back(rproc, carveout, rproc.table, carveout.table_offset)


def _write_back(rproc: Rproc, carveout: Carveout, table: memoryview, offset: int) -> None:
    if carveout.dma > U32:
        rproc.printk.warning("Physical address cast in 32bit to fit resource table format")
    _DA_PA_LENGTH.pack_into(table, offset, carveout.da & U32, carveout.dma & U32, carveout.length & U32)
