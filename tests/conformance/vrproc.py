"""A driver in Python that behaves as the kernel lab's module `vrproc` does: three virtual processors.

`vr-m4` wants a resource table, `vr-r5` does not, `vr-dsp` runs before anybody asks. Each has two tightly coupled
memories and one carveout; the loaded image says how it misbehaves. How time passes and who carries the program out is
somebody else's business: the `Silicon`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Protocol

from rproc_tui.model.processor import State
from rproc_tui.remoteproc import elf_loader
from rproc_tui.remoteproc.carveout import Carveout
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.device import Device
from rproc_tui.remoteproc.registry import Registry
from tests.conformance.control import Control
from tests.conformance.program import Program

DRIVER = "vrproc"
NAMES = ("vr-m4", "vr-r5", "vr-dsp")
FIRMWARE = ("vrproc-0.elf", None, "vrproc-2.elf")
TCM_SIZE = 0x1_0000
ITCM, DTCM, DDR = 0x0000_0000, 0x2000_0000, 0x8000_0000
DDR_SIZE = 0x10_0000
DUMPED = ((ITCM, 0x1000), (DTCM, 0x2000), (DDR, 0x8000))
"""What a coredump holds: address and size."""
EARLY_TABLE = 0x8000
EARLY_TABLE_SIZE = 0x400
"""Where in the data memory a boot loader has left the table of `vr-dsp`."""
ELFCLASS32, EM_ARM = 1, 40


class Execution(Protocol):
    """A program that is being carried out."""

    def kick(self) -> None:
        """There is something to look at."""
        ...

    def halt(self) -> None:
        """It does not do anything any more when this returns."""
        ...


class Silicon(Protocol):
    """What processors are made of."""

    def now(self) -> float:
        """Seconds since the machine's boot."""
        ...

    def pause(self, milliseconds: int) -> None:
        """Take that long."""
        ...

    def run(self, program: Program) -> Execution:
        """Carry a program out."""
        ...


class VirtualProcessor:
    """The callbacks that every core has."""

    def __init__(self, silicon: Silicon, *, wants_table: bool) -> None:
        self._silicon = silicon
        self._wants_table = wants_table
        self.itcm, self.dtcm = memoryview(bytearray(TCM_SIZE)), memoryview(bytearray(TCM_SIZE))
        self._control = Control()
        self._execution: Execution | None = None

    def prepare(self, rproc: Rproc) -> None:
        rproc.register_carveout(Carveout("ddr", DDR, DDR_SIZE, alloc=_alloc, release=_release))
        for da, size in DUMPED:
            rproc.coredump_add_segment(da, size)

    def da_to_va(self, _rproc: Rproc, da: int, length: int) -> memoryview | None:
        for base, view in ((ITCM, self.itcm), (DTCM, self.dtcm)):
            if base <= da <= base + TCM_SIZE - length:
                return view[da - base : da - base + length]
        return None

    def parse_fw(self, rproc: Rproc, image: bytes) -> None:
        try:
            elf_loader.load_rsc_table(rproc, image)
        except OSError:
            if self._wants_table:
                raise
            rproc.printk.info("No resource table in elf")

    def start(self, rproc: Rproc) -> None:
        control = Control.of(self.itcm)
        self._silicon.pause(control.start_delay)
        if control.start_error:
            raise OSError(control.start_error, "as the firmware asked for")
        self.run(rproc)

    def run(self, rproc: Rproc) -> None:
        self._control = Control.of(self.itcm)
        program = Program(rproc, self._control, self._silicon.now)
        self._execution = self._silicon.run(program)

    def stop(self, _rproc: Rproc) -> None:
        self._silicon.pause(self._control.stop_delay)
        if self._control.stop_error:
            raise OSError(self._control.stop_error, "as the firmware asked for")
        self.halt()

    def halt(self) -> None:
        """The end of the program, whatever it wants."""
        execution, self._execution = self._execution, None
        if execution is not None:
            execution.halt()

    def kick(self, _rproc: Rproc, _notifyid: int) -> None:
        execution = self._execution
        if execution is not None:
            execution.kick()

    load = staticmethod(elf_loader.load_segments)
    find_loaded_rsc_table = staticmethod(elf_loader.find_loaded_rsc_table)
    sanity_check = staticmethod(elf_loader.sanity_check)
    get_boot_addr = staticmethod(elf_loader.get_boot_addr)


class AttachableProcessor(VirtualProcessor):
    """The core that a boot loader has started, with one trace buffer."""

    def __init__(self, silicon: Silicon) -> None:
        super().__init__(silicon, wants_table=True)
        entry = struct.pack("<4I32s", 2, DTCM + 0x9000, 0x800, 0, b"trace:bootloader")
        self.dtcm[EARLY_TABLE : EARLY_TABLE + 20] = struct.pack("<5I", 1, 1, 0, 0, 0x40)
        self.dtcm[EARLY_TABLE + 0x40 : EARLY_TABLE + 0x40 + len(entry)] = entry

    def attach(self, rproc: Rproc) -> None:
        self.halt()
        self.run(rproc)

    def detach(self, _rproc: Rproc) -> None:
        """It runs on."""

    def get_loaded_rsc_table(self, _rproc: Rproc) -> memoryview:
        return self.dtcm[EARLY_TABLE : EARLY_TABLE + EARLY_TABLE_SIZE]


def _alloc(rproc: Rproc, carveout: Carveout) -> None:
    carveout.memory = rproc.device.pool.alloc(carveout.length)


def _release(rproc: Rproc, carveout: Carveout) -> None:
    if carveout.memory is not None:
        rproc.device.pool.free(carveout.memory)


def probe(registry: Registry, silicon: Silicon, device: Device, *, auto_boot: bool = False) -> Core:
    """Core 0, 1 or 2, by the number in the name of its device (`vrproc.0`)."""
    index = int(device.name.rpartition(".")[2])
    attachable = index == 2
    processor = AttachableProcessor(silicon) if attachable else VirtualProcessor(silicon, wants_table=index != 1)
    rproc = registry.alloc(device, NAMES[index], processor, FIRMWARE[index])
    rproc.auto_boot = auto_boot
    rproc.coredump_set_elf_info(ELFCLASS32, EM_ARM)
    if attachable:
        rproc.state = State.DETACHED
    registry.add(rproc)
    return Core(rproc, processor)


@dataclass(frozen=True, slots=True)
class Core:
    """What the driver keeps of a device that it has."""

    rproc: Rproc
    processor: VirtualProcessor

    def remove(self) -> None:
        """Give it up; it is halted even when it refuses to stop."""
        registry = self.rproc.registry
        registry.delete(self.rproc)
        self.processor.halt()
        registry.free(self.rproc)
