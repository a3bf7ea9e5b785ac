"""The device that makes others, `/dev/rpmsg_ctrlN` (drivers/rpmsg/rpmsg_ctrl.c); its ioctls as methods."""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from rproc_tui.rpmsg.addresses import address_of
from rproc_tui.rpmsg.char_device import CharDevice
from rproc_tui.rpmsg.name_service import read_name, wire_name

if TYPE_CHECKING:
    from rproc_tui.rpmsg.channel import Channel


class ControlDevice:
    """Makes character devices and channels on one bus. Its devices go with it."""

    def __init__(self, channel: Channel, on_device: Callable[[CharDevice, bool], None]) -> None:
        """Serve the bus's `rpmsg_ctrl` channel; `on_device` hears of each character device, True made, False gone."""
        self._channel = channel
        self._on_device = on_device
        self._devices: list[CharDevice] = []
        channel.on_unbind = self.remove

    def create_endpoint(self, name: str, source: int, destination: int) -> CharDevice:
        """RPMSG_CREATE_EPT_IOCTL: a new `/dev/rpmsgN`. Names are cut to 31 bytes; addresses are tried on opening."""
        device = CharDevice(self._channel, read_name(wire_name(name)), address_of(source), address_of(destination))
        device.on_removed = partial(self._forget, device)
        self._devices.append(device)
        self._tell(device, created=True)
        return device

    def create_channel(self, name: str, source: int, destination: int) -> Channel:
        """RPMSG_CREATE_DEV_IOCTL; OSError: ENXIO when there is one or the bus is gone."""
        try:
            return self._channel.bus.create_channel(name, source, destination)
        except OSError as error:
            raise OSError(errno.ENXIO, "failed to create the channel") from error

    def release_channel(self, name: str, source: int, destination: int) -> None:
        """RPMSG_RELEASE_DEV_IOCTL; OSError: EINVAL when none matches."""
        self._channel.bus.destroy_channel(name, source, destination)

    def remove(self) -> None:
        """The device goes, and those that it made."""
        for device in tuple(self._devices):
            device.remove()

    def _forget(self, device: CharDevice) -> None:
        self._devices.remove(device)
        self._tell(device, created=False)

    def _tell(self, device: CharDevice, *, created: bool) -> None:
        self._on_device(device, created)
