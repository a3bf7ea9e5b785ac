"""A driver in fifty lines: a core with two TCMs and reserved memory, whose firmware never runs."""

from __future__ import annotations

from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.device import Device, DmaMemory
from rproc_tui.remoteproc.registry import Registry

TCM_SIZE = 0x10000
ITCM, DTCM, DDR = 0x0000_0000, 0x2000_0000, 0x8000_0000
EM_ARM = 40


class ExampleDriver:
    """What `struct rproc_ops` asks of a platform driver. It brings no `load`, so images go to the ELF loader."""

    def __init__(self) -> None:
        self.itcm, self.dtcm = memoryview(bytearray(TCM_SIZE)), memoryview(bytearray(TCM_SIZE))
        self.ddr = DmaMemory(0x9000_0000, memoryview(bytearray(0x10_0000)))
        self.running = False
        self.kicks: list[int] = []

    def prepare(self, rproc: Rproc) -> None:
        """Memory of the device tree, and what a dump shall hold."""
        rproc.add_carveout("ddr", DDR, self.ddr)
        for da, size in ((ITCM, 0x1000), (DTCM, 0x2000), (DDR, 0x8000)):
            rproc.coredump_add_segment(da, size)

    def da_to_va(self, _rproc: Rproc, da: int, length: int) -> memoryview | None:
        """The TCMs are no carveouts; only this driver knows them."""
        for base, view in ((ITCM, self.itcm), (DTCM, self.dtcm)):
            if base <= da and da + length <= base + TCM_SIZE:
                return view[da - base : da - base + length]
        return None

    def start(self, _rproc: Rproc) -> None:
        """Let go of its reset line."""
        self.running = True

    def stop(self, _rproc: Rproc) -> None:
        """Hold it again."""
        self.running = False

    def kick(self, _rproc: Rproc, notifyid: int) -> None:
        """Ring its doorbell."""
        self.kicks.append(notifyid)


def probe(registry: Registry, device: Device, name: str = "m4") -> Rproc:
    """What the platform bus calls for each device."""
    rproc = registry.alloc(device, name, ExampleDriver())
    rproc.coredump_set_elf_info(1, EM_ARM)
    rproc.auto_boot = False
    registry.add(rproc)
    return rproc
