"""A board as its makers or users showed it, and the tree of files that a kernel shows of such a board."""

from __future__ import annotations

import os
import pathlib
import posixpath
import struct
from dataclasses import dataclass, field

from rproc_tui.linux.kernel_fact import Kind
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.processor import Note
from rproc_tui.model.resource_table import Entry as TableEntry
from rproc_tui.model.resource_table import ResourceTable, TraceEntry, VdevEntry, Vring
from tests.linux.board import PLATFORM, processor, up_from
from tests.linux.debugfs_text import carveout_text, table_text
from tests.linux.memory_host import Entry, File, Folder, Link

TREE = "/sys/firmware/devicetree/base"
BUS = "/sys/bus/rpmsg/devices"
ATTRIBUTES = ("recovery", "coredump")

Said = tuple[str, Kind, int | None]
"""A line of the log, what it means, and the number of the processor that it is about."""


@dataclass(frozen=True)
class Channel:
    """A channel, by its bus, its name, the addresses and what has it."""

    name: str
    destination: int
    bus: str = "virtio0"
    source: int | None = None
    driver: str | None = None
    node: str | None = None

    @property
    def device(self) -> str:
        return f"{self.bus}.{self.name}.-1.{self.destination}"


@dataclass(frozen=True)
class Remote:
    """One processor: what its files say, and what is to be concluded from them."""

    number: int
    name: str
    state: str = "offline"
    firmware: str = "fw.elf"
    device: str | None = None
    """Below /sys/devices/platform; None is its name."""
    driver: str | None = None
    cluster: str | None = None
    """The driver of the device above it, where its own has none."""
    compatible: str | None = None
    core: str | None = None
    """Which kind of core that makes it."""
    recovery: str | None = "enabled"
    coredump: str | None = "disabled"
    mode: int = 0o644
    traces: tuple[bytes, ...] = ()
    table: ResourceTable | None = None
    carveouts: tuple[Region, ...] = ()
    reserved: tuple[Region, ...] = ()
    extra: tuple[str, ...] = ()
    """More files in debugfs."""
    virtio: tuple[tuple[str, str], ...] = ()
    """Virtio devices with the device that each is below (`rproc-virtio.2.auto`)."""
    channels: tuple[Channel, ...] = ()
    crashes: int = 0
    """As the log counts them."""
    notes: frozenset[Note] = frozenset()

    @property
    def id(self) -> str:
        return f"remoteproc{self.number}"

    @property
    def place(self) -> str:
        return f"{PLATFORM}/{self.device or self.name}"


@dataclass(frozen=True)
class Board:
    title: str
    remotes: tuple[Remote, ...]
    log: tuple[Said, ...] = ()
    wide: bool = True
    """Whether the kernel prints addresses of 64 bits."""
    more: dict[str, Entry] = field(default_factory=dict)

    def files(self) -> dict[str, Entry]:
        """Everything below the root of its file system."""
        found: dict[str, Entry] = {"/sys/class/devcoredump/disabled": b"0\n"}
        for remote in self.remotes:
            found |= _files(remote, 16 if self.wide else 8)
        if self.log:
            found["/var/log/dmesg"] = "".join(f"{text}\n" for text, _, _ in self.log).encode()
        return found | self.more


def vdev(index: int, *rings: int, align: int = 4096, num: int = 256, status: int = 7) -> VdevEntry:
    """An rpmsg device that the kernel has taken, with its rings at these addresses."""
    vrings = tuple(Vring(da, align, num, number, 0) for number, da in enumerate(rings))
    return VdevEntry(index, None, 7, 0, 1, 1, 0, status, len(rings), vrings)


def trace(index: int, da: int, name: str, length: int = 0x1000) -> TraceEntry:
    return TraceEntry(index, None, da, length, name)


def table(*entries: TableEntry) -> ResourceTable:
    return ResourceTable(entries=entries, num=len(entries), ver=None)


def carveout(name: str, da: int, size: int, pa: int | None = None) -> Region:
    """A carveout; without `pa` its bus address is its device address."""
    return Region(name, da, size, RegionKind.CARVEOUT, da if pa is None else pa or None)


def reserved(name: str, address: int, size: int) -> Region:
    return Region(name, address, size, RegionKind.RESERVED, address)


def plant(root: pathlib.Path, files: dict[str, Entry]) -> None:
    """Make the files, links and folders below a folder of this machine."""
    for path, entry in files.items():
        place = root / path.lstrip("/")
        if isinstance(entry, Folder):
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(entry, Link):
            place.symlink_to(entry.target)
        elif isinstance(entry, File):
            place.write_bytes(entry.content)
            os.chmod(place, entry.mode)
        elif isinstance(entry, bytes):
            place.write_bytes(entry)


def _files(remote: Remote, digits: int) -> dict[str, Entry]:
    debug: dict[str, Entry] = {
        "name": f"{remote.name}\n".encode(),
        "resource_table": File(table_text(remote.table), 0o400),
        "carveout_memories": File(carveout_text(remote.carveouts, digits), 0o400),
        **{f"trace{number}": File(text, 0o400) for number, text in enumerate(remote.traces)},
        **dict.fromkeys(remote.extra, b""),
    }
    device = remote.device or remote.name
    settings = {name: getattr(remote, name) for name in ATTRIBUTES}
    files = processor(
        remote.number,
        device,
        name=remote.name,
        state=remote.state,
        firmware=remote.firmware,
        driver=remote.driver,
        debug=debug,
        mode=remote.mode,
        **settings,
    )
    if remote.cluster is not None:
        above = posixpath.dirname(remote.place)
        files[f"{above}/driver"] = Link(f"{up_from(above)}bus/platform/drivers/{remote.cluster}")
    return files | _node(remote) | _rpmsg(remote)


def _node(remote: Remote) -> dict[str, Entry]:
    if remote.compatible is None:
        return {}
    node = f"{TREE}/soc/{posixpath.basename(remote.place)}"
    files: dict[str, Entry] = {
        f"{remote.place}/of_node": Link(f"{up_from(remote.place)}firmware/devicetree/base/soc/{node[len(TREE) + 5 :]}"),
        f"{node}/compatible": f"{remote.compatible}\0".encode(),
        f"{TREE}/reserved-memory/#address-cells": struct.pack(">I", 2),
        f"{TREE}/reserved-memory/#size-cells": struct.pack(">I", 2),
    }
    handles = [(remote.number << 8) + index for index in range(len(remote.reserved))]
    if handles:
        files[f"{node}/memory-region"] = struct.pack(f">{len(handles)}I", *handles)
    for handle, region in zip(handles, remote.reserved, strict=True):
        folder = f"{TREE}/reserved-memory/{region.name}@{region.da:x}"
        files[f"{folder}/phandle"] = struct.pack(">I", handle)
        files[f"{folder}/reg"] = struct.pack(">QQ", region.da, region.size)
    return files


def _rpmsg(remote: Remote) -> dict[str, Entry]:
    own = f"{remote.place}/remoteproc/{remote.id}"
    files: dict[str, Entry] = {}
    for bus, parent in remote.virtio:
        files[f"{own}/{parent}/{bus}/status"] = b"0x00000007\n"
        for channel in remote.channels:
            if channel.bus == bus:
                files |= _channel(f"{own}/{parent}/{bus}/{channel.device}", channel)
    return files


def _channel(folder: str, channel: Channel) -> dict[str, Entry]:
    source = 0xFFFFFFFF if channel.source is None else channel.source
    files: dict[str, Entry] = {
        f"{BUS}/{channel.device}": Link(f"../../..{folder.removeprefix('/sys')}"),
        f"{folder}/name": f"{channel.name}\n".encode(),
        f"{folder}/src": f"0x{source:x}\n".encode(),
        f"{folder}/dst": f"0x{channel.destination:x}\n".encode(),
        f"{folder}/announce": b"false\n",
    }
    if channel.driver is not None:
        files[f"{folder}/driver"] = Link(f"{up_from(folder)}bus/rpmsg/drivers/{channel.driver}")
    if channel.node is not None:
        kind = "tty" if channel.node.startswith("ttyRPMSG") else "rpmsg"
        files[f"{folder}/{kind}/{channel.node}/dev"] = b"234:0\n"
    return files
