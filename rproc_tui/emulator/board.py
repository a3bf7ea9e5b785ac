"""An emulated board: what its device tree describes, as devices of the framework."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Callable

from rproc_tui.emulator import driver
from rproc_tui.emulator.debug_files import mailbox_file, memory_file, power_file, registers_file, vrings_file
from rproc_tui.emulator.debug_port import DebugPort
from rproc_tui.emulator.device_tree import TreeNode, as_files
from rproc_tui.emulator.driver import EmulatedProcessor
from rproc_tui.emulator.machine.timeline import RealTime
from rproc_tui.emulator.machine.virtual_time import VirtualClock
from rproc_tui.emulator.memory_bank import MemoryBank
from rproc_tui.emulator.plan import BoardPlan, ProcessorPlan
from rproc_tui.emulator.planner import plan_board
from rproc_tui.emulator.pool import NoPool, RegionPool
from rproc_tui.emulator.source import read_source
from rproc_tui.errors import EmulatorMissing
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.device import Device, DmaPool
from rproc_tui.remoteproc.registry import Registry
from rproc_tui.remoteproc.virtual_tree import Directory

_HERE = os.path.dirname(__file__)
DEMO = os.path.join(_HERE, "boards", "demo.dts")
DEMO_FIRMWARE = os.path.join(_HERE, "firmware", "build")
_NEEDED = ("unicorn", "devicetree")


def load_board(path: str | None = None, *, clock: VirtualClock | None = None) -> Board:
    """The board of a device tree source file; None is the demo board. Without a clock it lives in real time.

    BoardError says with file and line what is wrong with it, EmulatorMissing what to install.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise EmulatorMissing(
            f"the emulator needs {' and '.join(missing)}", hint="install it with: pip install 'rproc-tui[emulator]'"
        )
    root = read_source(DEMO if path is None else path)
    return Board(root, plan_board(root), firmware_folder=DEMO_FIRMWARE if path is None else None, clock=clock)


class Board:
    """Memory and processors; they run between `probe` and `remove`."""

    def __init__(
        self,
        tree: TreeNode,
        plan: BoardPlan,
        *,
        firmware_folder: str | None = None,
        clock: VirtualClock | None = None,
    ) -> None:
        self.plan = plan
        self.device_tree: Directory = as_files(tree)
        """As /sys/firmware/devicetree/base shows it."""
        self.firmware_folder = firmware_folder
        """Firmware that comes with the board; None when there is none."""
        self._clock = clock
        self._memory = MemoryBank()
        self._listeners: list[Callable[[], None]] = []
        self._probed: list[tuple[Registry, Rproc, EmulatedProcessor]] = []

    @property
    def sources(self) -> str | None:
        """Where the sources of that firmware are."""
        return None if self.firmware_folder is None else os.path.dirname(self.firmware_folder)

    @property
    def model(self) -> str:
        """What its maker calls it."""
        return self.plan.model

    @property
    def compatible(self) -> tuple[str, ...]:
        """The most specific first."""
        return self.plan.compatible

    def on_activity(self, listener: Callable[[], None]) -> None:
        """Call somebody, on a processor's thread, when processors executed something: memory may have changed."""
        self._listeners.append(listener)

    def probe(self, registry: Registry) -> None:
        """Allocate and add every processor, in the order of the tree; those that boot by themselves do so later."""
        monotonic = registry.environment.monotonic
        timeline = self._clock.timeline if self._clock is not None else lambda: RealTime(monotonic)
        for plan in self.plan.processors:
            processor = EmulatedProcessor(plan, self._memory, timeline, self._active)
            rproc = registry.alloc(self._device(plan), plan.name, processor, plan.firmware)
            rproc.auto_boot = plan.auto_boot
            rproc.debugfs_extra["regs"] = registers_file(processor.registers)
            rproc.debugfs_extra["power"] = power_file(rproc)
            rproc.debugfs_extra["vrings"] = vrings_file(rproc)
            rproc.debugfs_extra["mem"] = memory_file(processor.memory, plan.devices)
            if any(device.kind == "mailbox" for device in plan.devices):
                rproc.debugfs_extra["mailbox"] = mailbox_file(processor.post)
            self._probed.append((registry, rproc, processor))
            registry.add(rproc)

    def remove(self) -> None:
        """Stop everything and take it away; every thread has ended when this returns."""
        for _, _, processor in self._probed:
            processor.hurry()
        while self._probed:
            registry, rproc, processor = self._probed.pop()
            registry.delete(rproc)
            with contextlib.suppress(TimeoutError):
                processor.switch_off()
            registry.free(rproc)

    def debug_port(self, device_name: str) -> DebugPort | None:
        """Where a debugger gets hold of a processor (`10000000.m4`) between `probe` and `remove`."""
        for _, _, processor in self._probed:
            if processor.plan.device_name == device_name:
                return processor.debug_port
        return None

    def _active(self) -> None:
        for listener in self._listeners:
            listener()

    def _device(self, plan: ProcessorPlan) -> Device:
        pool: DmaPool = NoPool()
        if plan.pool is not None:
            pool = RegionPool(plan.pool.address, self._memory.block(plan.pool))
        return Device(plan.device_name, driver.NAME, pool, plan.path, plan.compatible, plan.phandle)
