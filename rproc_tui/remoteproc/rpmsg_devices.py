"""The devices of an rpmsg bus as the driver core sees them: who binds, which events go out (drivers/rpmsg)."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from rproc_tui.remoteproc import rpmsg_drivers
from rproc_tui.remoteproc.dev_node import CONTROL_MAJOR, ENDPOINT_MAJOR, TTY_MAJOR, Behind, DevNode
from rproc_tui.remoteproc.dev_printk import DevPrintk, bus_printk
from rproc_tui.remoteproc.rpmsg_sysfs import device_folder
from rproc_tui.remoteproc.virtual_tree import Node
from rproc_tui.rpmsg.channel import Channel
from rproc_tui.rpmsg.char_device import CharDevice
from rproc_tui.rpmsg.control_device import ControlDevice
from rproc_tui.rpmsg.tty_device import TtyDevice

if TYPE_CHECKING:
    from rproc_tui.remoteproc.ida import Ida
    from rproc_tui.remoteproc.virtio_device import VirtioDevice


class RpmsgDevice:
    """One entry of `/sys/bus/rpmsg/devices`."""

    def __init__(self, virtio: VirtioDevice, channel: Channel) -> None:
        self.channel = channel
        self.environment = virtio.environment
        self.name = channel.device_name
        self.devpath: str = f"{virtio.devpath}/{channel.device_name}"
        self.modalias = f"rpmsg:{channel.name}"
        self.driver_override: bytes | None = channel.driver.encode() if channel.driver is not None else None
        """What `driver_override` reads; the devices that the bus itself makes come with one."""
        self.nodes: tuple[DevNode, ...] = ()
        """What programs open: the device's own, or those that its control device made."""
        self._registry = virtio.rproc.registry
        self._numbers: dict[str, Ida] = {}

    @property
    def properties(self) -> dict[str, str]:
        """Lines of its `uevent` file."""
        driver = self.channel.driver
        return {**({"DRIVER": driver} if driver is not None else {}), "MODALIAS": self.modalias}

    def appear(self) -> None:
        """Announce it, and let its driver have it."""
        self._uevent("add", {"MODALIAS": self.modalias})
        if self.channel.driver is not None:  # the bus itself has bound it
            if self.channel.driver == rpmsg_drivers.CONTROL:
                self._add_node("rpmsg_ctrl", CONTROL_MAJOR, ControlDevice(self.channel, self._endpoint_changed))
            self._uevent("bind", self.properties)
            return
        driver = rpmsg_drivers.driver_for(self.environment.profile, self)
        if driver is not None:
            with suppress(OSError):  # it stays without a driver then
                self.bind(driver)

    def bind(self, driver: str) -> None:
        """Give it to rpmsg_char or rpmsg_tty, which make a node of it; any other driver only has it."""
        if driver == rpmsg_drivers.CHAR:
            self._add_node("rpmsg", ENDPOINT_MAJOR, CharDevice.for_channel(self.channel))
        elif driver == rpmsg_drivers.TTY:
            self._add_node("ttyRPMSG", TTY_MAJOR, TtyDevice(self.channel))
        else:
            self.channel.bind(driver, None)
        self._uevent("bind", self.properties)

    def unbind(self) -> None:
        """Take it from its driver."""
        self.channel.unbind()
        self._remove_nodes()
        self._uevent("unbind", {})

    def _endpoint_changed(self, device: CharDevice, created: bool) -> None:
        """The control device made or removed an endpoint; it hangs from the control device's node."""
        if created:
            self._add_node("rpmsg", ENDPOINT_MAJOR, device, self.nodes[0].devpath)
        else:
            self._remove_node(next(node for node in self.nodes if node.behind is device))

    def _add_node(self, prefix: str, major: int, behind: Behind, parent: str | None = None) -> None:
        numbers = self._registry.node_ids(prefix)
        minor = numbers.alloc()
        name = f"{prefix}{minor}"
        subsystem = "tty" if major == TTY_MAJOR else "rpmsg"
        devpath = f"{self.devpath}/{subsystem}/{name}" if parent is None else f"{parent}/{name}"
        node = DevNode(name, subsystem, major, minor, parent or self.devpath, devpath, behind)
        if isinstance(behind, CharDevice):
            behind.log_to(DevPrintk(self.environment, f"{subsystem} {name}", subsystem, f"c{major}:{minor}").at)
        self._numbers[name] = numbers
        self.nodes += (node,)
        self.environment.uevent("add", devpath, subsystem, node.properties)

    def _remove_node(self, node: DevNode) -> None:
        self.nodes = tuple(other for other in self.nodes if other is not node)
        self.environment.uevent("remove", node.devpath, node.subsystem, node.properties)
        self._numbers.pop(node.name).free(node.minor)

    def _remove_nodes(self) -> None:
        for node in reversed(self.nodes):
            self._remove_node(node)

    def vanish(self) -> None:
        """Its driver has left it, and it goes."""
        self._remove_nodes()
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

    def printk(self, channel: Channel, level: int, text: str) -> None:
        """A line of a channel's device."""
        driver = channel.driver or "rpmsg"
        bus_printk(self._virtio.environment, "rpmsg", driver, channel.device_name).at(level, text)

    def folders(self) -> Mapping[str, Node]:
        """Each device's folder in that of the virtio device."""
        return {device.name: device_folder(device) for device in self.all}
