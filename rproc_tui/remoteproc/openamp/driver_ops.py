"""OpenAMP's operations on a processor of the kernel's framework: one memory, one driver, two life cycles.

Between `config` and `shutdown` OpenAMP holds a power reference: the kernel's `start` does nothing, and no crash is
recovered from. Whoever stops the processor through the kernel's files takes it away, and what OpenAMP asks of its
driver after that is done already.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rproc_tui.model.processor import State
from rproc_tui.remoteproc import boot, cleanup
from rproc_tui.remoteproc.allocation import alloc_registered_carveouts
from rproc_tui.remoteproc.openamp.codes import OpenampError, ReturnCode, errno_as_code
from rproc_tui.remoteproc.openamp.io_region import IoRegion
from rproc_tui.remoteproc.openamp.memory import Lookup, Mapping, Memory, add_mem, init_mem, mmap
from rproc_tui.remoteproc.openamp.notify_ids import NOTIFY_IDS
from rproc_tui.remoteproc.openamp.virtio import get_notification
from rproc_tui.remoteproc.subdevices import Subdevice
from rproc_tui.remoteproc.vdev import VdevRing

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc
    from rproc_tui.remoteproc.openamp.remoteproc import Remoteproc


class DriverOps:
    """The operations of one processor, done by its plain driver. Vendor entries are not handed to that."""

    def __init__(self, rproc: Rproc) -> None:
        self.rproc = rproc
        self._held: Subdevice | None = None
        self._recovery_disabled = False

    def config(self, remoteproc: Remoteproc, _data: object) -> None:
        """Take the processor (EAGAIN when the kernel has it), prepare it, and make its carveouts known."""
        rproc = self.rproc
        with rproc.lock:
            if rproc.deleting or rproc.power or rproc.state is not State.OFFLINE:
                raise OpenampError(ReturnCode.EAGAIN)
            with errno_as_code():
                self._prepare()
            self._take(remoteproc)
        for carveout in tuple(rproc.carveouts):
            if carveout.memory is not None:
                region = IoRegion(carveout.memory.view, carveout.memory.dma)
                add_mem(remoteproc, init_mem(carveout.name, carveout.dma, carveout.da, carveout.length, region))

    def _prepare(self) -> None:
        try:
            boot.power_on(self.rproc)
            try:
                alloc_registered_carveouts(self.rproc)
            except BaseException:
                cleanup.power_off(self.rproc)
                raise
        except BaseException:  # a driver in Python may fail in other ways than a kernel's
            cleanup.release_resources(self.rproc)
            raise

    def _take(self, remoteproc: Remoteproc) -> None:
        rproc = self.rproc
        rproc.power += 1
        self._recovery_disabled, rproc.recovery_disabled = rproc.recovery_disabled, True
        self._held = Subdevice(stop=self._lose)
        rproc.subdevices.append(self._held)
        for number in range(NOTIFY_IDS):
            rproc.notify_ids[number] = VdevRing(0, 0, number, partial(get_notification, remoteproc, number))

    def _lose(self, _crashed: bool = False) -> None:
        """It is not ours any more: the kernel stops it, or `shutdown` is done with it."""
        if self._held is not None:
            self.rproc.subdevices.remove(self._held)
            self._held = None
            self.rproc.recovery_disabled = self._recovery_disabled
            for number in range(NOTIFY_IDS):
                self.rproc.notify_ids.pop(number, None)

    def start(self, remoteproc: Remoteproc) -> None:
        """Run it from the image's entry; debugfs shows the table from now on. ENODEV when it is not ours."""
        rproc = self.rproc
        with rproc.lock:
            if self._held is None or rproc.ops.start is None:
                raise OpenampError(ReturnCode.ENODEV)
            rproc.bootaddr = remoteproc.bootaddr
            rproc.table = remoteproc.rsc_table
            rproc.table_size = 0 if rproc.table is None else len(rproc.table)
            with errno_as_code():
                rproc.ops.start(rproc)
            rproc.state = State.RUNNING

    def stop(self, _remoteproc: Remoteproc) -> None:
        """Stop it if it runs or has crashed."""
        with self.rproc.lock:
            self._stop()

    def _stop(self) -> None:
        rproc = self.rproc
        if self._held is None or rproc.state not in (State.RUNNING, State.CRASHED):
            return
        if rproc.ops.stop is None:
            raise OpenampError(ReturnCode.ENODEV)
        with errno_as_code():
            rproc.ops.stop(rproc)
        rproc.state = State.OFFLINE

    def shutdown(self, remoteproc: Remoteproc) -> None:
        """Let go of everything; a processor whose stop has failed is stopped once more before."""
        rproc = self.rproc
        with rproc.lock:
            self._stop()
            if self._held is not None:
                self._lose()
                cleanup.release_resources(rproc)
                cleanup.power_off(rproc)
                cleanup.forget_table(rproc)
                rproc.table_size = 0
                rproc.power = 0
        remoteproc.mems.clear()
        remoteproc.rsc_table = remoteproc.rsc_io = None

    def notify(self, _remoteproc: Remoteproc, notifyid: int) -> None:
        """Kick it."""
        if self.rproc.ops.kick is not None:
            self.rproc.ops.kick(self.rproc, notifyid)

    def get_mem(self, _remoteproc: Remoteproc, lookup: Lookup) -> Memory | None:
        """The driver's own memory, by device address, which is its physical address too; carveouts are in the list."""
        if lookup.name is not None or lookup.pa is not None or lookup.da is None:
            return None
        view = self.rproc.da_to_va(lookup.da, max(1, lookup.size))
        return None if view is None else Memory("", lookup.da, lookup.da, len(view), IoRegion(view, lookup.da))

    def mmap(self, remoteproc: Remoteproc, pa: int | None, da: int | None, size: int, attribute: int) -> Mapping | None:
        """Memory by device address, where a physical one that was given is nobody's: firmware leaves it 0."""
        return None if pa is None else mmap(remoteproc, None, da, size, attribute)
