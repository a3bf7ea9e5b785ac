"""What the device tree says of a processor: its kind, its memories and the memory that is reserved for it.

Linux shows the tree as folders and binary files below /sys/firmware/devicetree/base; a device's `of_node` links there.
"""

from __future__ import annotations

import asyncio
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.bus import Bus, bus_of
from rproc_tui.linux.cells import cell, cells, groups, strings
from rproc_tui.linux.reading import try_bytes, try_link, try_list
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.sanitise import sanitise

PROPERTY_MOST = 4096
"""Bytes of a property that are read."""

RESERVED_MOST = 256
"""Reserved-memory nodes that are looked at; boards have up to about eighty."""

REGIONS_MOST = 64
"""Regions of one processor."""

NAME_MOST = 64
"""Characters of a node's name that are kept; the specification allows 31."""

CRASH_COMMANDS = "rproc-tui,crash-commands"

COMMANDS_MOST = 32
"""Crash commands of one processor."""

_COMMAND = re.compile(r"(0x[0-9a-fA-F]{1,16}|0|[1-9][0-9]{0,16}) +(\S.*)", re.ASCII)

POOL = "shared-dma-pool"
"""What a reserved-memory node is compatible with from which Linux allocates (its binding `shared-dma-pool.yaml`)."""

RESERVED = f"{paths.DEVICE_TREE}/reserved-memory"


@dataclass(frozen=True, slots=True)
class Reserved:
    """One reserved-memory node: `name` is what stands before its `@`, the name of its carveout."""

    name: str
    address: int
    size: int
    is_pool: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A processor's node."""

    compatible: tuple[str, ...] = ()
    parent_compatible: tuple[str, ...] = ()
    """Of the node above: cores of a cluster are told apart there."""
    firmware_name: str | None = None
    """What the tree wants to be loaded."""
    crash_commands: tuple[tuple[int, str], ...] = ()
    """Mailbox words at which the firmware of that name dies on purpose, and how: a property of the bundled board."""
    regions: tuple[Region, ...] = ()
    """`reg`, by `reg-names`, and `memory-region`. Where a driver has its own address map (TI, i.MX), the device
    address is the bus address: the tree does not tell another."""


async def board_model(host: Host) -> str | None:
    """The board's name; None without a device tree."""
    for path in (f"{paths.DEVICE_TREE}/model", paths.PROC_MODEL):
        data = await try_bytes(host, path, PROPERTY_MOST)
        if data is not None:
            return next(iter(strings(data)), None)
    return None


async def node_path(host: Host, device: str) -> str | None:
    """Where the node of a device is, free of links; None where it has none."""
    target = await try_link(host, f"{device}/of_node")
    return None if target is None else paths.follow(device, target)


async def read_node(host: Host, device: str, reserved: Mapping[int, Reserved] | None = None) -> Node:
    """The node of a device, empty where there is none.

    `reserved` is what `reserved_memory` answered, for a caller who reads several nodes; it is read if it is needed.
    """
    path = await node_path(host, device)
    if path is None:
        return Node()
    names = ("compatible", "../compatible", "firmware-name", CRASH_COMMANDS, "reg", "reg-names", "memory-region")
    found = await asyncio.gather(*(_property(host, path, name) for name in names))
    compatible, above, firmware, commands, reg, reg_names, phandles = found
    regions: tuple[Region, ...] = ()
    if reg or phandles:
        bus = await bus_of(host, path)
        if phandles and reserved is None:
            reserved = await reserved_memory(host)
        regions = (*_internal(path, reg, reg_names, bus), *_reserved(phandles, reserved or {}, bus))
    return Node(
        compatible=strings(compatible),
        parent_compatible=strings(above),
        firmware_name=next(iter(strings(firmware)), None),
        crash_commands=crash_commands(strings(commands)),
        regions=regions[:REGIONS_MOST],
    )


def crash_commands(entries: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Words of 32 bits with what they do, from `0x101 write through a NULL pointer`; what is none is left out."""
    found = (_COMMAND.fullmatch(entry) for entry in entries[:COMMANDS_MOST])
    commands = ((int(match[1], 0), match[2][:NAME_MOST]) for match in found if match is not None)
    return tuple((word, meaning) for word, meaning in commands if word < 1 << 32)


async def _property(host: Host, path: str, name: str) -> bytes:
    return await try_bytes(host, posixpath.normpath(f"{path}/{name}"), PROPERTY_MOST) or b""


def _internal(path: str, reg: bytes, reg_names: bytes, bus: Bus) -> tuple[Region, ...]:
    """The processor's own memories."""
    names = strings(reg_names)
    own = posixpath.basename(path).partition("@")[0]
    regions = []
    for index, (address, size) in enumerate(groups(reg, bus.address_cells, bus.size_cells)):
        if size == 0:
            continue
        name = names[index] if index < len(names) else f"{own}:{index}"
        physical = bus.physical(address, size)
        regions.append(Region(name, bus.device_address(address, size), size, RegionKind.INTERNAL, physical))
    return tuple(regions)


def _reserved(phandles: bytes, reserved: Mapping[int, Reserved], bus: Bus) -> tuple[Region, ...]:
    """What `memory-region` points to, in its order."""
    known = (reserved.get(phandle) for phandle in cells(phandles))
    return tuple(
        Region(
            name=one.name,
            da=bus.device_address(one.address, one.size),
            size=one.size,
            kind=RegionKind.RESERVED,
            pa=one.address,
            is_pool=one.is_pool,
        )
        for one in known
        if one is not None
    )


async def reserved_memory(host: Host) -> Mapping[int, Reserved]:
    """Every reserved stretch of the board's memory that has a fixed place, by phandle."""
    # The kernel's binding wants the node's cells to be those of the root.
    address_cells, size_cells = await asyncio.gather(
        *(try_bytes(host, f"{RESERVED}/{name}", 4) for name in ("#address-cells", "#size-cells"))
    )
    widths = cell(address_cells) or 1, cell(size_cells) or 1
    names = (await try_list(host, RESERVED))[:RESERVED_MOST]
    # A node's name has its address; properties (`ranges`, `#size-cells`) are files of the same folder.
    found = await asyncio.gather(*(_reserved_node(host, name, widths) for name in names if not name.startswith("#")))
    return {phandle: node for one in found if one is not None for phandle, node in [one]}


async def _reserved_node(host: Host, name: str, widths: tuple[int, int]) -> tuple[int, Reserved] | None:
    properties = ("phandle", "reg", "compatible")
    phandles, reg, compatible = [await try_bytes(host, f"{RESERVED}/{name}/{one}", PROPERTY_MOST) for one in properties]
    phandle, place = cell(phandles), next(groups(reg or b"", *widths), None)
    if phandle is None or place is None:
        return None
    address, size = place
    is_pool = POOL in strings(compatible or b"")
    return phandle, Reserved(sanitise(name.partition("@")[0], limit=NAME_MOST), address, size, is_pool)
