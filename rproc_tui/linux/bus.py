"""The bus that a device tree node hangs from: how wide its addresses are and how they translate.

`ranges` is the processor's view of the bus, `dma-ranges` the view that a device on it has of memory (Devicetree
Specification 2.3.8 and 2.3.9). A remote processor is such a device: its addresses are the device addresses.
"""

from __future__ import annotations

import asyncio
import posixpath
from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.cells import cell, groups
from rproc_tui.linux.reading import try_bytes

DEPTH_MOST = 16
"""Buses above one another; boards have up to about six."""

RANGES_MOST = 16 * 1024
"""Bytes of `ranges` that are read."""

DEFAULT_CELLS = 1
"""What the kernel takes where no node says how wide addresses are."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of addresses that a bus shows elsewhere."""

    child: int
    parent: int
    size: int


@dataclass(frozen=True, slots=True)
class Bus:
    """A bus and what leads from it to the root."""

    address_cells: int = DEFAULT_CELLS
    size_cells: int = DEFAULT_CELLS
    levels: tuple[tuple[Window, ...], ...] = ()
    """The `ranges` from this bus upwards; an empty one changes nothing."""
    dma: tuple[Window, ...] = ()
    """Its `dma-ranges`."""

    def physical(self, address: int, size: int) -> int:
        """The address on the root bus."""
        for windows in self.levels:
            for window in windows:
                if window.child <= address and address + size <= window.child + window.size:
                    address += window.parent - window.child
                    break
        return address

    def device_address(self, address: int, size: int) -> int:
        """How a device on this bus addresses it; the same where the tree does not say otherwise."""
        for window in self.dma:
            if window.parent <= address and address + size <= window.parent + window.size:
                return address - window.parent + window.child
        return address


async def bus_of(host: Host, node: str) -> Bus:
    """The bus of a node, which is its parent."""
    folders = _above(node)
    read = await asyncio.gather(*(_cells_and_ranges(host, folder) for folder in folders))
    widths = _inherited([(address, size) for address, size, _ in read])
    levels = []
    for (address, size), (parent_address, _), (_, _, ranges) in zip(widths, widths[1:], read, strict=False):
        levels.append(_windows(ranges, address, parent_address, size))
    address, size = widths[0]
    parent_address = widths[1][0] if len(widths) > 1 else address
    dma = await try_bytes(host, f"{folders[0]}/dma-ranges", RANGES_MOST)
    return Bus(address, size, tuple(levels), _windows(dma, address, parent_address, size))


def _above(node: str) -> list[str]:
    """The nodes above one, nearest first, down to the root of the tree."""
    folders: list[str] = []
    folder = posixpath.dirname(node)
    while len(folders) < DEPTH_MOST:
        folders.append(folder)
        if folder in (paths.DEVICE_TREE, "/"):
            break
        folder = posixpath.dirname(folder)
    return folders


async def _cells_and_ranges(host: Host, folder: str) -> tuple[int | None, int | None, bytes | None]:
    address, size, ranges = await asyncio.gather(
        try_bytes(host, f"{folder}/#address-cells", 4),
        try_bytes(host, f"{folder}/#size-cells", 4),
        try_bytes(host, f"{folder}/ranges", RANGES_MOST),
    )
    return cell(address), cell(size), ranges


def _inherited(said: list[tuple[int | None, int | None]]) -> list[tuple[int, int]]:
    """Every node's cells; like the kernel, the nearest node above that says something is believed."""
    out: list[tuple[int, int]] = []
    address, size = DEFAULT_CELLS, DEFAULT_CELLS
    for own_address, own_size in reversed(said):
        address = address if own_address is None else own_address
        size = size if own_size is None else own_size
        out.append((address, size))
    return out[::-1]


def _windows(data: bytes | None, child: int, parent: int, size: int) -> tuple[Window, ...]:
    return tuple(Window(*group) for group in groups(data or b"", child, parent, size))
