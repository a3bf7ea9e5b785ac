"""The driver of virtio devices of type 7 (`virtio_rpmsg_bus`): rings and buffers for an `rpmsg.bus.RpmsgBus`."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.carveout import find_carveout
from rproc_tui.remoteproc.device import DmaMemory
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.rpmsg_devices import RpmsgDevices
from rproc_tui.remoteproc.virtual_tree import Node
from rproc_tui.rpmsg.bus import RpmsgBus
from rproc_tui.rpmsg.header import BUFFER_SIZE, buffer_count
from rproc_tui.rpmsg.vring import Vring, vring_size

if TYPE_CHECKING:
    from rproc_tui.remoteproc.virtio_device import VirtioDevice

DEVICE_ID = 7
NAME_SERVICE = 1 << 0
EVENT_INDEX = 1 << 29


class VirtioRpmsg:
    """One such device and its driver."""

    name = "virtio_rpmsg_bus"
    features = NAME_SERVICE

    def __init__(self, device: VirtioDevice) -> None:
        self.device = device
        self.bus: RpmsgBus | None = None
        self.devices = RpmsgDevices(device)
        self._buffers: DmaMemory | None = None

    def probe(self) -> None:
        """Find the rings, lend the receive buffers, go online (ENOMEM without rings or memory)."""
        try:
            self._go_online()
        except OSError:
            self._let_go()
            raise

    def _go_online(self) -> None:
        receive, send = (self._queue(ring) for ring in range(2))
        vdev = self.device.vdev
        self._buffers = vdev.alloc_buffers(buffer_count(receive.num) * BUFFER_SIZE)
        if self._buffers is None:
            raise failure(errno.ENOMEM)
        profile = self.device.environment.profile
        self.bus = bus = RpmsgBus(
            self.device.name,
            receive,
            send,
            self._buffers.view,
            self._buffers.dma,
            kick=self._kick,
            log=self._log,
            name_service=bool(self.device.features & NAME_SERVICE),
            monotonic=self.device.environment.monotonic,
            event_index=bool(self.device.features & EVENT_INDEX),
            control_device=profile.rpmsg_control_device,
            name_service_device=profile.rpmsg_name_service_device,
        )
        bus.on_channel = self.devices.changed
        bus.on_channel_log = self.devices.printk
        for index, ring in enumerate(vdev.rings):
            ring.interrupt = _interrupt(bus, index)
        bus.probe(self.device.ready)

    def _queue(self, index: int) -> Vring:
        """One ring in its carveout, zeroed; the table learns where it is."""
        vdev = self.device.vdev
        carveout = find_carveout(self.device.rproc, vdev.carveout_name(index))
        if index >= len(vdev.rings) or carveout is None or carveout.memory is None:
            raise failure(errno.ENOMEM)
        ring = vdev.rings[index]
        size = vring_size(ring.num, ring.align)
        view = carveout.memory.view
        if size > len(view):
            raise failure(errno.ENOMEM)
        view[:size] = bytes(size)
        vdev.set_vring_da(index, carveout.da)
        return Vring(view, ring.num, ring.align)

    def remove(self) -> None:
        """Reset the device first, then take everything on it down."""
        self.device.reset()
        if self.bus is not None:
            self.bus.remove()
        self._let_go()

    def children(self) -> Mapping[str, Node]:
        """The folders of its rpmsg devices."""
        return self.devices.folders()

    def _let_go(self) -> None:
        for ring in self.device.vdev.rings:
            ring.interrupt = None
        if self._buffers is not None:
            self.device.vdev.free_buffers(self._buffers)
            self._buffers = None

    def _kick(self, ring: int) -> None:
        rproc = self.device.rproc
        assert rproc.ops.kick is not None  # the vdev does not start without
        rproc.ops.kick(rproc, self.device.vdev.rings[ring].notifyid)

    def _log(self, level: int, text: str) -> None:
        self.device.printk.at(level, text)


def _interrupt(bus: RpmsgBus, ring: int) -> Callable[[], None]:
    return lambda: bus.interrupt(ring)
