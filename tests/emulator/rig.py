"""A core on a bench: memory, a clock that is moved by hand, a device that writes down what it is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.clock import ManualClock
from rproc_tui.emulator.machine.bus import Window
from rproc_tui.emulator.machine.cortex_m.cpu import CortexMCpu
from rproc_tui.emulator.machine.cortex_m.models import MODELS
from rproc_tui.emulator.machine.cpu import Pause
from rproc_tui.emulator.machine.faults import BusError, CoreStopped
from rproc_tui.emulator.machine.memory import Access, MemoryBlock, MemoryMap, MemoryRegion
from tests.emulator.thumb import Program

CODE, DATA, STACK = 0x10000000, 0x20000000, 0x20008000
PROBE = 0x40000000


class Probe:
    """A device that remembers its writes; writes to offsets from 0x100 on ask for attention."""

    def __init__(self, core: CortexMCpu) -> None:
        self.missing: int | None = None
        self.writes: list[tuple[int, int]] = []
        self.reads = 0
        self._core = core

    def read(self, offset: int, size: int) -> int:
        self.reads += 1
        return self.reads

    def write(self, offset: int, size: int, value: int) -> None:
        if offset == self.missing:
            raise BusError(offset, size)
        self.writes.append((offset, value))
        if offset >= 0x100:
            self._core.attend()

    @property
    def values(self) -> list[int]:
        return [value for _offset, value in self.writes]


class Rig:
    def __init__(
        self,
        model: str = "m4",
        regions: tuple[MemoryRegion, MemoryRegion] | None = None,
        *,
        executable_data: bool = False,
        now: Callable[[], float] | None = None,
    ) -> None:
        self.clock = ManualClock()
        self.data, self.code = regions or (
            MemoryRegion(
                "dtcm",
                DATA,
                MemoryBlock(0x10000),
                Access.READ | Access.WRITE | (Access.EXECUTE if executable_data else Access(0)),
            ),
            MemoryRegion("itcm", CODE, MemoryBlock(0x10000), Access.READ | Access.EXECUTE),
        )
        self.memory = MemoryMap((self.data, self.code))
        self.cpu = CortexMCpu(
            MODELS[f"rproc-tui,cortex-{model}"],
            self.memory,
            now or self.clock.monotonic,
            vector_table=CODE,
            frequency=1_000_000,
        )
        self.probe = Probe(self.cpu)
        self.cpu.map(Window("probe", PROBE, 0x1000, self.probe))
        self.program = Program(CODE, STACK)

    def load(self) -> Rig:
        image = self.program.image()
        self.code.view[: len(image)] = image
        self.cpu.reset()
        return self

    def run(self, slices: int = 200) -> Pause:
        """Until the core waits (or yields); CoreStopped comes through."""
        for _ in range(slices):
            self.cpu.deliver()
            pause = self.cpu.execute()
            if pause is not Pause.BUSY:
                return pause
        return Pause.BUSY

    def end(self) -> CoreStopped:
        """Run to the end of the core."""
        with pytest.raises(CoreStopped) as stopped:
            self.run()
        return stopped.value

    def step(self) -> Pause:
        self.cpu.deliver()
        return self.cpu.execute()

    def word(self, address: int) -> int:
        value = self.memory.load(address, 4)
        assert value is not None
        return value
