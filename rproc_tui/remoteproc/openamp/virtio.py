"""Making and removing virtio devices, and telling them of notifications (lib/remoteproc/remoteproc.c)."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from rproc_tui.model.resource_table import STATUS_DRIVER_OK
from rproc_tui.remoteproc.openamp.memory import mmap
from rproc_tui.remoteproc.openamp.resource_table import find_vdev
from rproc_tui.remoteproc.openamp.vdev_resource import (
    NOTIFY_ID,
    VRING_ALIGN,
    VRING_DA,
    VRING_NOTIFY_ID,
    VRING_NUM,
    VdevResource,
)
from rproc_tui.remoteproc.openamp.virtio_device import Role, VirtioDevice, VringInfo
from rproc_tui.rpmsg.vring import vring_size

if TYPE_CHECKING:
    from rproc_tui.remoteproc.openamp.remoteproc import Remoteproc

DESCRIPTORS_MOST = 65535
_YIELD = partial(time.sleep, 0)


def create_virtio(
    remoteproc: Remoteproc | None,
    index: int,
    role: int,
    reset_callback: Callable[[VirtioDevice], None] | None = None,
    yield_cpu: Callable[[], object] = _YIELD,
) -> VirtioDevice | None:
    """The device of the vdev entry of that number, counted among vdevs; the one that there is when it was made before.

    None when there is no such entry, or no memory for one of its rings. The host takes every feature that is offered.
    The remote side waits, with the processor locked, until the host has set DRIVER_OK; it calls `yield_cpu` meanwhile,
    and what that raises ends the waiting.
    """
    if remoteproc is None or role not in tuple(Role):
        return None
    with remoteproc.lock:
        resource = _vdev_resource(remoteproc, index)
        if resource is None:
            return None
        notifyid = resource.word(NOTIFY_ID)
        existing = next((device for device in remoteproc.vdevs if device.notifyid == notifyid), None)
        if existing is not None:
            return existing
        device = VirtioDevice(remoteproc, resource, Role(role), reset_callback)
        if device.role is Role.DRIVER:
            device.negotiate_features(device.device_features)
        else:
            while not device.status & STATUS_DRIVER_OK:
                yield_cpu()
        if not _find_vrings(remoteproc, device, resource):
            return None
        remoteproc.vdevs.append(device)
        return device


def _vdev_resource(remoteproc: Remoteproc, index: int) -> VdevResource | None:
    """The entry where it lies; it may be longer than the table claims."""
    table, io = remoteproc.rsc_table, remoteproc.rsc_io
    if table is None or io is None:
        return None
    start, offset = io.virtual_to_offset(table), find_vdev(table, index)
    return None if start is None or offset is None else VdevResource(io.view[start + offset :])


def _find_vrings(remoteproc: Remoteproc, device: VirtioDevice, resource: VdevResource) -> bool:
    """Find the memory of every ring, at the device address that the table names; whether all have theirs."""
    for ring in range(resource.vrings):
        da, align, num, notifyid = (
            resource.vring(ring, field) for field in (VRING_DA, VRING_ALIGN, VRING_NUM, VRING_NOTIFY_ID)
        )
        mapping = mmap(remoteproc, None, da, vring_size(num, align))
        if mapping is None or num > DESCRIPTORS_MOST:
            return False
        device.vrings.append(VringInfo(notifyid, mapping.view, num, align))
    return True


def remove_virtio(remoteproc: Remoteproc | None, device: VirtioDevice | None) -> None:
    """Forget a device. Neither its status nor its rings are touched."""
    if remoteproc is not None and device in remoteproc.vdevs:
        remoteproc.vdevs.remove(device)


def get_notification(remoteproc: Remoteproc | None, notifyid: int) -> None:
    """The remote side has notified: tell the rings of that number, or all for NOTIFY_ID_ANY.

    Takes no lock, and calls the rings' callbacks on the caller's thread.
    """
    if remoteproc is not None:
        for device in tuple(remoteproc.vdevs):
            device.notified(notifyid)
