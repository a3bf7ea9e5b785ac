"""A virtio device in a resource table, from either of its ends (lib/remoteproc/remoteproc_virtio.c).

The host's writes to status, features and configuration notify the remote side by the device's own number, which a
kernel never does; a reset is the status NEEDS_RESET, where a kernel writes 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from rproc_tui.model.resource_table import STATUS_NEEDS_RESET
from rproc_tui.remoteproc.openamp.codes import OpenampError, ReturnCode
from rproc_tui.remoteproc.openamp.notify_ids import NOTIFY_ID_ANY
from rproc_tui.remoteproc.openamp.vdev_resource import DEVICE_FEATURES, GUEST_FEATURES, ID, NOTIFY_ID, VdevResource
from rproc_tui.rpmsg.vring import Vring, vring_size

if TYPE_CHECKING:
    from rproc_tui.remoteproc.openamp.remoteproc import Remoteproc


class Role(IntEnum):
    """Which end this side is."""

    DRIVER = 0
    """The host: it negotiates, and clears the rings."""
    DEVICE = 1
    """The remote side."""


@dataclass(slots=True)
class VringInfo:
    """One ring of a device (`struct virtio_vring_info`)."""

    notifyid: int
    view: memoryview
    num: int
    align: int
    callback: Callable[[], None] | None = None
    """Called when the other side has notified it."""


class VirtioDevice:
    """One device, from `create_virtio` to `remove_virtio`."""

    def __init__(
        self,
        remoteproc: Remoteproc,
        resource: VdevResource,
        role: Role,
        reset_callback: Callable[[VirtioDevice], None] | None,
    ) -> None:
        self.role = role
        self.notifyid = resource.word(NOTIFY_ID)
        self.device_id = resource.word(ID)
        """Virtio device id: 7 is rpmsg."""
        self.reset_callback = reset_callback
        """For the remote side, to be called by whoever finds that the host has reset the device."""
        self.vrings: list[VringInfo] = []
        self._remoteproc = remoteproc
        self._resource = resource

    @property
    def status(self) -> int:
        """As it stands in the table."""
        return self._resource.status

    def set_status(self, status: int) -> None:
        """Write it, and notify the remote side."""
        self._resource.status = status
        self._notify(self.notifyid)

    @property
    def device_features(self) -> int:
        """What the remote side offers."""
        return self._resource.word(DEVICE_FEATURES)

    @property
    def features(self) -> int:
        """What both sides have."""
        return self.device_features & self._resource.word(GUEST_FEATURES)

    def set_features(self, features: int) -> None:
        """Write what the host takes, and notify the remote side."""
        self._resource.set_word(GUEST_FEATURES, features)
        self._notify(self.notifyid)

    def negotiate_features(self, features: int) -> None:
        """Take of these what the remote side offers."""
        self.set_features(self.device_features & features)

    def read_config(self, offset: int, length: int) -> bytes:
        """A stretch of the configuration; nothing when it is not all there."""
        stretch = self._resource.config(offset, length)
        return b"" if stretch is None else bytes(stretch)

    def write_config(self, offset: int, data: bytes) -> None:
        """Write one, and notify the remote side; nothing happens when it does not fit."""
        stretch = self._resource.config(offset, len(data))
        if stretch is not None:
            stretch[:] = data
            self._notify(self.notifyid)

    def reset(self) -> None:
        """Tell the remote side to begin anew; only the host can."""
        if self.role is Role.DRIVER:
            self.set_status(STATUS_NEEDS_RESET)

    def create_virtqueues(self, callbacks: Sequence[Callable[[], None] | None]) -> list[Vring]:
        """The rings, cleared by the host, each with what a notification calls. EINVAL for too many or empty rings."""
        if len(callbacks) > len(self.vrings):
            raise OpenampError(ReturnCode.EINVAL)
        made = []
        for ring, callback in zip(self.vrings, callbacks, strict=False):
            try:
                vring = Vring(ring.view, ring.num, ring.align)
            except ValueError as error:
                raise OpenampError(ReturnCode.EINVAL) from error
            if self.role is Role.DRIVER:
                size = vring_size(ring.num, ring.align)
                ring.view[:size] = bytes(size)
            ring.callback = callback
            made.append(vring)
        return made

    def kick(self, ring: int) -> None:
        """Notify the other side of a ring."""
        self._notify(self.vrings[ring].notifyid)

    def notified(self, notifyid: int) -> None:
        """The other side has notified; its own number means nothing here, NOTIFY_ID_ANY means every ring."""
        if notifyid == self.notifyid:
            return
        for ring in self.vrings:
            if notifyid in (ring.notifyid, NOTIFY_ID_ANY) and ring.callback is not None:
                ring.callback()

    def _notify(self, notifyid: int) -> None:
        if self._remoteproc.ops.notify is not None:
            self._remoteproc.ops.notify(self._remoteproc, notifyid)
