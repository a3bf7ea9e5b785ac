"""A device on the virtio bus (drivers/virtio/virtio.c): status, features, and the driver that takes it.

Status and features live in the table that the firmware reads; nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from rproc_tui.model.resource_table import STATUS_ACKNOWLEDGE, STATUS_DRIVER, STATUS_DRIVER_OK, STATUS_FAILED
from rproc_tui.remoteproc.dev_printk import DevPrintk, bus_printk, log_probe_failure
from rproc_tui.remoteproc.errors import code
from rproc_tui.remoteproc.virtual_tree import Node

if TYPE_CHECKING:
    from rproc_tui.remoteproc.vdev import Vdev

DEVICE_FEATURES_AT, GUEST_FEATURES_AT = 8, 12
STATUS_AT = 20

RING_FEATURES = 1 << 28 | 1 << 29
"""INDIRECT_DESC and EVENT_IDX: taken by the ring code for every driver."""


class VirtioDriver(Protocol):
    """A driver that is about to take, or has taken, one device."""

    @property
    def name(self) -> str:
        """As the log and the links say it."""
        ...

    @property
    def features(self) -> int:
        """Feature bits that it knows."""
        ...

    def probe(self) -> None:
        """Take the device; OSError when it cannot, with nothing held."""
        ...

    def remove(self) -> None:
        """Reset the device and leave it."""
        ...

    def children(self) -> Mapping[str, Node]:
        """Folders of what it put on the device."""
        ...


class VirtioDevice:
    """`virtioK`, child of a vdev."""

    def __init__(self, vdev: Vdev) -> None:
        self.vdev = vdev
        self.rproc = vdev.rproc
        self.environment = vdev.rproc.environment
        self.index = self.rproc.registry.virtio_ids.alloc()
        self.name = f"virtio{self.index}"
        self.features = 0
        """What was negotiated."""
        self.driver: VirtioDriver | None = None
        self.printk = self._printk_as("virtio")

    @property
    def devpath(self) -> str:
        """Below /sys."""
        return f"{self.vdev.devpath}/{self.name}"

    @property
    def modalias(self) -> str:
        """`virtio:d00000007v00000000`."""
        return f"virtio:d{self.vdev.device_id:08X}v00000000"

    @property
    def status(self) -> int:
        """As the firmware sees it."""
        return self.vdev.field(STATUS_AT) & 0xFF

    def reset(self) -> None:
        """Status 0."""
        self._set_status(0)

    def add_status(self, bits: int) -> None:
        """Set bits of the status, one write for each call."""
        self._set_status(self.status | bits)

    def ready(self) -> None:
        """DRIVER_OK: the firmware may use the rings."""
        self.add_status(STATUS_DRIVER_OK)

    def _set_status(self, status: int) -> None:
        table = self.rproc.table
        if table is not None:
            table[self.vdev.offset + STATUS_AT] = status

    def register(self) -> None:
        """Reset, acknowledge, appear, and be taken by a driver if there is one."""
        self.reset()
        self.add_status(STATUS_ACKNOWLEDGE)
        self.uevent("add", {"MODALIAS": self.modalias})
        driver = self.rproc.registry.virtio_driver(self)
        if driver is not None:
            self._bind(driver)

    def _bind(self, driver: VirtioDriver) -> None:
        self.printk = self._printk_as(driver.name)
        self.add_status(STATUS_DRIVER)
        self.features = self.vdev.field(DEVICE_FEATURES_AT) & (driver.features | RING_FEATURES)
        self.vdev.set_field(GUEST_FEATURES_AT, self.features)
        self.driver = driver
        try:
            driver.probe()
        except OSError as error:
            self.add_status(STATUS_FAILED)
            log_probe_failure(self.printk, driver.name, self.name, code(error))
            self.printk = self._printk_as("virtio")
            self.driver = None
            return
        if not self.status & STATUS_DRIVER_OK:
            self.ready()
        self.uevent("bind", {"DRIVER": driver.name, "MODALIAS": self.modalias})

    def unregister(self) -> None:
        """Leave the driver, whose reset is followed by one more acknowledgement, and vanish."""
        if self.driver is not None:
            self.driver.remove()
            self.driver = None
            self.add_status(STATUS_ACKNOWLEDGE)
            self.uevent("unbind", {})
        self.uevent("remove", {"MODALIAS": self.modalias})
        self.rproc.registry.virtio_ids.free(self.index)

    def uevent(self, action: str, properties: dict[str, str]) -> None:
        """An event of this device."""
        self.environment.uevent(action, self.devpath, "virtio", properties)

    def _printk_as(self, driver: str) -> DevPrintk:
        return bus_printk(self.environment, "virtio", driver, self.name)
