"""The rpmsg devices of one processor: `/sys/bus/rpmsg/devices` and what the drivers make of them (drivers/rpmsg).

Devices come and go with every boot, between a listing and a read too; a device that is half gone is left out.
"""

from __future__ import annotations

import asyncio
import posixpath
import re

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.discovery import own_path
from rproc_tui.linux.reading import read_line, try_bytes, try_line, try_link, try_list
from rproc_tui.model.rpmsg import RingFill, Rpmsg, RpmsgChannel, RpmsgEndpoint
from rproc_tui.rpmsg.addresses import ADDRESS_ANY
from rproc_tui.sanitise import sanitise

BUS = "/sys/bus/rpmsg/devices"

DEVICES_MOST = 256
"""Devices of one bus that are looked at; boards have up to about ten."""
RINGS = "vrings"
"""File of the emulated board in a processor's debugfs folder; see `parse_rings`."""
RINGS_MOST = 16 * 1024
"""Bytes of it."""

_OWN = frozenset({"rpmsg_ctrl", "rpmsg_ns"})
"""Devices that the bus itself makes."""
_CONTROL = re.compile(r"rpmsg_ctrl[0-9]{1,6}")
_ENDPOINT = re.compile(r"rpmsg[0-9]{1,6}")
_NODE = re.compile(r"(rpmsg|ttyRPMSG)[0-9]{1,6}")
_RING = re.compile(
    r"(?P<bus>\w{1,32}) (?P<name>input|output) size (?P<size>\d{1,6}) free (?P<free>\d{1,6})"
    r" waiting (?P<waiting>\d{1,6}) returned (?P<returned>\d{1,6}) messages (?P<messages>\d{1,18})"
)


async def read_rpmsg(host: Host, processor_id: str) -> Rpmsg:
    """Everything of one processor now."""
    devices = await _devices_below(host, await own_path(host, processor_id))
    controls = dict(zip(devices, await asyncio.gather(*(_control(host, device) for device in devices)), strict=True))
    by_bus = {posixpath.dirname(device): node for device, node in controls.items() if node is not None}
    found = await asyncio.gather(
        *(_channel(host, device, by_bus.get(posixpath.dirname(device))) for device in devices),
    )
    made = await asyncio.gather(*(_endpoints(host, device, node) for device, node in controls.items() if node))
    return Rpmsg(
        channels=tuple(channel for channel in found if channel is not None),
        endpoints=tuple(endpoint for endpoints in made for endpoint in endpoints),
        controls=tuple(f"/dev/{node}" for node in by_bus.values()),
        rings=parse_rings(await try_bytes(host, paths.debug_file(processor_id, RINGS), RINGS_MOST) or b""),
    )


def parse_rings(content: bytes) -> tuple[RingFill, ...]:
    """`virtio0 input size 16 free 0 waiting 16 returned 0 messages 5`, one ring a line; other lines are passed over."""
    rings = []
    for line in content[:RINGS_MOST].decode("ascii", "replace").splitlines():
        match = _RING.fullmatch(line)
        if match is not None:
            counts = {key: int(match[key]) for key in ("size", "free", "waiting", "returned", "messages")}
            rings.append(RingFill(match["bus"], match["name"], **counts))
    return tuple(rings)


def parse_address(text: str | None) -> int | None:
    """`0x400`, `1024` or `-1`; None for any address and for what is no address."""
    try:
        address = int(text or "", 0) & ADDRESS_ANY
    except ValueError:
        return None
    return None if address == ADDRESS_ANY else address


async def _devices_below(host: Host, folder: str) -> list[str]:
    """Paths of the rpmsg devices below a processor's folder, free of links."""
    names = (await try_list(host, BUS))[:DEVICES_MOST]
    targets = await asyncio.gather(*(try_link(host, f"{BUS}/{name}") for name in names))
    found = [paths.follow(BUS, target) for target in targets if target is not None]
    return [path for path in found if path.startswith(f"{folder}/")]


async def _control(host: Host, device: str) -> str | None:
    """The node of a control device; None for any other device."""
    if not posixpath.basename(device).partition(".")[2].startswith("rpmsg_ctrl"):
        return None
    return next(filter(_CONTROL.fullmatch, await try_list(host, f"{device}/rpmsg")), None)


async def _channel(host: Host, device: str, control: str | None) -> RpmsgChannel | None:
    try:
        name = await read_line(host, f"{device}/name")
    except OSError:  # it went between the listing and this
        return None
    driver, source, destination, announce, nodes = await asyncio.gather(
        try_link(host, f"{device}/driver"),
        try_line(host, f"{device}/src"),
        try_line(host, f"{device}/dst"),
        try_line(host, f"{device}/announce"),
        _node(host, device),
    )
    if name in _OWN:
        return None
    return RpmsgChannel(
        device=sanitise(posixpath.basename(device)),
        name=name,
        source=parse_address(source.text),
        destination=parse_address(destination.text),
        driver=None if driver is None else sanitise(posixpath.basename(driver)),
        announce=announce.text == "true",
        node=nodes,
        control=None if control is None else f"/dev/{control}",
    )


async def _node(host: Host, device: str) -> str | None:
    """What a driver made of a channel, below /dev."""
    for kind in ("rpmsg", "tty"):
        for name in await try_list(host, f"{device}/{kind}"):
            if _NODE.fullmatch(name):
                return f"/dev/{name}"
    return None


async def _endpoints(host: Host, device: str, control: str) -> list[RpmsgEndpoint]:
    """The devices that programs had made through a control device; they hang below it."""
    folder = f"{device}/rpmsg/{control}"
    names = [name for name in await try_list(host, folder) if _ENDPOINT.fullmatch(name)][:DEVICES_MOST]
    return list(await asyncio.gather(*(_endpoint(host, folder, name) for name in names)))


async def _endpoint(host: Host, folder: str, name: str) -> RpmsgEndpoint:
    texts = await asyncio.gather(
        *(try_line(host, f"{folder}/{name}/{attribute}") for attribute in ("name", "src", "dst"))
    )
    called, source, destination = (reading.text for reading in texts)
    return RpmsgEndpoint(f"/dev/{name}", called or name, parse_address(source), parse_address(destination))
