"""One remote processor (`struct rproc`, drivers/remoteproc/remoteproc_core.c) and what a driver may do to it.

What happens to it stands in `boot`, `shutdown` and `recovery`. One lock guards the life cycle; reading never takes it.
"""

from __future__ import annotations

import errno
import threading
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING

from rproc_tui.model.processor import State
from rproc_tui.remoteproc import boot, cdev, recovery, shutdown
from rproc_tui.remoteproc.c_text import as_text, c_string
from rproc_tui.remoteproc.callbacks import resolve
from rproc_tui.remoteproc.carveout import Carveout
from rproc_tui.remoteproc.coredump import CoredumpMode, DumpSegment
from rproc_tui.remoteproc.dev_node import DevNode
from rproc_tui.remoteproc.dev_printk import DevPrintk, bus_printk
from rproc_tui.remoteproc.device import Device, DmaMemory
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.iommu import Iommu
from rproc_tui.remoteproc.subdevices import Subdevice
from rproc_tui.remoteproc.trace_buffer import TraceBuffer
from rproc_tui.remoteproc.virtual_tree import VirtualFile

if TYPE_CHECKING:
    from rproc_tui.remoteproc.registry import Registry
    from rproc_tui.remoteproc.vdev import Vdev, VdevRing


@dataclass(eq=False, repr=False)
class Rproc:
    """A processor, from `Registry.alloc` until it is released."""

    registry: Registry
    index: int
    device: Device
    name: str
    driver: InitVar[object]
    """The driver's callbacks, as `ops.RprocOps` describes them."""
    firmware: str
    """File name, as text that `as_bytes` turns back."""

    # What a driver sets before `add`
    auto_boot: bool = True
    recovery_disabled: bool = False
    attach_on_recovery: bool = False
    """RPROC_FEAT_ATTACH_ON_RECOVERY."""
    has_iommu: bool = False
    iommu: Iommu | None = None
    sysfs_read_only: bool = False
    debugfs_extra: dict[str, VirtualFile] = field(default_factory=dict)
    """Files that the driver adds to its debugfs folder."""

    state: State = State.OFFLINE
    autonomous: bool = False
    """It was attached to, on kernels without a state for that."""
    registered: bool = False
    """Between `add` and `delete`: its files are to be seen."""
    deleting: bool = False
    references: int = 1
    """It is released at 0: its creator, each vdev and each dump hold one."""
    power: int = 0
    bootaddr: int = 0
    crash_count: int = 0
    crash_pending: bool = False
    """Its crash work is queued and has not begun."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    # Held between boot and shutdown
    table: memoryview | None = None
    """The table that counts now: the cached one, or the one in the processor's memory."""
    cached_table: bytearray | None = None
    clean_table: bytes | None = None
    """The table as it was found on attaching, put back on detaching."""
    table_size: int = 0
    domain: Iommu | None = None
    mappings: list[tuple[int, int]] = field(default_factory=list)
    """Device address and length of what the IOMMU maps."""
    carveouts: list[Carveout] = field(default_factory=list)
    traces: list[TraceBuffer] = field(default_factory=list)
    subdevices: list[Subdevice] = field(default_factory=list)
    vdev_count: int = 0
    vdevs: list[Vdev] = field(default_factory=list)
    children: list[Vdev] = field(default_factory=list)
    """Devices of vdevs, also those that their driver did not want and nobody removes."""
    notify_ids: dict[int, VdevRing] = field(default_factory=dict)

    coredump_mode: CoredumpMode = CoredumpMode.DISABLED
    dump_segments: list[DumpSegment] = field(default_factory=list)
    elf_class: int = 0
    elf_machine: int = 0

    def __post_init__(self, driver: object) -> None:
        self.ops = resolve(driver)
        self.cdev = cdev.ProcessorDevice(self)
        self.environment = self.registry.environment
        tag = f"c{cdev.MAJOR}:{self.index}" if self.environment.profile.character_device else f"+remoteproc:{self.id}"
        self.printk = DevPrintk(self.environment, f"remoteproc {self.id}", "remoteproc", tag)
        self.parent_printk = bus_printk(self.environment, "platform", self.device.driver, self.device.name)

    @property
    def id(self) -> str:
        """`remoteproc0`."""
        return f"remoteproc{self.index}"

    @property
    def devpath(self) -> str:
        """Below /sys."""
        return f"{self.device.devpath}/remoteproc/{self.id}"

    @property
    def node(self) -> DevNode | None:
        """Its node below /dev, on kernels that make one."""
        if not self.environment.profile.character_device:
            return None
        return DevNode(self.id, "remoteproc", cdev.MAJOR, self.index, self.devpath, self.devpath, self.cdev)

    @property
    def uevent_properties(self) -> dict[str, str]:
        """Of its events and its `uevent` file."""
        node = self.node
        return {**({} if node is None else node.properties), "DEVTYPE": "remoteproc"}

    # The life cycle; each raises OSError with the kernel's errno and may block.

    def boot(self) -> None:
        """Load and start it, or attach to it; when it is up already, only count."""
        boot.boot(self)

    def shutdown(self) -> None:
        """Give back one power reference; the last one stops it."""
        shutdown.shutdown(self)

    def detach(self) -> None:
        """Give back one power reference; the last one lets go of a processor that was attached to."""
        shutdown.detach(self)

    def set_firmware(self, written: bytes) -> None:
        """Name the file of the next boot, up to the first newline or NUL (EBUSY unless offline, EINVAL when empty)."""
        profile = self.environment.profile
        printk = self.parent_printk if profile.firmware_lines_on_parent else self.printk
        with self.lock:
            if self.state is not State.OFFLINE:
                printk.error("can't change firmware while running")
                raise failure(errno.EBUSY)
            name = c_string(written).split(b"\n", 1)[0]
            if not name:
                printk.error(profile.empty_firmware_name)
                raise failure(errno.EINVAL)
            self.firmware = as_text(name)

    def report_crash(self, crash_type: int) -> None:
        """Tell that it crashed (a CrashType, or any number); it is dealt with on another thread."""
        recovery.report_crash(self, crash_type)

    def trigger_recovery(self) -> None:
        """Recover it if it is crashed."""
        recovery.trigger_recovery(self)

    # For drivers.

    def add_carveout(self, name: str, da: int, memory: DmaMemory) -> None:
        """Register memory that the driver has mapped (in `prepare`); a table entry of this name is bound to it."""
        self.register_carveout(Carveout(name, da, len(memory.view), memory))

    def register_carveout(self, carveout: Carveout) -> None:
        """Register a carveout of any other kind: allocated later, or a reserved region that only lends memory."""
        self.carveouts.append(carveout)

    def da_to_va(self, da: int, length: int) -> memoryview | None:
        """Memory by device address: the driver's first, then the carveouts'; None when nobody has it whole."""
        if self.ops.da_to_va is not None:
            view = self.ops.da_to_va(self, da, length)
            if view is not None and len(view) >= length:
                return view[:length]
        for carveout in tuple(self.carveouts):
            view = carveout.view(da, length)
            if view is not None:
                return view
        return None

    def coredump_add_segment(self, da: int, size: int, name: str = "") -> None:
        """A stretch of memory that a dump holds; the name is for the layout with sections."""
        self.dump_segments.append(DumpSegment(da, size, name))

    def coredump_set_elf_info(self, elf_class: int, machine: int) -> None:
        """Class (1 or 2) and e_machine of its dumps; without it there is none."""
        self.elf_class = elf_class
        self.elf_machine = machine

    def add_subdevice(self, subdevice: Subdevice) -> None:
        """Something of the driver's that comes and goes with the processor."""
        self.subdevices.append(subdevice)

    def set_cached_table(self, table: bytes | None) -> None:
        """What `parse_fw` found; None when the image has no table and the driver does not mind."""
        self.cached_table = None if table is None else bytearray(table)
        self.table = None if self.cached_table is None else memoryview(self.cached_table)
        self.table_size = 0 if table is None else len(table)

    def vq_interrupt(self, notifyid: int) -> None:
        """The processor used buffers of a ring; unknown numbers are ignored. Never takes the lock."""
        ring = self.notify_ids.get(notifyid)
        interrupt = None if ring is None else ring.interrupt
        if interrupt is not None:
            interrupt()
