"""The files of a vdev and of its virtio device (drivers/virtio/virtio.c, drivers/base/platform.c)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.attributes import constant, link, sysfs_file
from rproc_tui.remoteproc.driver_override import override_file
from rproc_tui.remoteproc.uevent_file import uevent_file
from rproc_tui.remoteproc.vdev import DRIVER, MODALIAS
from rproc_tui.remoteproc.virtual_tree import Directory, Node

if TYPE_CHECKING:
    from rproc_tui.remoteproc.vdev import Vdev
    from rproc_tui.remoteproc.virtio_device import VirtioDevice


def vdev_folder(vdev: Vdev) -> Directory:
    """`rproc-virtio.0.auto`; on older kernels `remoteproc0#vdev0buffer`, which is no platform device."""

    def entries() -> Mapping[str, Node]:
        nodes: dict[str, Node] = {} if vdev.number is None else _platform_files(vdev)
        virtio = vdev.virtio
        if virtio is not None:
            nodes[virtio.name] = virtio_folder(virtio)
        return nodes

    return Directory(entries)


def _platform_files(vdev: Vdev) -> dict[str, Node]:
    at = f"/sys{vdev.devpath}"
    bound = {"DRIVER": DRIVER} if vdev.bound else {}
    properties = {**bound, "MODALIAS": MODALIAS}
    nodes: dict[str, Node] = {
        "driver_override": override_file(
            lambda: vdev.driver_override, lambda name: setattr(vdev, "driver_override", name)
        ),
        "modalias": constant(MODALIAS),
        "subsystem": link(at, "/sys/bus/platform"),
        "uevent": uevent_file(vdev.rproc.environment, vdev.devpath, "platform", lambda: properties),
    }
    if vdev.bound:
        nodes["driver"] = link(at, f"/sys/bus/platform/drivers/{DRIVER}")
    return nodes


def virtio_folder(virtio: VirtioDevice) -> Directory:
    """`virtio0`."""

    def entries() -> Mapping[str, Node]:
        at = f"/sys{virtio.devpath}"
        driver = virtio.driver
        bits = virtio.environment.profile.virtio_feature_bits
        properties = {**({} if driver is None else {"DRIVER": driver.name}), "MODALIAS": virtio.modalias}
        nodes: dict[str, Node] = {
            "device": constant(f"0x{virtio.vdev.device_id:04x}"),
            "features": constant("".join("1" if virtio.features >> bit & 1 else "0" for bit in range(bits))),
            "modalias": constant(virtio.modalias),
            "status": sysfs_file(0o444, lambda: b"0x%08x\n" % virtio.status),
            "subsystem": link(at, "/sys/bus/virtio"),
            "uevent": uevent_file(virtio.environment, virtio.devpath, "virtio", lambda: properties),
            "vendor": constant("0x0000"),
        }
        if driver is not None:
            nodes["driver"] = link(at, f"/sys/bus/virtio/drivers/{driver.name}")
            nodes.update(driver.children())
        return nodes

    return Directory(entries)
