"""Where a program's code and data lie, from its firmware file or, without one, from the dump itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rproc_tui.crash.dump import Dump
from rproc_tui.firmware.facts import PF_W, PF_X, Elf

SHF_ALLOC, SHF_EXECINSTR = 2, 4
CODE_MOST = 32
STRETCHES_MOST = 256
"""Stretches of code and of data that are kept; real programs have a handful."""
PADDING = 16
"""Bytes between two stretches of code that make them one."""
BESIDE = 1 << 16
"""Bytes around what a file loads into writable memory in which its stacks are looked for first."""


@dataclass(frozen=True, slots=True)
class Extents:
    """Code and data by device address."""

    code: tuple[range, ...]
    data: tuple[range, ...]
    """Memory that the dump has and that is no code, what the program writes to first; its stacks are in there."""

    def is_code(self, address: int) -> bool:
        """Whether instructions are there; the lowest bit, which tells Thumb, is as good as absent."""
        return any(address in one for one in self.code)


def extents_of(dump: Dump, firmware: Elf | None) -> Extents:
    """Of the program that a dump is of."""
    code = () if firmware is None else _code_of_file(firmware)
    known = [range(one.address, one.address + one.known) for one in dump.segments if one.known][:STRETCHES_MOST]
    if not code:
        code = tuple(one for one in known if dump.entry in one)[:1]
    if firmware is not None and not _is_apart(firmware):  # one segment for everything: data may be anywhere
        return Extents(code, tuple(_in_order(known, firmware)))
    data = list(_without(known, code))
    return Extents(code, tuple(data if firmware is None else _in_order(data, firmware)))


def _code_of_file(firmware: Elf) -> tuple[range, ...]:
    wanted = SHF_ALLOC | SHF_EXECINSTR
    sections = [one for one in firmware.sections if one.flags & wanted == wanted and one.size]
    if sections:
        return _joined(range(one.address, one.address + one.size) for one in sections)
    executable = [one for one in firmware.segments if one.is_loaded and one.flags & PF_X]
    return _joined(range(one.vaddr, one.vaddr + one.memsz) for one in executable)


def _joined(stretches: Iterable[range]) -> tuple[range, ...]:
    """The largest by address, with what is close together as one: padding between functions is as good as code."""
    joined: list[range] = []
    for one in sorted(stretches, key=lambda one: one.start):
        if joined and one.start - joined[-1].stop <= PADDING:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, one.stop))
        else:
            joined.append(one)
    largest = sorted(joined, key=len, reverse=True)[:CODE_MOST]
    return tuple(sorted(largest, key=lambda one: one.start))


def _is_apart(firmware: Elf) -> bool:
    """Whether the file tells code from data."""
    both = any(one.is_loaded and one.flags & PF_X and one.flags & PF_W for one in firmware.segments)
    return bool(firmware.sections) or not both


def _in_order(data: Sequence[range], firmware: Elf) -> Iterator[range]:
    """What lies in or beside writable segments first; every address once."""
    written = [one for one in firmware.segments if one.is_loaded and one.flags & PF_W][:STRETCHES_MOST]
    near = [range(one.paddr - BESIDE, one.paddr + one.memsz + BESIDE) for one in written]
    rest = list(_without(data, near))
    yield from _without(data, rest)
    yield from rest


def _without(stretches: Iterable[range], holes: Iterable[range]) -> Iterator[range]:
    """The parts of stretches that lie in no hole, by address within each stretch."""
    ordered = sorted((one for one in holes if one), key=lambda one: one.start)
    for stretch in stretches:
        start = stretch.start
        for hole in ordered:
            if hole.stop <= start or hole.start >= stretch.stop:
                continue
            if hole.start > start:
                yield range(start, hole.start)
            start = max(start, hole.stop)
        if start < stretch.stop:
            yield range(start, stretch.stop)
