"""A virtio device that the firmware asks for (`struct rproc_vdev`, drivers/remoteproc/remoteproc_virtio.c).

Since 6.1 it is a platform device with a driver of its own, whose failure nobody hears of: the boot goes on without it
and the device stays behind for good.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.allocation import alloc_carveout, release_carveout
from rproc_tui.remoteproc.c_text import U32, int32
from rproc_tui.remoteproc.carveout import Carveout, find_carveout
from rproc_tui.remoteproc.dev_printk import DevPrintk, bus_printk, log_probe_failure
from rproc_tui.remoteproc.device import DmaMemory
from rproc_tui.remoteproc.errors import code, failure
from rproc_tui.remoteproc.subdevices import Subdevice
from rproc_tui.remoteproc.virtio_device import VirtioDevice
from rproc_tui.rpmsg.vring import vring_size

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc

DRIVER = "rproc-virtio"
MODALIAS = f"platform:{DRIVER}"
PAGE = 4096
VRINGS_MOST = 2

VRINGS_AT = 24
"""From the start of the entry's payload."""
VRING_SIZE = 20
_VRING = struct.Struct("<III")
"""da, align, num; notifyid and pa follow."""
NOTIFY_ID_AT = 12


@dataclass(slots=True)
class VdevRing:
    """One ring (`struct rproc_vring`)."""

    num: int
    align: int
    notifyid: int = -1
    interrupt: Callable[[], None] | None = None
    """Set while a virtio driver has the queue."""


def page_align(size: int) -> int:
    """Up to whole pages."""
    return -(-size // PAGE) * PAGE


class Vdev:
    """One vdev entry of the table, from its registration until the resources are let go of."""

    def __init__(self, rproc: Rproc, offset: int, vrings: int) -> None:
        self.rproc = rproc
        self.offset = offset
        """Of the entry's payload in the table."""
        self._vrings = vrings  # as it was checked: a running firmware could change the table's own number
        self.device_id = self.field(0)
        """Virtio device id: 7 is rpmsg."""
        self.index = rproc.vdev_count
        rproc.vdev_count += 1
        self.rings: list[VdevRing] = []
        self.bound = False
        self.driver_override: bytes | None = None
        self.virtio: VirtioDevice | None = None
        self._buffer_pool: DmaMemory | None = None
        self._subdevice = Subdevice(start=self.start, stop=self.stop)
        self.number: int | None = None
        """Of the platform device."""
        if rproc.environment.profile.vdev_is_platform_device:
            self.number = rproc.registry.platform_ids.alloc()
            self.name = f"{DRIVER}.{self.number}.auto"
            self.printk = bus_printk(rproc.environment, "platform", DRIVER, self.name)
        else:
            self.name = f"{rproc.id}#vdev{self.index}buffer"
            self.printk = DevPrintk(rproc.environment, f" {self.name}")  # it has neither driver nor bus to name

    @property
    def devpath(self) -> str:
        """Below /sys."""
        return f"{self.rproc.devpath}/{self.name}"

    def field(self, offset: int) -> int:
        """A 32-bit word of the entry in the table that counts now; 0 when there is none."""
        table = self.rproc.table
        return 0 if table is None else int(struct.unpack_from("<I", table, self.offset + offset)[0])

    def set_field(self, offset: int, value: int) -> None:
        """Write one."""
        if self.rproc.table is not None:
            # The firmware may be reading: `struct` would clear the word first.
            at = self.offset + offset
            self.rproc.table[at : at + 4] = (value & U32).to_bytes(4, "little")

    def set_vring_da(self, ring: int, da: int) -> None:
        """Tell the firmware where a ring is."""
        self.set_field(self.vring_field(ring, 0), da)

    def vring_field(self, ring: int, offset: int) -> int:
        """Where a word of a vring stands in the entry."""
        return VRINGS_AT + VRING_SIZE * ring + offset

    def carveout_name(self, ring: int) -> str:
        """`vdev0vring1`."""
        return f"vdev{self.index}vring{ring}"

    def probe(self) -> None:
        """Check the rings, set memory aside and give them notify ids."""
        table = self.rproc.table
        assert table is not None  # the entry stands in it
        for ring in range(self._vrings):
            _, align, num = _VRING.unpack_from(table, self.offset + self.vring_field(ring, 0))
            if num == 0 or align == 0:
                self.rproc.printk.error(f"invalid qsz ({int32(num)}) or alignment ({int32(align)})")
                raise failure(errno.EINVAL)
            self.rings.append(VdevRing(num, align))
        for index, ring_of in enumerate(self.rings):
            try:
                self._alloc_vring(index, ring_of)
            except OSError:
                self.free_vrings()
                raise
        self.rproc.vdevs.append(self)
        self.rproc.subdevices.append(self._subdevice)
        self.bound = True

    def _alloc_vring(self, index: int, ring: VdevRing) -> None:
        rproc = self.rproc
        size = page_align(vring_size(ring.num, ring.align))
        da = self.field(self.vring_field(index, 0))
        carveout = find_carveout(rproc, self.carveout_name(index))
        if carveout is None:
            rproc.carveouts.append(
                Carveout(self.carveout_name(index), da, size, alloc=alloc_carveout, release=release_carveout)
            )
        else:
            complaint = carveout.misfit(da, size)
            if complaint:
                rproc.printk.error(complaint)
            if complaint is not None:
                raise failure(errno.ENOMEM)
        ring.notifyid = next(number for number in range(len(rproc.notify_ids) + 1) if number not in rproc.notify_ids)
        rproc.notify_ids[ring.notifyid] = ring
        self.set_field(self.vring_field(index, NOTIFY_ID_AT), ring.notifyid)

    def free_vrings(self) -> None:
        """Take back the notify ids and wipe the rings' place in the table."""
        for index, ring in enumerate(self.rings):
            if self.rproc.notify_ids.get(ring.notifyid) is ring:
                del self.rproc.notify_ids[ring.notifyid]
                self.set_field(self.vring_field(index, 0), 0)
                self.set_field(self.vring_field(index, NOTIFY_ID_AT), U32)

    def start(self) -> None:
        """Make the virtio device (`rproc_add_virtio_dev`), which looks for its driver."""
        if self.rproc.ops.kick is None:
            self.printk.error(f".kick method not defined for {self.rproc.name}")
            raise failure(errno.EINVAL)
        self._buffer_pool = self._find_buffer_pool()
        self.virtio = VirtioDevice(self)
        self.virtio.register()
        self.printk.info(f"registered {self.virtio.name} (type {int32(self.device_id)})")

    def _find_buffer_pool(self) -> DmaMemory | None:
        """The carveout `vdevXbuffer`, for the buffers of the virtio device; None leaves them to the device's pool."""
        carveout = find_carveout(self.rproc, f"vdev{self.index}buffer")
        if carveout is None:
            return None
        if carveout.memory is not None:
            self.printk.warning(f"vdev {self.index} buffer already mapped")
        return carveout.memory or carveout.reserved

    def alloc_buffers(self, size: int) -> DmaMemory | None:
        """Zeroed memory for messages; a dedicated region hands it out in powers of two of pages."""
        pool = self._buffer_pool
        if pool is None:
            return self.rproc.device.pool.alloc(size)
        pages = len(pool.view) // PAGE
        if 1 << (page_align(size) // PAGE - 1).bit_length() > pages:
            return None
        pool.view[:size] = bytes(size)
        return DmaMemory(pool.dma, pool.view[:size])

    def free_buffers(self, memory: DmaMemory) -> None:
        """Give it back."""
        if self._buffer_pool is None:
            self.rproc.device.pool.free(memory)

    def stop(self, _crashed: bool) -> None:
        """Remove it again, with everything on it."""
        if self.virtio is not None:
            self.virtio.unregister()
            self.virtio = None

    def unregister(self) -> None:
        """Let go of the rings and of the device itself."""
        if self.number is not None:
            self.uevent("unbind", {})
        self.free_vrings()
        self.bound = False
        self.rproc.subdevices.remove(self._subdevice)
        self.rproc.vdevs.remove(self)
        self.rproc.children.remove(self)
        if self.number is not None:
            self.uevent("remove", {"MODALIAS": MODALIAS})
            self.rproc.registry.platform_ids.free(self.number)
            self.rproc.registry.put(self.rproc)

    def uevent(self, action: str, properties: dict[str, str]) -> None:
        """An event of the platform device."""
        self.rproc.environment.uevent(action, self.devpath, "platform", properties)


def register(rproc: Rproc, offset: int, vrings: int) -> None:
    """Act on a vdev entry. A platform device's failure is only logged; on older kernels it fails the boot."""
    vdev = Vdev(rproc, offset, vrings)
    if vdev.number is None:
        vdev.probe()
        rproc.children.append(vdev)
        return
    rproc.registry.get(rproc)
    rproc.children.append(vdev)
    vdev.uevent("add", {"MODALIAS": MODALIAS})
    try:
        vdev.probe()
    except OSError as error:
        log_probe_failure(vdev.printk, DRIVER, vdev.name, code(error))
        return
    vdev.uevent("bind", {"DRIVER": DRIVER, "MODALIAS": MODALIAS})
