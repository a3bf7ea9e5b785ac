"""A platform driver as `/sys/bus/platform/drivers` shows it: devices can be taken from it and given back."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.attributes import sysfs_file
from rproc_tui.remoteproc.c_text import as_bytes, sysfs_streq
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.virtual_tree import Node

if TYPE_CHECKING:
    from rproc_tui.remoteproc.device import Device
    from rproc_tui.remoteproc.registry import Registry


@dataclass(frozen=True, slots=True)
class PlatformDriver:
    """What a driver does when it gets a device, and when it loses it."""

    name: str
    probe: Callable[[Device], None]
    """Alloc and add the device's processors; OSError when it cannot."""
    remove: Callable[[Device], None]
    """Delete and free them."""


def driver_files(registry: Registry, driver: PlatformDriver) -> Mapping[str, Node]:
    """`bind` and `unbind`: each takes the name of a device."""
    return {
        "bind": sysfs_file(0o200, None, lambda written: _bind(registry, driver, written)),
        "unbind": sysfs_file(0o200, None, lambda written: _unbind(registry, driver, written)),
    }


def _find(registry: Registry, driver: PlatformDriver, written: bytes) -> Device:
    for device in registry.devices:
        if device.driver == driver.name and sysfs_streq(written, as_bytes(device.name)):
            return device
    raise failure(errno.ENODEV)


def _bind(registry: Registry, driver: PlatformDriver, written: bytes) -> None:
    device = _find(registry, driver, written)
    if registry.driver_overrides.get(device.name) not in (None, as_bytes(driver.name)):
        raise failure(errno.ENODEV)
    if registry.is_bound(device):
        raise failure(errno.EBUSY)
    driver.probe(device)


def _unbind(registry: Registry, driver: PlatformDriver, written: bytes) -> None:
    device = _find(registry, driver, written)
    if not registry.is_bound(device):
        raise failure(errno.ENODEV)
    driver.remove(device)
