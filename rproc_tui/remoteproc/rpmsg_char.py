"""Character devices of rpmsg: `rpmsg_ctrlN` of a bus and `rpmsgN` of an endpoint (drivers/rpmsg/rpmsg_char.c)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rproc_tui.remoteproc.ida import Ida
    from rproc_tui.remoteproc.registry import Registry
    from rproc_tui.remoteproc.rpmsg_devices import RpmsgDevice

CONTROL_MAJOR, ENDPOINT_MAJOR = 253, 254
"""A kernel gives them out as they come."""

UNREAD_MOST = 4096
"""Messages that wait for a reader; a kernel keeps them until it has no memory left."""


class CharDevice:
    """One node below `/dev`, and its entry in `/sys/class/rpmsg`."""

    def __init__(self, device: RpmsgDevice, prefix: str, major: int, numbers: Ida) -> None:
        self.device = device
        self.number = numbers.alloc()
        self.name = f"{prefix}{self.number}"
        self.major = major
        self.devpath: str = f"{device.devpath}/rpmsg/{self.name}"
        self.unread: deque[bytes] = deque(maxlen=UNREAD_MOST)
        self._numbers = numbers

    @classmethod
    def control(cls, registry: Registry, device: RpmsgDevice) -> CharDevice:
        """`rpmsg_ctrlN`, which makes endpoints."""
        return cls(device, "rpmsg_ctrl", CONTROL_MAJOR, registry.rpmsg_control_ids)

    @classmethod
    def endpoint(cls, registry: Registry, device: RpmsgDevice) -> CharDevice:
        """`rpmsgN`, which is one."""
        return cls(device, "rpmsg", ENDPOINT_MAJOR, registry.rpmsg_endpoint_ids)

    @property
    def is_endpoint(self) -> bool:
        """Whether messages go through it."""
        return self.major == ENDPOINT_MAJOR

    @property
    def properties(self) -> dict[str, str]:
        """Of its events and its `uevent` file."""
        return {"MAJOR": str(self.major), "MINOR": str(self.number), "DEVNAME": self.name}

    def received(self, data: bytes, _source: int) -> None:
        """A message for whoever reads next."""
        self.unread.append(data)

    def release(self) -> None:
        """Give the number back."""
        self._numbers.free(self.number)
