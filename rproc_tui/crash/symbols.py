"""What a firmware file says about its addresses: functions, lines, frames, code.

As much as it can tell: all with debug information, names with a symbol table alone, nothing once it is stripped.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from rproc_tui.crash.dwarf.call_frames import CallFrames
from rproc_tui.crash.dwarf.frame_program import FrameRules
from rproc_tui.crash.program import Layered, Program
from rproc_tui.crash.section_content import section_content
from rproc_tui.crash.symbol_table import Symbol, SymbolTable, read_symbols
from rproc_tui.crash.values import Frame, Local, Machine, Memory, Place
from rproc_tui.firmware.elf_header import parse_header, parse_segments
from rproc_tui.firmware.facts import PF_X
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.image import Image
from rproc_tui.firmware.machines import EM_ARM, EM_RISCV
from rproc_tui.firmware.sections import has_dwarf, has_symbols, parse_sections

if TYPE_CHECKING:
    from rproc_tui.crash.dwarf.debug_information import DebugInformation

PLACES_MOST = 1 << 16
"""Addresses that are remembered."""


class Symbols:
    """One firmware file. Not for two threads at a time; never raises for what is in the file."""

    def __init__(self, firmware: Image, size: int | None = None) -> None:
        """`firmware` is an ELF file that the kernel would load, unpacked; anything else knows nothing.

        `size` in bytes is needed for what has no length.
        """
        self._size = len(firmware) if size is None else size  # type: ignore[arg-type]
        self._image = firmware
        self._header = parse_header(firmware, self._size)
        self._sections = () if self._header is None else parse_sections(firmware, self._size, self._header, Findings())
        self._segments = () if self._header is None else parse_segments(firmware, self._size, self._header)
        self._known: dict[int, tuple[Place, ...]] = {}
        self.program = Program(firmware, self._size, self._segments)
        """The code and constants of the file."""

    @property
    def has_symbols(self) -> bool:
        """There is a symbol table."""
        return has_symbols(self._sections)

    @property
    def has_debug_information(self) -> bool:
        """There are lines, variables and frames."""
        return has_dwarf(self._sections)

    @property
    def little(self) -> bool:
        """The byte order of its numbers."""
        return self._header is None or self._header.endian == "little"

    @property
    def entry(self) -> int | None:
        """The address of the program's first instruction, without ARM's lowest bit."""
        return None if self._header is None else self._plain(self._header.entry)

    def place(self, address: int) -> Place:
        """Where an address is: of inlined functions the innermost."""
        return self.places(address)[0]

    def places(self, address: int) -> tuple[Place, ...]:
        """The same with every function that the code at the address was inlined into, the outermost last.

        Never empty. The addresses of places have no lowest bit on ARM.
        """
        plain = self._plain(address)
        if plain not in self._known:
            if len(self._known) >= PLACES_MOST:
                self._known.clear()
            self._known[plain] = self._find(plain)
        return self._known[plain]

    def return_places(self, address: int) -> tuple[Place, ...]:
        """The places of the call that an address is the return to: it may lie behind the last line of its function."""
        plain = self._plain(address)
        return tuple(
            replace(
                place,
                address=plain,
                offset=None if place.offset is None else place.offset + plain - place.address,
            )
            for place in self.places(plain - 1)
        )

    def symbol_named(self, name: str) -> tuple[int, int] | None:
        """Address and size of a function or variable; the size is 0 where the file does not tell."""
        found = self._table.named(name)
        return None if found is None else (found.address, found.size)

    def symbol_at(self, address: int) -> tuple[str, int] | None:
        """Name of the function or variable that an address lies in, and the bytes from its beginning."""
        plain = self._plain(address)
        function = self._table.function_at(plain)
        if function is not None:
            return self._table.name(function), plain - function.address
        found = self._table.object_at(address)
        return None if found is None else (self._table.name(found), address - found.address)

    def is_code(self, address: int) -> bool:
        """Whether the program has code there."""
        plain = self._plain(address)
        if self._table.is_code(plain):
            return True
        return not self._sections and any(
            segment.flags & PF_X and segment.vaddr <= plain < segment.vaddr + segment.memsz
            for segment in self._segments
            if segment.is_loaded
        )

    def is_thumb(self, address: int) -> bool | None:
        """Whether the code there is Thumb, not ARM; None where the file does not tell."""
        kind = self._table.mapping_at(self._plain(address))
        return None if kind not in {"a", "t"} else kind == "t"

    def rules(self, address: int) -> FrameRules | None:
        """How to unwind from an address; None where the file does not tell."""
        try:
            return None if self._frames is None else self._frames.rules_at(self._plain(address))
        except (LookupError, ValueError, struct.error):
            return None

    def function_at(self, address: int) -> tuple[int, int] | None:
        """Address and size of the function that an address lies in; the size is 0 where the file does not tell."""
        found = self._table.function_at(self._plain(address))
        return None if found is None else (found.address, found.size)

    def locals_at(self, frame: Frame, memory: Memory) -> tuple[Local, ...]:
        """The variables and parameters of a frame, those of the innermost block first."""
        if self.debug is None or self._register_layout is Machine.UNKNOWN:
            return ()
        from rproc_tui.crash.frame_variables import frame_variables  # noqa: PLC0415 (loads pyelftools, 50 ms)

        memory = Layered(memory, self.program)
        layout, little = self._register_layout, self.little
        return frame_variables(frame, memory, self.debug, layout, little=little, name_at=self.name_at)

    def name_at(self, address: int) -> str | None:
        """The function or variable at an address, as `name` or `name+4`."""
        found = self.symbol_at(address)
        return None if found is None else f"{found[0]}+{found[1]}" if found[1] else found[0]

    @cached_property
    def _frames(self) -> CallFrames | None:
        section = next((one for one in self._sections if one.name == ".debug_frame"), None)
        content = None if self._header is None else section_content(self._image, self._size, self._header, section)
        if self._header is None or content is None:
            return None
        return CallFrames(content, address_size=self._header.bits // 8, little=self.little)

    @cached_property
    def debug(self) -> DebugInformation | None:
        """The debug information; None where there is none that can be read."""
        if self._header is None or not self.has_debug_information:
            return None
        from rproc_tui.crash.dwarf.debug_information import (  # noqa: PLC0415 (loads pyelftools, 50 ms)
            read_debug_information,
        )

        return read_debug_information(self._image, self._size, self._header, self._sections)

    @property
    def _register_layout(self) -> Machine:
        """As far as the names of registers go, which do not tell a Cortex-M from other ARM."""
        if self._header is None or self._header.machine not in {EM_ARM, EM_RISCV}:
            return Machine.UNKNOWN
        if self._header.machine == EM_ARM:
            return Machine.ARM
        return Machine.RISCV32 if self._header.bits == 32 else Machine.RISCV64

    @cached_property
    def _table(self) -> SymbolTable:
        if self._header is None:
            return SymbolTable([], b"", [])
        return read_symbols(self._image, self._size, self._header, self._sections)

    def _find(self, plain: int) -> tuple[Place, ...]:
        symbol = self._table.function_at(plain)
        start = None if symbol is None else symbol.address
        active = () if self.debug is None else self.debug.activations(plain, start)
        if not active:
            return (self._place_by_symbol(plain, symbol),)
        return tuple(
            Place(plain, one.name, plain - one.start, one.where.file, one.where.line, one.inlined) for one in active
        )

    def _place_by_symbol(self, plain: int, symbol: Symbol | None) -> Place:
        where = None if self.debug is None else self.debug.line(plain, None if symbol is None else symbol.address)
        file, line = (None, None) if where is None else where
        if symbol is None:
            return Place(plain, file=file, line=line)
        return Place(plain, self._table.name(symbol), plain - symbol.address, file, line)

    def _plain(self, address: int) -> int:
        """An address of code without the bit that marks Thumb."""
        is_arm = self._header is not None and self._header.machine == EM_ARM
        return address & ~1 if is_arm else address
