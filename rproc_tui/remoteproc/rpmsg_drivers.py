"""The drivers of the rpmsg bus: which channels they take by themselves, and their files in sysfs."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.attributes import sysfs_file
from rproc_tui.remoteproc.c_text import as_bytes, sysfs_streq
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.virtual_tree import Node
from rproc_tui.rpmsg import char_device, tty_device

if TYPE_CHECKING:
    from rproc_tui.remoteproc.profile import Profile
    from rproc_tui.remoteproc.rpmsg_devices import RpmsgDevice

CONTROL = "rpmsg_ctrl"
NAME_SERVICE = "rpmsg_ns"
CHAR = char_device.DRIVER
TTY = tty_device.DRIVER


def driver_names(profile: Profile) -> tuple[str, ...]:
    """The drivers that a kernel has."""
    present = {
        CHAR: True,
        CONTROL: profile.rpmsg_control_device,
        NAME_SERVICE: profile.rpmsg_name_service_device,
        TTY: profile.rpmsg_tty,
    }
    return tuple(name for name, there in present.items() if there)


def driver_for(profile: Profile, device: RpmsgDevice) -> str | None:
    """The driver that takes a device: the one that was asked for, else by its name."""
    if device.driver_override is not None:
        wanted = device.driver_override.decode("utf-8", "replace")
        return wanted if wanted in driver_names(profile) else None
    if device.channel.name in profile.rpmsg_char_channels:
        return CHAR
    if device.channel.name in tty_device.CHANNEL_NAMES and profile.rpmsg_tty:
        return TTY
    return None


def rpmsg_driver_files(
    profile: Profile, devices: Callable[[], Iterable[RpmsgDevice]]
) -> Mapping[str, Mapping[str, Node]]:
    """`bind` and `unbind` of each driver: they take the name of a device (ENODEV when it is not for them)."""

    def find(written: bytes) -> RpmsgDevice:
        for device in devices():
            if sysfs_streq(written, as_bytes(device.name)):
                return device
        raise failure(errno.ENODEV)

    def bind(driver: str, written: bytes) -> None:
        device = find(written)
        if driver_for(profile, device) != driver:
            raise failure(errno.ENODEV)
        if device.channel.driver is not None:
            raise failure(errno.EBUSY)
        device.bind(driver)

    def unbind(driver: str, written: bytes) -> None:
        device = find(written)
        if device.channel.driver != driver:
            raise failure(errno.ENODEV)
        device.unbind()

    def files(driver: str) -> Mapping[str, Node]:
        return {
            "bind": sysfs_file(0o200, None, lambda written: bind(driver, written)),
            "unbind": sysfs_file(0o200, None, lambda written: unbind(driver, written)),
        }

    return {driver: files(driver) for driver in driver_names(profile)}
