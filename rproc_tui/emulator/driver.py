"""The driver of an emulated processor: the framework's callbacks, done to a machine."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rproc_tui.emulator.debug_port import DebugPort
from rproc_tui.emulator.machine.faults import Crash, CrashCause
from rproc_tui.emulator.machine.memory import MemoryMap
from rproc_tui.emulator.machine.timeline import Timeline
from rproc_tui.emulator.memory_bank import MemoryBank
from rproc_tui.emulator.plan import RISCV, ProcessorPlan
from rproc_tui.remoteproc import elf_loader
from rproc_tui.remoteproc.crash_type import CrashType
from rproc_tui.remoteproc.device import DmaMemory
from rproc_tui.sanitise import sanitise

if TYPE_CHECKING:
    from rproc_tui.emulator.machine.machine import Listeners, Machine
    from rproc_tui.remoteproc.core import Rproc

NAME = "emulated-rproc"
_RESET_SECONDS = 0.15
"""Between a crash and its recovery: what Linux was seen to take at least."""
_ELF_CLASS_32, _MACHINE_ARM, _MACHINE_RISCV = 1, 40, 243
_CRASH_TYPES = {
    CrashCause.UNMAPPED_ACCESS: CrashType.MMUFAULT,
    CrashCause.WATCHDOG: CrashType.WATCHDOG,
    CrashCause.FATAL: CrashType.FATAL_ERROR,
}


class EmulatedProcessor:
    """One processor of a board, as the framework's `ops`: a new machine for every start, on memory that stays."""

    def __init__(
        self, plan: ProcessorPlan, memory: MemoryBank, timeline: Callable[[], Timeline], activity: Callable[[], None]
    ) -> None:
        self.plan = plan
        self.memory: MemoryMap = memory.map_of(plan)
        self.debug_port = DebugPort(self.memory)
        self._internal = MemoryMap(memory.region(own) for own in plan.internal)
        self._timeline = timeline
        self._activity = activity
        self._machine: Machine | None = None
        self._crashed_at: float | None = None
        self._off = threading.Event()

    # the framework's callbacks

    def prepare(self, rproc: Rproc) -> None:
        """Register the carveouts of the device tree, and everything for a dump."""
        rproc.coredump_set_elf_info(_ELF_CLASS_32, _MACHINE_RISCV if self.plan.core == RISCV else _MACHINE_ARM)
        for plan in (*self.plan.internal, *self.plan.reserved):
            if not plan.is_pool:
                rproc.coredump_add_segment(plan.address, plan.size, plan.name)
        for plan in self.plan.reserved:
            view = self.memory.find(plan.address, plan.size)
            if view is not None and not plan.is_pool:
                rproc.add_carveout(plan.name, plan.address, DmaMemory(plan.address, view))

    load = staticmethod(elf_loader.load_segments)
    sanity_check = staticmethod(elf_loader.sanity_check)
    get_boot_addr = staticmethod(elf_loader.get_boot_addr)
    find_loaded_rsc_table = staticmethod(elf_loader.find_loaded_rsc_table)

    def parse_fw(self, rproc: Rproc, image: bytes) -> None:
        """The resource table; like some of the kernel's drivers, this one does without."""
        try:
            elf_loader.load_rsc_table(rproc, image)
        except OSError:
            rproc.printk.warning("no resource table found for this firmware")
            rproc.set_cached_table(None)

    def start(self, rproc: Rproc) -> None:
        """A new core, out of reset."""
        timeline = self._timeline()
        listeners = self._listeners(rproc, timeline)
        try:
            from rproc_tui.emulator.machine.assembly import assemble  # noqa: PLC0415 (loads the engine, once)

            self._machine = assemble(self.plan, self.memory, timeline, listeners, entry=rproc.bootaddr)
        except (ImportError, RuntimeError) as error:
            rproc.parent_printk.error(f"no engine: {error}")
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV)) from error
        self._crashed_at = None
        self.debug_port.starts(self._machine)
        self._machine.start()

    def stop(self, rproc: Rproc) -> None:
        """Back into reset; ETIMEDOUT when the core is held up in the host."""
        machine = self._machine
        if machine is None:
            return
        self._hold()
        try:
            machine.stop()
        except TimeoutError as error:
            rproc.parent_printk.error(str(error))
            raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)) from error

    def _hold(self) -> None:
        """Leave a crashed core as it is for as long as a reset takes on a real board: its last words can be read."""
        if self._crashed_at is not None:
            passed = time.monotonic() - self._crashed_at
            self._crashed_at = None
            self._off.wait(max(0.0, _RESET_SECONDS - passed))

    def kick(self, _rproc: Rproc, notifyid: int) -> None:
        """The number of the ring, as a word in the mailbox; a full mailbox holds a kick already."""
        machine = self._machine
        if machine is not None:
            machine.post(notifyid, once=True)

    def da_to_va(self, _rproc: Rproc, da: int, length: int) -> memoryview | None:
        """The processor's own memory; carveouts are the framework's business."""
        return self._internal.find(da, length)

    # the debugfs files

    def registers(self) -> Mapping[str, int]:
        """Of the core that runs, has crashed or was stopped last; none before the first start."""
        machine = self._machine
        return {} if machine is None else machine.registers()

    def post(self, word: int) -> None:
        """A word into the mailbox. ENODEV when the core does not run, EAGAIN when the mailbox is full."""
        machine = self._machine
        if machine is None or not machine.is_alive:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        if not machine.post(word):
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    def hurry(self) -> None:
        """Hold nothing back any more: the board is being switched off."""
        self._off.set()

    def switch_off(self) -> None:
        """Stop whatever runs, also when the framework does not."""
        if self._machine is not None:
            self._machine.stop()

    # what the machine tells, on its own thread

    def _listeners(self, rproc: Rproc, timeline: Timeline) -> Listeners:
        from rproc_tui.emulator.machine.machine import Listeners  # noqa: PLC0415

        def crashed(crash: Crash) -> None:
            self._crashed_at = time.monotonic() if timeline.is_real else None
            rproc.parent_printk.error(sanitise(crash.reason, limit=200))
            rproc.report_crash(_CRASH_TYPES[crash.cause])

        def word(value: int) -> None:
            rproc.parent_printk.info(f"message {value:#x} from the firmware")

        return Listeners(kick=rproc.vq_interrupt, word=word, crash=crashed, activity=self._activity)
