"""The files of rpmsg devices and of their character devices (drivers/rpmsg/rpmsg_core.c, rpmsg_char.c)."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.attributes import PAGE, constant, link, sysfs_file
from rproc_tui.remoteproc.c_text import as_bytes, c_string, int32
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.uevent_file import uevent_file
from rproc_tui.remoteproc.virtual_tree import Directory, Node

if TYPE_CHECKING:
    from rproc_tui.remoteproc.rpmsg_char import CharDevice
    from rproc_tui.remoteproc.rpmsg_devices import RpmsgDevice


def device_folder(device: RpmsgDevice) -> Directory:
    """`virtio0.rpmsg-raw.-1.1024`. Addresses are hexadecimal and live."""
    channel = device.channel

    def entries() -> Mapping[str, Node]:
        at = f"/sys{device.devpath}"
        nodes: dict[str, Node] = {
            "announce": constant("true" if channel.announce else "false"),
            "driver_override": sysfs_file(
                0o644,
                lambda: (device.driver_override or b"(null)") + b"\n",
                lambda written: _override(device, written),
            ),
            "dst": constant(f"0x{channel.destination:x}"),
            "modalias": sysfs_file(0o444, lambda: as_bytes(device.modalias) + b"\n"),
            "name": sysfs_file(0o444, lambda: as_bytes(channel.name) + b"\n"),
            "src": sysfs_file(0o444, lambda: b"0x%x\n" % channel.source),
            "subsystem": link(at, "/sys/bus/rpmsg"),
            "uevent": uevent_file(device.environment, device.devpath, "rpmsg", lambda: device.properties),
        }
        if channel.driver is not None:
            nodes["driver"] = link(at, f"/sys/bus/rpmsg/drivers/{channel.driver}")
        char = device.char
        if char is not None:
            nodes["rpmsg"] = Directory(lambda: {char.name: char_folder(char)})
        return nodes

    return Directory(entries)


def _override(device: RpmsgDevice, written: bytes) -> None:
    """Up to the first newline; nothing before it clears the override."""
    if len(written) >= PAGE - 1:
        raise failure(errno.EINVAL)
    device.driver_override = c_string(written).split(b"\n", 1)[0] or None


def char_folder(char: CharDevice) -> Directory:
    """`rpmsg0` or `rpmsg_ctrl0`. Addresses are decimal here, and those that were asked for."""
    channel = char.device.channel

    def entries() -> Mapping[str, Node]:
        at = f"/sys{char.devpath}"
        nodes: dict[str, Node] = {
            "dev": constant(f"{char.major}:{char.number}"),
            "device": link(at, f"/sys{char.device.devpath}"),
            "subsystem": link(at, "/sys/class/rpmsg"),
            "uevent": uevent_file(char.device.environment, char.devpath, "rpmsg", lambda: char.properties),
        }
        if char.is_endpoint:
            nodes["name"] = sysfs_file(0o444, lambda: as_bytes(channel.name) + b"\n")
            nodes["src"] = constant(str(int32(channel.source)))
            nodes["dst"] = constant(str(int32(channel.destination)))
        return nodes

    return Directory(entries)
