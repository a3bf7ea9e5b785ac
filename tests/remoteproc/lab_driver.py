"""A driver that behaves as the kernel lab's own does, without a clock: its firmware acts when the machine's work runs.

Three cores: `vr-m4` wants a resource table, `vr-r5` does not, `vr-dsp` runs before anybody asks. A control block in the
loaded image says how the core misbehaves and which channels it announces.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from rproc_tui.model.processor import State
from rproc_tui.remoteproc import elf_loader
from rproc_tui.remoteproc.carveout import Carveout, find_carveout
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.device import Device
from rproc_tui.remoteproc.registry import Registry
from tests.remoteproc.machine import Machine, Pool

TCM_SIZE = 0x10000
ITCM, DTCM, DDR = 0x0000_0000, 0x2000_0000, 0x8000_0000
DDR_SIZE = 0x10_0000
CONTROL_AT = 0x200
CONTROL = struct.Struct("<9I64s32s32s32s32s")
CONTROL_MAGIC = 0x43505256
EARLY_TABLE = 0x8000
ENDPOINTS = 0x400
NAMES = ("vr-m4", "vr-r5", "vr-dsp")


@dataclass
class Control:
    """What a firmware asks of the silicon."""

    start_error: int = 0
    stop_error: int = 0
    silent: bool = False
    banner: str = ""
    names: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, memory: memoryview) -> Control:
        words = CONTROL.unpack_from(memory, CONTROL_AT)
        if words[0] != CONTROL_MAGIC:
            return cls()
        banner = words[9].split(b"\0")[0].decode()
        return cls(words[3], words[5], words[8] == 3, banner, [name for name in words[10:] if name[0]])


class LabDriver:
    """The part that every core has."""

    def __init__(self, machine: Machine, index: int) -> None:
        self.machine = machine
        self.index = index
        self.itcm, self.dtcm = memoryview(bytearray(TCM_SIZE)), memoryview(bytearray(TCM_SIZE))
        self.control = Control()
        self.firmware: Firmware | None = None

    def prepare(self, rproc: Rproc) -> None:
        rproc.register_carveout(Carveout("ddr", DDR, DDR_SIZE, alloc=_alloc, release=_release))
        for da, size in ((ITCM, 0x1000), (DTCM, 0x2000), (DDR, 0x8000)):
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
            if self.index != 1:
                raise
            rproc.printk.info("No resource table in elf")

    def start(self, rproc: Rproc) -> None:
        control = Control.of(self.itcm)
        if control.start_error:
            raise OSError(control.start_error, "as the firmware asked for")
        self.run(rproc)

    def run(self, rproc: Rproc) -> None:
        self.control = Control.of(self.itcm)
        self.firmware = Firmware(self, rproc)

    def stop(self, _rproc: Rproc) -> None:
        if self.control.stop_error:
            raise OSError(self.control.stop_error, "as the firmware asked for")
        self.firmware = None

    def kick(self, _rproc: Rproc, _notifyid: int) -> None:
        firmware = self.firmware
        if firmware is not None:
            self.machine.queue_work(firmware.step)

    load = staticmethod(elf_loader.load_segments)
    find_loaded_rsc_table = staticmethod(elf_loader.find_loaded_rsc_table)
    sanity_check = staticmethod(elf_loader.sanity_check)
    get_boot_addr = staticmethod(elf_loader.get_boot_addr)


class AttachableLabDriver(LabDriver):
    """The core that a boot loader started, with one trace buffer."""

    def __init__(self, machine: Machine, index: int) -> None:
        super().__init__(machine, index)
        entry = struct.pack("<4I32s", 2, DTCM + 0x9000, 0x800, 0, b"trace:bootloader")
        self.dtcm[EARLY_TABLE : EARLY_TABLE + 20] = struct.pack("<5I", 1, 1, 0, 0, 0x40)
        self.dtcm[EARLY_TABLE + 0x40 : EARLY_TABLE + 0x40 + len(entry)] = entry

    def attach(self, rproc: Rproc) -> None:
        self.run(rproc)

    def detach(self, _rproc: Rproc) -> None:
        """It runs on."""

    def get_loaded_rsc_table(self, _rproc: Rproc) -> memoryview:
        return self.dtcm[EARLY_TABLE : EARLY_TABLE + 0x400]


class Firmware:
    """The program on a core: a banner in the trace, announcements, echoes."""

    def __init__(self, driver: LabDriver, rproc: Rproc) -> None:
        self.driver = driver
        self.rproc = rproc
        self.traces = [rproc.da_to_va(trace.da, trace.length) for trace in rproc.traces]
        self.position = 0
        self.linked = False
        self.seen = [0, 0]
        for trace in self.traces:
            if trace is not None:
                trace[:] = bytes(len(trace))
        self.say(driver.control.banner or "vrproc fake firmware")
        self.say(f"{rproc.name}: entry 0x{rproc.bootaddr:x}, {len(self.traces)} trace buffer(s)")

    def say(self, text: str) -> None:
        data = f"[{self.driver.machine.now:12.6f}] {text}\n".encode()
        trace = self.traces[0] if self.traces else None
        if trace is None or self.driver.control.silent or len(data) > len(trace):
            return
        if self.position + len(data) > len(trace):
            self.position = 0
        trace[self.position : self.position + len(data)] = data
        self.position += len(data)

    def step(self) -> None:
        """Look at the rings, unless it was stopped or hangs."""
        rproc = self.rproc
        up = rproc.vdevs and rproc.vdevs[0].virtio is not None and rproc.vdevs[0].virtio.status & 4
        if self.driver.firmware is not self or not up or rproc.state is State.CRASHED:
            return
        if not self.linked:
            self.linked = True
            if rproc.vdevs[0].field(12) & 1:
                self.announce()
        self.receive()

    def announce(self) -> None:
        for index, name in enumerate(self.driver.control.names):
            self.say(f"announce {name.rstrip(bytes(1)).decode()} at 0x{ENDPOINTS + index:x}")
            self.send(ENDPOINTS + index, 53, name + struct.pack("<2I", ENDPOINTS + index, 0))

    def _ring(self, index: int) -> tuple[memoryview, int, int]:
        vdev = self.rproc.vdevs[0]
        carveout = find_carveout(self.rproc, vdev.carveout_name(index))
        assert carveout is not None
        assert carveout.memory is not None
        num, align = vdev.rings[index].num, vdev.rings[index].align
        return carveout.memory.view, num, (16 * num + 6 + 2 * num + align - 1) & ~(align - 1)

    def _buffer(self, address: int, length: int) -> memoryview:
        pool = self.rproc.device.pool
        assert isinstance(pool, Pool)
        memory = next(m for m in pool.out.values() if m.dma <= address < m.dma + len(m.view))
        return memory.view[address - memory.dma : address - memory.dma + length]

    def _next(self, index: int) -> tuple[int, memoryview] | None:
        """The next available descriptor of a ring."""
        view, num, _ = self._ring(index)
        (available,) = struct.unpack_from("<H", view, 16 * num + 2)
        if available == self.seen[index]:
            return None
        (head,) = struct.unpack_from("<H", view, 16 * num + 4 + 2 * (self.seen[index] % num))
        self.seen[index] = self.seen[index] + 1 & 0xFFFF
        address, length = struct.unpack_from("<QI", view, 16 * head)
        return head, self._buffer(address, length)

    def _give_back(self, index: int, head: int, length: int) -> None:
        view, num, used = self._ring(index)
        (at,) = struct.unpack_from("<H", view, used + 2)
        struct.pack_into("<II", view, used + 4 + 8 * (at % num), head, length)
        struct.pack_into("<H", view, used + 2, at + 1 & 0xFFFF)

    def send(self, source: int, destination: int, data: bytes) -> None:
        taken = self._next(0)
        if taken is None:
            return
        head, buffer = taken
        message = struct.pack("<3I2H", source, destination, 0, len(data), 0) + data
        buffer[: len(message)] = message
        self._give_back(0, head, len(message))
        self.rproc.vq_interrupt(self.rproc.vdevs[0].rings[0].notifyid)

    def receive(self) -> None:
        got = False
        while (taken := self._next(1)) is not None:
            head, buffer = taken
            source, destination, _, length, _ = struct.unpack_from("<3I2H", buffer)
            data = bytes(buffer[16 : 16 + length])
            self._give_back(1, head, 0)
            got = True
            self.say(f"rpmsg 0x{source:x} -> 0x{destination:x}, {length} bytes: {data[:60].decode(errors='replace')}")
            if data.startswith(b"crash"):
                self.rproc.report_crash(2)
                continue
            self.send(destination, source, data)
        if got:
            self.rproc.vq_interrupt(self.rproc.vdevs[0].rings[1].notifyid)


def _alloc(rproc: Rproc, carveout: Carveout) -> None:
    carveout.memory = rproc.device.pool.alloc(carveout.length)


def _release(rproc: Rproc, carveout: Carveout) -> None:
    if carveout.memory is not None:
        rproc.device.pool.free(carveout.memory)


def probe(registry: Registry, machine: Machine, index: int, pool: Pool, *, auto_boot: bool = False) -> Rproc:
    """Core 0, 1 or 2."""
    kind = AttachableLabDriver if index == 2 else LabDriver
    firmware = None if index == 1 else f"vrproc-{index}.elf"
    rproc = registry.alloc(Device(f"vrproc.{index}", "vrproc", pool), NAMES[index], kind(machine, index), firmware)
    rproc.auto_boot = auto_boot
    rproc.coredump_set_elf_info(1, 40)
    if index == 2:
        rproc.state = State.DETACHED
    registry.add(rproc)
    return rproc
