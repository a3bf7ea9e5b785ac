"""An assembler for instructions of 32 bits, RISC-V and Arm, and a core of such a kind on a bench."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Self

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.clock import ManualClock
from rproc_tui.emulator.machine.bus import Window
from rproc_tui.emulator.machine.cpu import Cpu, Pause
from rproc_tui.emulator.machine.faults import BusError, CoreStopped
from rproc_tui.emulator.machine.memory import Access, MemoryBlock, MemoryMap, MemoryRegion

CODE, DATA, STACK, PROBE = 0x10000000, 0x20000000, 0x20008000, 0x40000000
CONTROLLER = 0xE0000000


class Probe:
    """A device that remembers its writes; writes from 0x100 on ask for attention."""

    def __init__(self) -> None:
        self.writes: list[tuple[int, int]] = []
        self.attend: Callable[[], None] = lambda: None

    def read(self, offset: int, size: int) -> int:
        return len(self.writes)

    def write(self, offset: int, size: int, value: int) -> None:
        if offset == 0xF00:
            raise BusError(offset, size)
        self.writes.append((offset, value))
        if offset >= 0x100:
            self.attend()

    @property
    def values(self) -> list[int]:
        return [value for _offset, value in self.writes]


class WordRig:
    """Memory with code, data and a probe around a core."""

    def __init__(self, make: Callable[[MemoryMap, Callable[[], float]], Cpu]) -> None:
        self.clock = ManualClock()
        self.code = MemoryRegion("code", CODE, MemoryBlock(0x10000), Access.READ | Access.EXECUTE)
        self.data = MemoryRegion("data", DATA, MemoryBlock(0x10000), Access.READ | Access.WRITE)
        self.memory = MemoryMap((self.code, self.data))
        self.cpu = make(self.memory, self.clock.monotonic)
        self.probe = Probe()
        self.probe.attend = self.cpu.attend
        self.cpu.map(Window("probe", PROBE, 0x1000, self.probe))
        self._words: dict[int, int | Callable[[], int]] = {}
        self._labels: dict[str, int] = {}
        self.here = CODE

    def emit(self, *words: int) -> Self:
        for word in words:
            self._words[self.here] = word
            self.here += 4
        return self

    def emit_later(self, encode: Callable[[int], int], label: str) -> Self:
        """A word that depends on the distance to a label."""
        here = self.here
        self._words[here] = lambda: encode(self._labels[label] - here)
        self.here += 4
        return self

    def label(self, name: str) -> Self:
        self._labels[name] = self.here
        return self

    def at(self, address: int) -> Self:
        self.here = address
        return self

    def address(self, name: str) -> int:
        return self._labels[name]

    def load(self) -> Self:
        for address, word in self._words.items():
            offset = address - CODE
            self.code.view[offset : offset + 4] = struct.pack("<I", word if isinstance(word, int) else word())
        self.cpu.reset()
        return self

    def run(self, slices: int = 200) -> Pause:
        for _ in range(slices):
            self.cpu.deliver()
            pause = self.cpu.execute()
            if pause is not Pause.BUSY:
                return pause
        return Pause.BUSY

    def end(self) -> CoreStopped:
        with pytest.raises(CoreStopped) as stopped:
            self.run()
        return stopped.value
