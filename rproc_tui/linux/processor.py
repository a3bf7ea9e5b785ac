"""Reads what the files of one processor say: everything once, and the fast-moving part again and again.

Files vanish between a listing and a read, may be forbidden one by one, and are missing on older kernels; what is left
is always an answer.
"""

from __future__ import annotations

import asyncio
import errno
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rproc_tui.errors import NoSuchProcessor
from rproc_tui.hosts.base import Host
from rproc_tui.linux import carveouts, debugfs, devcoredump, paths, resource_table
from rproc_tui.linux.attribute import read_attribute, state_of
from rproc_tui.linux.core_kind import core_kind
from rproc_tui.linux.device_tree import Node, Reserved, read_node
from rproc_tui.linux.discovery import device_path
from rproc_tui.linux.facts import LiveFacts, ProcessorFacts
from rproc_tui.linux.limits import sysfs_is_read_only
from rproc_tui.linux.permissions import KEPT_BY_THE_KERNEL, credentials, may_write, nobody_may_write
from rproc_tui.linux.reading import GONE, Reading, reason, try_line, try_link, try_list
from rproc_tui.linux.rpmsg import read_rpmsg
from rproc_tui.model.memory import Region
from rproc_tui.model.processor import State
from rproc_tui.model.resource_table import ResourceTable

TRACES_MOST = 64
"""Trace files of one processor that are shown."""

CLOSED = "may not be commanded: sysfs is mounted read-only, as in a container, and there is no {}"

_TRACE = re.compile(r"trace([0-9]{1,6})")
_VIRTIO_PARENT = re.compile(r"rproc-virtio\.[0-9]+\.auto|remoteproc[0-9]+#vdev[0-9]+buffer")
_VIRTIO = re.compile(r"virtio[0-9]+")


@dataclass(frozen=True, slots=True)
class _Listing:
    """The names of a processor's files."""

    id: str
    sysfs: frozenset[str]
    debug: frozenset[str]
    trouble: str | None
    """Why there is nothing in debugfs."""

    def path(self, name: str) -> str | None:
        """Where an attribute is; older kernels have some of them in debugfs only."""
        if name in self.sysfs:
            return paths.attribute(self.id, name)
        return paths.debug_file(self.id, name) if name in self.debug else None


@dataclass(frozen=True, slots=True)
class _Memory:
    """What debugfs says of a processor's memory."""

    table: ResourceTable | None
    carveouts: tuple[Region, ...]
    problems: tuple[str, ...]
    texts: Mapping[str, bytes]
    """What was read, by the name of the file."""


@dataclass(frozen=True, slots=True)
class _Access:
    """Who may command a processor."""

    writable: bool
    read_only: bool = False
    """Nobody may, by the mode of its files."""
    closed: str | None = None
    """Nobody may, for this reason."""


async def read_state(host: Host, processor_id: str) -> State:
    """The state now; OSError with the kernel's errno when it cannot be read."""
    return state_of((await read_attribute(host, processor_id, "state")).text)


async def read_live(host: Host, processor_id: str, *, table: bool = True) -> LiveFacts:
    """What moves fast. NoSuchProcessor when it is gone.

    Without `table` debugfs text is left alone: the kernel prints it without a lock, which is unwise in a transition.
    """
    state, names, dump, rpmsg = await asyncio.gather(
        _state_or_unknown(host, processor_id),
        try_list(host, paths.debug_folder(processor_id)),
        devcoredump.find(host, processor_id),
        read_rpmsg(host, processor_id),
    )
    shown = None
    if table and "resource_table" in names:
        text = await _debug_text(host, processor_id, "resource_table", resource_table.TEXT_MOST)
        shown = resource_table.parse(text)[0] if isinstance(text, bytes) else None
    return LiveFacts(state=state, traces=_traces(names), dump=dump, resource_table=shown, rpmsg=rpmsg)


async def _state_or_unknown(host: Host, processor_id: str) -> State:
    try:
        return await read_state(host, processor_id)
    except OSError as error:
        if error.errno in GONE:
            raise NoSuchProcessor(f"{processor_id} is gone", errno=error.errno) from error
        return State.UNKNOWN


async def read_processor(
    host: Host, processor_id: str, *, reserved: Mapping[int, Reserved] | None = None
) -> ProcessorFacts:
    """Everything that its files say. NoSuchProcessor when there is no such processor (any more).

    `reserved` saves reading the board's reserved memory again (`device_tree.reserved_memory`).
    """
    listing = await _list(host, processor_id)
    device = await device_path(host, processor_id)
    names = ("name", "state", "firmware", "recovery", "coredump")
    readings, memory, (driver, node), dump, access, children = await asyncio.gather(
        _attributes(host, listing, names),
        _memory(host, listing),
        _device(host, device, reserved),
        devcoredump.find(host, processor_id),
        _access(host, listing),
        _children(host, listing),
    )
    name, state, firmware, recovery, coredump = readings
    return ProcessorFacts(
        id=processor_id,
        device=device,
        name=name.text or posixpath.basename(device),
        state=state_of(state.text),
        firmware=firmware.text,
        recovery=recovery.text,
        coredump=coredump.text,
        driver=driver,
        compatible=node.compatible,
        core=core_kind((*node.compatible, *node.parent_compatible), driver),
        firmware_name=node.firmware_name,
        crash_commands=node.crash_commands,
        traces=_traces(listing.debug),
        resource_table=memory.table,
        regions=_distinct(node.regions, memory.carveouts),
        registers="regs" in listing.debug,
        mailbox="mailbox" in listing.debug or "kick" in listing.sysfs,
        memory=paths.debug_file(processor_id, "mem") if "mem" in listing.debug else None,
        dump=dump,
        rpmsg=await read_rpmsg(host, processor_id),
        children=children,
        writable=access.writable and driver not in KEPT_BY_THE_KERNEL,
        closed=access.closed,
        read_only=access.read_only or driver in KEPT_BY_THE_KERNEL,
        table_text=memory.texts.get("resource_table"),
        carveouts_text=memory.texts.get("carveout_memories"),
        unreadable=_unreadable(dict(zip(names, readings, strict=True)), listing, memory),
    )


async def _list(host: Host, processor_id: str) -> _Listing:
    try:
        debug, trouble = frozenset(await host.list(paths.debug_folder(processor_id))), None
    except OSError as error:
        debug, trouble = frozenset(), await debugfs.trouble(host, error)
    try:
        sysfs = frozenset(await host.list(paths.processor(processor_id)))
    except OSError as error:
        if error.errno in GONE and not debug:
            raise NoSuchProcessor(f"there is no {processor_id}", errno=error.errno) from error
        sysfs = frozenset()
    return _Listing(processor_id, sysfs, debug, trouble)


async def _attributes(host: Host, listing: _Listing, names: tuple[str, ...]) -> list[Reading]:
    return await asyncio.gather(*(_attribute(host, listing.path(name)) for name in names))


async def _attribute(host: Host, path: str | None) -> Reading:
    """One attribute; a kernel that lacks it is no error."""
    return Reading(None) if path is None else await try_line(host, path)


async def _debug_text(host: Host, processor_id: str, name: str, limit: int) -> bytes | OSError:
    try:
        return await host.read(paths.debug_file(processor_id, name), limit=limit)
    except OSError as error:
        return error


async def _memory(host: Host, listing: _Listing) -> _Memory:
    names = [name for name in ("resource_table", "carveout_memories") if name in listing.debug]
    limit = max(resource_table.TEXT_MOST, carveouts.TEXT_MOST)
    texts = await asyncio.gather(*(_debug_text(host, listing.id, name, limit) for name in names))
    table: ResourceTable | None = None
    regions: tuple[Region, ...] = ()
    problems: list[str] = []
    for name, text in zip(names, texts, strict=True):
        if isinstance(text, OSError):
            problems += [] if text.errno in GONE else [_forbidden(name, text)]
        elif name == "resource_table":
            table, found = resource_table.parse(text)
            problems += found
        else:
            regions, found = carveouts.parse(text)
            problems += found
    read: dict[str, bytes] = {name: text for name, text in zip(names, texts, strict=True) if isinstance(text, bytes)}
    return _Memory(table, regions, tuple(problems), read)


def _forbidden(name: str, error: OSError) -> str:
    return debugfs.LOCKED_DOWN if error.errno == errno.EPERM else reason(name, error)


async def _device(host: Host, device: str, reserved: Mapping[int, Reserved] | None) -> tuple[str | None, Node]:
    return await asyncio.gather(_driver(host, device), read_node(host, device, reserved))


async def _driver(host: Host, device: str) -> str | None:
    """The driver's name; cores of a cluster have none of their own, their cluster has."""
    for folder in (device, posixpath.dirname(device)):
        target = await try_link(host, f"{folder}/driver")
        if target is not None:
            return posixpath.basename(target)
    return None


async def _access(host: Host, listing: _Listing) -> _Access:
    path = listing.path("state")
    if path is None:
        return _Access(writable=False)
    who = await credentials(host)
    try:
        facts = await host.stat(path)
        read_only = nobody_may_write(facts)
        if not await sysfs_is_read_only(host):
            return _Access(writable=may_write(facts, who), read_only=read_only)
    except OSError:
        return _Access(writable=False)
    device = paths.character_device(listing.id)
    try:
        return _Access(writable=may_write(await host.stat(device), who), read_only=read_only)
    except OSError:
        return _Access(writable=False, read_only=read_only, closed=CLOSED.format(device))


async def _children(host: Host, listing: _Listing) -> tuple[str, ...]:
    parents = sorted(filter(_VIRTIO_PARENT.fullmatch, listing.sysfs))
    below = await asyncio.gather(*(try_list(host, paths.attribute(listing.id, parent)) for parent in parents))
    return (*parents, *(name for names in below for name in names if _VIRTIO.fullmatch(name)))


def _traces(names: frozenset[str] | list[str]) -> tuple[str, ...]:
    """Trace files, by number: they are numbered in the order of the table."""
    found = [match for match in map(_TRACE.fullmatch, names) if match is not None]
    return tuple(match.group() for match in sorted(found, key=lambda match: int(match[1])))[:TRACES_MOST]


def _distinct(own: tuple[Region, ...], registered: tuple[Region, ...]) -> tuple[Region, ...]:
    """Drivers register what the tree gives them: such a stretch is shown once, as the tree's, which outlasts a boot."""
    given = {(region.da, region.size) for region in own}
    return (*own, *(region for region in registered if (region.da, region.size) not in given))


def _unreadable(readings: Mapping[str, Reading], listing: _Listing, memory: _Memory) -> tuple[str, ...]:
    sentences = [
        reason(name, reading.error)
        for name, reading in readings.items()
        if reading.error is not None and not reading.gone
    ]
    trouble = [] if listing.trouble is None else [listing.trouble]
    return tuple(dict.fromkeys((*sentences, *trouble, *memory.problems)))
