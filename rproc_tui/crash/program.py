"""Where a program's code and data lie, from its firmware file or, without one, from the dump itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rproc_tui.crash.dump import Dump
from rproc_tui.crash.values import Memory
from rproc_tui.firmware.facts import PF_W, PF_X, Elf, Segment
from rproc_tui.firmware.image import Image


@dataclass(frozen=True, slots=True)
class Program:
    """What is where, by device address."""

    code: tuple[range, ...]
    data: tuple[range, ...]
    """Memory that the program writes to; its stacks are in there."""

    def is_code(self, address: int) -> bool:
        """Whether instructions are there; the lowest bit, which tells Thumb, is as good as absent."""
        return any(address in one for one in self.code)


def program_of(dump: Dump, firmware: Elf | None) -> Program:
    """The program that a dump is of. Stacks may lie behind what the file loads, so data is whatever is no code."""
    code = _code_of_file(firmware) if firmware is not None else ()
    if not code:
        first = dump.segment_at(dump.entry)
        code = () if first is None else (range(first.address, first.end),)
    data = (range(one.address, one.address + one.known) for one in dump.segments if one.known)
    return Program(code, tuple(one for one in data if not any(_is_mostly(one, other) for other in code)))


def _code_of_file(firmware: Elf) -> tuple[range, ...]:
    executable = [one for one in firmware.segments if one.is_loaded and one.flags & PF_X]
    pure = [one for one in executable if not one.flags & PF_W]
    return tuple(range(one.paddr, one.paddr + one.memsz) for one in pure or executable)


def _is_mostly(data: range, code: range) -> bool:
    """Whether a stretch of the dump begins with code: the memory that code was loaded to, to its end."""
    return code.start in data and code.start - data.start < 0x1000 and len(code) * 64 > len(data)


@dataclass(frozen=True, slots=True)
class FirmwareMemory:
    """What a firmware file loads and nobody writes to: memory as it must be, also where a dump has none."""

    image: Image
    segments: tuple[Segment, ...]

    def read(self, address: int, size: int) -> bytes | None:
        """Exactly `size` bytes; None where the file has not all of them."""
        for one in self.segments:
            within = address - one.paddr
            if within >= 0 and within + size <= one.filesz:
                content = bytes(self.image[one.offset + within : one.offset + within + size])
                return content if len(content) == size else None
        return None


def read_only_memory(image: Image, firmware: Elf) -> FirmwareMemory:
    """Of the segments that are not writable."""
    return FirmwareMemory(image, tuple(one for one in firmware.segments if one.is_loaded and not one.flags & PF_W))


@dataclass(frozen=True, slots=True)
class LayeredMemory:
    """Several views of the same memory; the first that knows an answer gives it."""

    layers: Sequence[Memory]

    def read(self, address: int, size: int) -> bytes | None:
        """Exactly `size` bytes; None where none of the layers has all of them."""
        for layer in self.layers:
            content = layer.read(address, size)
            if content is not None:
                return content
        return None
