"""The files of rpmsg devices and of their character devices (drivers/rpmsg/rpmsg_core.c, rpmsg_char.c)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.attributes import constant, link, sysfs_file
from rproc_tui.remoteproc.c_text import as_bytes, int32
from rproc_tui.remoteproc.driver_override import override_file
from rproc_tui.remoteproc.uevent_file import uevent_file
from rproc_tui.remoteproc.virtual_tree import Directory, Node
from rproc_tui.rpmsg.char_device import CharDevice

if TYPE_CHECKING:
    from rproc_tui.remoteproc.dev_node import DevNode
    from rproc_tui.remoteproc.rpmsg_devices import RpmsgDevice


def device_folder(device: RpmsgDevice) -> Directory:
    """`virtio0.rpmsg-raw.-1.1024`. Addresses are hexadecimal and live."""
    channel = device.channel

    def entries() -> Mapping[str, Node]:
        at = f"/sys{device.devpath}"
        nodes: dict[str, Node] = {
            "announce": constant("true" if channel.announce else "false"),
            "driver_override": override_file(
                lambda: device.driver_override, lambda name: setattr(device, "driver_override", name)
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
        own = [node for node in device.nodes if node.parent == device.devpath]
        if own:
            folders: dict[str, Node] = {node.name: _node_folder(device, node) for node in own}
            nodes[own[0].subsystem] = Directory(lambda: folders)
        return nodes

    return Directory(entries)


def _node_folder(device: RpmsgDevice, node: DevNode) -> Directory:
    """`rpmsg0`, `rpmsg_ctrl0` with what it made, or `ttyRPMSG0`. Addresses are decimal, and those asked for."""

    def entries() -> Mapping[str, Node]:
        at = f"/sys{node.devpath}"
        nodes: dict[str, Node] = {
            "dev": constant(f"{node.major}:{node.minor}"),
            "device": link(at, f"/sys{node.parent}"),
            "subsystem": link(at, f"/sys/class/{node.subsystem}"),
            "uevent": uevent_file(device.environment, node.devpath, node.subsystem, lambda: node.properties),
        }
        if isinstance(node.behind, CharDevice):
            end = device.channel if node.parent == device.devpath else node.behind
            nodes["name"] = sysfs_file(0o444, lambda: as_bytes(end.name) + b"\n")
            nodes["src"] = constant(str(int32(end.source)))
            nodes["dst"] = constant(str(int32(end.destination)))
        made = {other.name: _node_folder(device, other) for other in device.nodes if other.parent == node.devpath}
        return nodes | made

    return Directory(entries)
