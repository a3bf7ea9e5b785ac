"""All that a file's debug information says about an address, reading only the units that the address is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from elftools.dwarf.die import DIE
from elftools.dwarf.dwarfinfo import DWARFInfo

from rproc_tui.crash.dwarf.debug_sections import open_debug_sections
from rproc_tui.crash.dwarf.malformed import MALFORMED
from rproc_tui.crash.dwarf.source_lines import SourceLine, SourceLines
from rproc_tui.crash.dwarf.unit import Function, Unit
from rproc_tui.crash.dwarf.units import Units
from rproc_tui.firmware.elf_header import ElfHeader
from rproc_tui.firmware.facts import Section
from rproc_tui.firmware.image import Image

REMEMBERED = 4096
"""Addresses whose entries are kept."""
INLINED = "DW_TAG_inlined_subroutine"


class Activation(NamedTuple):
    """A function at an address, or one whose code stands inside of another's."""

    name: str | None
    start: int
    """Of the function that has the frame."""
    where: SourceLine
    inlined: bool


class Found(NamedTuple):
    """What has an address."""

    unit: Unit
    function: Function
    blocks: list[DIE]
    """The function, then the blocks and inlined functions in it, from the outermost to the innermost."""


class DebugInformation:
    """One file's. Not for two threads at a time. Nothing raises: what is malformed counts as missing."""

    def __init__(self, info: DWARFInfo) -> None:
        self.units = Units(info)
        self._lines: dict[int, SourceLines] = {}
        self._found: dict[tuple[int, int | None], Found | None] = {}

    def activations(self, address: int, start: int | None) -> tuple[Activation, ...]:
        """The functions that are active at an address, the innermost inlined one first; empty where nothing is known.

        `start` is where the symbol table says that the function begins: linkers leave the description of functions that
        they dropped, at address 0.
        """
        try:
            found = self.find(address, start)
            return () if found is None else tuple(self._activations(found, address))
        except MALFORMED:
            return ()

    def line(self, address: int, start: int | None) -> SourceLine | None:
        """The line of an address that no function is known of, as of assembly."""
        try:
            units = self.units.at(address)
            return next((where for unit in units if (where := self._lines_of(unit).at(address, start)).line), None)
        except MALFORMED:
            return None

    def find(self, address: int, start: int | None) -> Found | None:
        """The function that has an address, with its unit. Raises MALFORMED."""
        key = (address, start)
        if key not in self._found:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            self._found[key] = self._look_for(address, start)
        return self._found[key]

    def _look_for(self, address: int, start: int | None) -> Found | None:
        best: tuple[Unit, Function] | None = None
        for unit in self.units.at(address):
            function = unit.function_at(address, start)
            if function is not None and (best is None or function.start == start):
                best = unit, function
                if function.start == start:
                    break
        if best is None:
            return None
        unit, function = best
        return Found(unit, function, unit.blocks_at(function, address))

    def _activations(self, found: Found, address: int) -> list[Activation]:
        """Each but the innermost is at the line that the one inside of it was called from."""
        lines = self._lines_of(found.unit)
        where = lines.at(address, found.function.start)
        out = []
        for block in reversed(found.blocks):
            inlined = block.tag == INLINED
            if inlined or block is found.blocks[0]:
                out.append(Activation(self.units.name(block), found.function.start, where, inlined))
                where = _call_site(block, lines)
        return out

    def _lines_of(self, unit: Unit) -> SourceLines:
        return self._lines.setdefault(unit.offset, SourceLines(unit))


def read_debug_information(
    image: Image, size: int, header: ElfHeader, sections: Sequence[Section]
) -> DebugInformation | None:
    """A file's; None where it has none."""
    try:
        info = open_debug_sections(image, size, header, sections)
    except MALFORMED:
        return None
    return None if info is None else DebugInformation(info)


def _call_site(block: DIE, lines: SourceLines) -> SourceLine:
    """Where an inlined function was called."""
    file, line = block.attributes.get("DW_AT_call_file"), block.attributes.get("DW_AT_call_line")
    return SourceLine(None if file is None else lines.file(file.value), None if line is None else line.value)
