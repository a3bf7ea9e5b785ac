"""The devices of an rpmsg bus as the driver core sees them: who binds, which events go out (drivers/rpmsg)."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.dev_printk import bus_printk
from rproc_tui.remoteproc.rpmsg_char import CharDevice
from rproc_tui.remoteproc.rpmsg_sysfs import device_folder
from rproc_tui.remoteproc.virtual_tree import Node
from rproc_tui.rpmsg.channel import Channel

if TYPE_CHECKING:
    from rproc_tui.remoteproc.virtio_device import VirtioDevice

CONTROL = "rpmsg_ctrl"
CHRDEV = "rpmsg_chrdev"
RAW_CHANNEL = "rpmsg-raw"


class RpmsgDevice:
    """One entry of `/sys/bus/rpmsg/devices`."""

    def __init__(self, virtio: VirtioDevice, channel: Channel) -> None:
        self.virtio = virtio
        self.channel = channel
        self.environment = virtio.environment
        self.name = channel.device_name
        self.devpath: str = f"{virtio.devpath}/{channel.device_name}"
        self.modalias = f"rpmsg:{channel.name}"
        self.driver_override: bytes | None = channel.driver.encode() if channel.driver is not None else None
        """What `driver_override` reads; the devices that the bus itself makes come with one."""
        self.char: CharDevice | None = None

    @property
    def properties(self) -> dict[str, str]:
        """Lines of its `uevent` file."""
        driver = self.channel.driver
        return {**({"DRIVER": driver} if driver is not None else {}), "MODALIAS": self.modalias}

    def appear(self) -> None:
        """Announce it, and let its driver have it."""
        self._uevent("add", {"MODALIAS": self.modalias})
        if self.channel.driver is None:
            self._look_for_driver()
        if self.channel.driver == CONTROL:
            self._add_char(CharDevice.control(self.virtio.rproc.registry, self))
        if self.channel.driver is not None:
            self._uevent("bind", self.properties)

    def _look_for_driver(self) -> None:
        """rpmsg_char takes channels of one name and makes `/dev/rpmsgN` of them."""
        if self.channel.name != RAW_CHANNEL or not self.environment.profile.rpmsg_raw_driver:
            return
        char = CharDevice.endpoint(self.virtio.rproc.registry, self)
        try:
            self.channel.bind(CHRDEV, char.received)
        except OSError:
            char.release()
            return
        self._add_char(char)

    def _add_char(self, char: CharDevice) -> None:
        self.char = char
        self.environment.uevent("add", char.devpath, "rpmsg", char.properties)

    def vanish(self) -> None:
        """Its driver has left it, and it goes."""
        if self.char is not None:
            self.environment.uevent("remove", self.char.devpath, "rpmsg", self.char.properties)
            self.char.release()
        if self.channel.driver is not None:
            self._uevent("unbind", {})
        self._uevent("remove", {"MODALIAS": self.modalias})

    def _uevent(self, action: str, properties: dict[str, str]) -> None:
        self.environment.uevent(action, self.devpath, "rpmsg", properties)


class RpmsgDevices:
    """Everything on one bus; told of each channel by the bus, on any thread."""

    def __init__(self, virtio: VirtioDevice) -> None:
        self._virtio = virtio
        self._devices: dict[Channel, RpmsgDevice] = {}
        self._lock = threading.Lock()

    @property
    def all(self) -> tuple[RpmsgDevice, ...]:
        """Oldest first."""
        with self._lock:
            return tuple(self._devices.values())

    def changed(self, channel: Channel, created: bool) -> None:
        """A channel came or went."""
        if created:
            device = RpmsgDevice(self._virtio, channel)
            with self._lock:
                self._devices[channel] = device
            device.appear()
            return
        with self._lock:
            gone = self._devices.pop(channel, None)
        if gone is not None:
            gone.vanish()

    def log(self, channel: Channel, level: int, text: str) -> None:
        """A line of a channel's device."""
        driver = channel.driver or "rpmsg"
        bus_printk(self._virtio.environment, "rpmsg", driver, channel.device_name).at(level, text)

    def folders(self) -> Mapping[str, Node]:
        """Each device's folder in that of the virtio device."""
        return {device.name: device_folder(device) for device in self.all}
