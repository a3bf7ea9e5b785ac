"""Where a program's code and data lie, from its firmware file or, without one, from the dump itself."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.crash.dump import Dump
from rproc_tui.firmware.facts import PF_W, PF_X, Elf


@dataclass(frozen=True, slots=True)
class Extents:
    """Code and data by device address."""

    code: tuple[range, ...]
    data: tuple[range, ...]
    """Memory that the program writes to; its stacks are in there."""

    def is_code(self, address: int) -> bool:
        """Whether instructions are there; the lowest bit, which tells Thumb, is as good as absent."""
        return any(address in one for one in self.code)


def extents_of(dump: Dump, firmware: Elf | None) -> Extents:
    """Of the program that a dump is of. Stacks may lie behind what the file loads, so data is whatever is no code."""
    code = _code_of_file(firmware) if firmware is not None else ()
    if not code:
        first = dump.segment_at(dump.entry)
        code = () if first is None else (range(first.address, first.end),)
    data = (range(one.address, one.address + one.known) for one in dump.segments if one.known)
    return Extents(code, tuple(one for one in data if not any(_is_mostly(one, other) for other in code)))


def _code_of_file(firmware: Elf) -> tuple[range, ...]:
    executable = [one for one in firmware.segments if one.is_loaded and one.flags & PF_X]
    pure = [one for one in executable if not one.flags & PF_W]
    return tuple(range(one.paddr, one.paddr + one.memsz) for one in pure or executable)


def _is_mostly(data: range, code: range) -> bool:
    """Whether a stretch of the dump begins with code: the memory that code was loaded to, to its end."""
    return code.start in data and code.start - data.start < 0x1000 and len(code) * 64 > len(data)
