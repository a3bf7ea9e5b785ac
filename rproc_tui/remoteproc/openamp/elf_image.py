"""ELF images as OpenAMP reads them (lib/remoteproc/elf_loader.c): header by header, each from the piece that has it.

Four bytes decide that a file is one; class, byte order, type and sizes are believed. Anything but class 64 is read as
32, and always as little-endian.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from rproc_tui.remoteproc.openamp.codes import OpenampError, ReturnCode
from rproc_tui.remoteproc.openamp.firmware_image import Range, Segment, TableSection

MAGIC = b"\x7fELF"
TABLE_NAME = b".resource_table"
PT_LOAD = 1
_CLASS_64 = 2


class _Header(NamedTuple):
    """What is taken from the ELF header."""

    entry: int
    phoff: int
    shoff: int
    phentsize: int
    phnum: int
    shentsize: int
    shnum: int
    shstrndx: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the fields are in one ELF class; what nobody looks at is padding."""

    header: struct.Struct
    segment: struct.Struct
    """p_type, p_offset, p_paddr, p_filesz, p_memsz"""
    section: struct.Struct
    """sh_name, sh_addr, sh_offset, sh_size"""


_LAYOUT_32 = _Layout(struct.Struct("<24x3I6x5H"), struct.Struct("<2I4x3I8x"), struct.Struct("<I8x3I16x"))
_LAYOUT_64 = _Layout(struct.Struct("<24x3Q6x5H"), struct.Struct("<I4xQ8x3Q8x"), struct.Struct("<I12x3Q24x"))


class _Stage(Enum):
    """Which piece is waited for."""

    HEADER = auto()
    SEGMENTS = auto()
    SECTIONS = auto()
    NAMES = auto()
    COMPLETE = auto()


def is_elf(data: bytes) -> bool:
    """Whether the loader takes a file that begins so."""
    return data[:4] == MAGIC


class ElfImage:
    """One image, from its first bytes to its last header."""

    def __init__(self) -> None:
        self._stage = _Stage.HEADER
        self._layout = _LAYOUT_32
        self._header = _Header(0, 0, 0, 0, 0, 0, 0, 0)
        self._segments: deque[Segment] = deque()
        self._sections = b""
        self._names = b""

    @property
    def ready(self) -> bool:
        """The program headers are here."""
        return self._stage not in (_Stage.HEADER, _Stage.SEGMENTS)

    @property
    def entry(self) -> int:
        """e_entry."""
        return self._header.entry

    def load_header(self, data: bytes, offset: int) -> Range | None:
        """Take every header that the piece has whole, in order; EINVAL when the names' section does not exist."""
        if self._stage is _Stage.HEADER:
            self._layout = _LAYOUT_64 if data[4:5] == bytes([_CLASS_64]) else _LAYOUT_32
        while self._stage is not _Stage.COMPLETE:
            wanted = self._wanted()
            if not wanted.within(offset, len(data)):
                return wanted
            start = wanted.offset - offset
            self._take(data[start : start + wanted.length])
        return None

    def _wanted(self) -> Range:
        """Where the next headers are."""
        header = self._header
        if self._stage is _Stage.HEADER:
            return Range(0, self._layout.header.size)
        if self._stage is _Stage.SEGMENTS:
            return Range(header.phoff, header.phnum * header.phentsize)
        if self._stage is _Stage.SECTIONS:
            return Range(header.shoff, header.shnum * header.shentsize)
        if header.shstrndx >= header.shnum:
            raise OpenampError(ReturnCode.EINVAL)
        _, _, offset, size = self._section(header.shstrndx)
        return Range(offset, size)

    def _take(self, data: bytes) -> None:
        """Understand the piece that was waited for, and wait for the next one."""
        if self._stage is _Stage.HEADER:
            self._header = self._header_of(data)
            self._stage = _Stage.SEGMENTS
        elif self._stage is _Stage.SEGMENTS:
            self._segments.extend(self._loadable(data))
            self._stage = _Stage.SECTIONS if self._header.shnum else _Stage.COMPLETE
        elif self._stage is _Stage.SECTIONS:
            self._sections = data
            self._stage = _Stage.NAMES
        else:
            self._names = data
            self._stage = _Stage.COMPLETE

    def _header_of(self, data: bytes) -> _Header:
        return _Header(*self._layout.header.unpack(data))

    def _loadable(self, data: bytes) -> list[Segment]:
        """The PT_LOADs. They are as far apart as the header says, whatever the class needs."""
        found = []
        for index in range(self._header.phnum):
            kind, offset, da, filesz, memsz = _unpack(self._layout.segment, data, index * self._header.phentsize)
            if kind == PT_LOAD:
                found.append(Segment(da, Range(offset, filesz), memsz))
        return found

    def next_segment(self) -> Segment | None:
        """The next PT_LOAD, at its physical address."""
        return self._segments.popleft() if self._segments else None

    def locate_rsc_table(self) -> TableSection | None:
        """The first section of the name; one of no size is none."""
        if self._stage is not _Stage.COMPLETE:
            raise OpenampError(ReturnCode.LOADER_STATE)
        wanted = TABLE_NAME + b"\0"
        for index in range(self._header.shnum):
            name, address, offset, size = self._section(index)
            if self._names[name : name + len(wanted)] == wanted:
                return TableSection(Range(offset, size), address) if size else None
        return None

    def _section(self, index: int) -> tuple[int, int, int, int]:
        """Name, address, offset and size of a section."""
        name, address, offset, size = _unpack(self._layout.section, self._sections, index * self._header.shentsize)
        return name, address, offset, size


def _unpack(layout: struct.Struct, data: bytes, at: int) -> tuple[int, ...]:
    """An entry of a table; zeros behind its end."""
    return layout.unpack(data[at : at + layout.size].ljust(layout.size, b"\0"))
