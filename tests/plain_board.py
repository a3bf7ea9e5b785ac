"""A board without an emulator: processors whose drivers are Python, on plain memory, and firmware made of bytes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.device import Device, DmaMemory
from rproc_tui.remoteproc.registry import Registry
from rproc_tui.remoteproc.virtual_tree import Directory

MEMORY_BASE = 0x1000_0000
MEMORY_SIZE = 0x10000
TRACE_BASE = MEMORY_BASE + 0x8000
TRACE_SIZE = 0x400


def firmware(
    text: bytes = b"\x70\x47", *, trace: bool = True, address: int = MEMORY_BASE, logs: tuple[str, ...] = ("log",)
) -> bytes:
    """An ELF32 for ARM with one segment of code and, with a trace entry for each log, a resource table."""
    table = struct.pack("<4I", 1, len(logs), 0, 0)
    table += b"".join(struct.pack("<I", 16 + 4 * len(logs) + 48 * number) for number in range(len(logs)))
    for number, log in enumerate(logs):
        table += struct.pack("<4I32s", 2, TRACE_BASE + number * TRACE_SIZE, TRACE_SIZE, 0, log.encode())
    names = b"\0.resource_table\0.shstrtab\0" if trace else b"\0.no_table_here__\0.shstrtab\0"
    text_at, table_at = 0x100, 0x100 + len(text) + -len(text) % 4
    names_at = table_at + len(table)
    sections_at = names_at + len(names) + -len(names) % 4
    header = struct.pack(
        "<16sHHIIIIIHHHHHH",
        b"\x7fELF\x01\x01\x01", 2, 40, 1, address | 1, 52, sections_at, 0x0500_0200, 52, 32, 2, 40, 3, 2,
    )  # fmt: skip
    segments = struct.pack("<8I", 1, text_at, address, address, len(text), len(text), 5, 4)
    segments += struct.pack("<8I", 1, table_at, address + 0x4000, address + 0x4000, len(table), len(table), 6, 4)
    sections = bytes(40)
    sections += struct.pack("<10I", 1, 1, 3, address + 0x4000, table_at, len(table), 0, 0, 4, 0)
    sections += struct.pack("<10I", 17, 3, 0, 0, names_at, len(names), 0, 0, 1, 0)
    image = bytearray(sections_at + len(sections))
    for at, part in ((0, header), (52, segments), (text_at, text), (table_at, table), (names_at, names)):
        image[at : at + len(part)] = part
    image[sections_at:] = sections
    return bytes(image)


class Pool:
    """Coherent memory that is simply there."""

    def __init__(self) -> None:
        self._next = 0x8000_0000

    def alloc(self, size: int) -> DmaMemory:
        address, self._next = self._next, self._next + size + -size % 4096
        return DmaMemory(address, memoryview(bytearray(size)))

    def free(self, memory: DmaMemory) -> None:
        """Nothing is reused."""


class PlainDriver:
    """A processor of bytes: starting it writes a greeting into its trace buffer."""

    def __init__(self) -> None:
        self.memory = bytearray(MEMORY_SIZE)
        self.starts = 0
        self.kicks: list[int] = []
        self.activity: Callable[[], None] = lambda: None
        self.stop_error: int | None = None

    def start(self, _rproc: Rproc) -> None:
        self.starts += 1
        self.memory[TRACE_BASE - MEMORY_BASE :] = bytes(MEMORY_BASE + MEMORY_SIZE - TRACE_BASE)
        self.say(f"start {self.starts}\n")

    def stop(self, _rproc: Rproc) -> None:
        if self.stop_error is not None:
            raise OSError(self.stop_error, "asked to fail")

    def kick(self, _rproc: Rproc, notifyid: int) -> None:
        self.kicks.append(notifyid)

    def da_to_va(self, _rproc: Rproc, da: int, length: int) -> memoryview | None:
        offset = da - MEMORY_BASE
        inside = offset >= 0 and offset + length <= MEMORY_SIZE
        return memoryview(self.memory)[offset : offset + length] if inside else None

    def say(self, text: str, log: int = 0) -> None:
        """Write on in a trace buffer, as firmware would."""
        at = TRACE_BASE - MEMORY_BASE + log * TRACE_SIZE
        used = self.memory[at : at + TRACE_SIZE].index(0)
        data = text.encode()
        self.memory[at + used : at + used + len(data)] = data
        self.activity()


class PlainBoard:
    """Some processors, none of which boots by itself."""

    def __init__(self, names: Sequence[str] = ("m4", "dsp")) -> None:
        self.drivers = {name: PlainDriver() for name in names}
        self.processors: dict[str, Rproc] = {}
        self.device_tree = Directory(dict)
        self._registry: Registry | None = None

    def on_activity(self, listener: Callable[[], None]) -> None:
        for driver in self.drivers.values():
            driver.activity = listener

    def probe(self, registry: Registry) -> None:
        self._registry = registry
        for number, (name, driver) in enumerate(self.drivers.items()):
            device = Device(f"{0x1000_0000 + number:x}.{name}", "plain-rproc", Pool())
            rproc = registry.alloc(device, name, driver, f"{name}.elf")
            rproc.auto_boot = False
            self.processors[name] = rproc
            registry.add(rproc)

    def remove(self) -> None:
        assert self._registry is not None
        for rproc in self.processors.values():
            self._registry.delete(rproc)
