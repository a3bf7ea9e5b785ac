"""What is kept of a crashed processor's memory (drivers/remoteproc/remoteproc_coredump.c): an ELF core file.

Two layouts: program headers and the memory behind them, or sections with names. A dump is made whole (`enabled`), or
only its headers are and the memory is read when somebody reads the dump, which holds up the recovery (`inline`).
"""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.c_text import as_bytes
from rproc_tui.remoteproc.devcoredump import DumpReader

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


class CoredumpMode(StrEnum):
    """The words of the `coredump` file."""

    DISABLED = "disabled"
    ENABLED = "enabled"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class DumpSegment:
    """A stretch of memory that a driver wants in the dump."""

    da: int
    size: int
    name: str = ""


PAGE = 4096
"""Bytes that one read(2) of a binary attribute gets at most."""

UNREADABLE = b"\xff"
"""What stands for memory that cannot be reached."""

_IDENT = struct.Struct("<4sBBB9x")
_HEADERS = {1: struct.Struct("<HHIIIIIHHHHHH"), 2: struct.Struct("<HHIQQQIHHHHHH")}
"""Behind e_ident, by class: type, machine, version, entry, phoff, shoff, flags, then the six sizes and counts."""
_SEGMENTS = {1: struct.Struct("<8I"), 2: struct.Struct("<II6Q")}
_SECTIONS = {1: struct.Struct("<10I"), 2: struct.Struct("<IIQQQQIIQQ")}
ET_CORE = 4
PT_LOAD = 1
SHT_PROGBITS, SHT_STRTAB = 1, 3
SHF_WRITE = 1
READ_WRITE_EXECUTE = 7
STRING_TABLE_NAME = b"STR_TBL"


def _elf_header(rproc: Rproc, *, phnum: int = 0, shnum: int = 0) -> bytes:
    """The ELF header; the headers of one kind follow it at once."""
    kind = rproc.elf_class
    size = _IDENT.size + _HEADERS[kind].size
    ident = _IDENT.pack(b"\x7fELF", kind, 1, 1)  # little-endian whatever the processor is
    entry = rproc.bootaddr & (0xFFFF_FFFF if kind == 1 else 0xFFFF_FFFF_FFFF_FFFF)
    phoff, phsize = (size, _SEGMENTS[kind].size) if phnum else (0, 0)
    shoff, shsize, names = (size, _SECTIONS[kind].size, 1) if shnum else (0, 0, 0)
    sizes = (size, phsize, phnum & 0xFFFF, shsize, shnum & 0xFFFF, names)
    return ident + _HEADERS[kind].pack(ET_CORE, rproc.elf_machine, 1, entry, phoff, shoff, 0, *sizes)


def headers_of_segments(rproc: Rproc) -> bytes:
    """ELF header and one PT_LOAD for each segment, readable, writable and executable."""
    kind = rproc.elf_class
    layout = _SEGMENTS[kind]
    header = _elf_header(rproc, phnum=len(rproc.dump_segments))
    offset = len(header) + layout.size * len(rproc.dump_segments)
    out = [header]
    for segment in rproc.dump_segments:
        da, size = segment.da, segment.size
        if kind == 1:
            out.append(layout.pack(PT_LOAD, offset, da, da, size, size, READ_WRITE_EXECUTE, 0))
        else:
            out.append(layout.pack(PT_LOAD, READ_WRITE_EXECUTE, offset, da, da, size, size, 0))
        offset += size
    return b"".join(out)


def headers_of_sections(rproc: Rproc) -> bytes:
    """ELF header, the null section, the string table, one section for each segment; then the strings."""
    layout = _SECTIONS[rproc.elf_class]
    header = _elf_header(rproc, shnum=len(rproc.dump_segments) + 2)
    strings = b"\0" + STRING_TABLE_NAME + b"\0" + b"".join(as_bytes(s.name) + b"\0" for s in rproc.dump_segments)
    at = len(header) + layout.size * (len(rproc.dump_segments) + 2)
    out = [header, bytes(layout.size), layout.pack(1, SHT_STRTAB, 0, 0, at, len(strings), 0, 0, 0, 0)]
    offset, name = at + len(strings), len(STRING_TABLE_NAME) + 2
    for segment in rproc.dump_segments:
        out.append(layout.pack(name, SHT_PROGBITS, SHF_WRITE, segment.da, offset, segment.size, 0, 0, 0, 0))
        offset += segment.size
        name += len(as_bytes(segment.name)) + 1
    return b"".join([*out, strings])


def copy_segment(rproc: Rproc, segment: DumpSegment, offset: int, size: int) -> bytes:
    """Memory of a segment as it is now, or 0xff where it cannot be reached."""
    view = rproc.da_to_va(segment.da + offset, size)
    if view is not None:
        return bytes(view)
    rproc.printk.error(f"invalid copy request for segment 0x{segment.da:016x} with offset {offset} and size {size})")
    return UNREADABLE * size


def coredump(rproc: Rproc) -> None:
    """The default of the `coredump` callback: program headers."""
    if _wanted(rproc):
        _dump(rproc, headers_of_segments(rproc))


def coredump_using_sections(rproc: Rproc) -> None:
    """The same with sections, for drivers that name their segments."""
    if _wanted(rproc):
        _dump(rproc, headers_of_sections(rproc))


def _wanted(rproc: Rproc) -> bool:
    if not rproc.dump_segments or rproc.coredump_mode is CoredumpMode.DISABLED:
        return False
    if rproc.elf_class not in _HEADERS:
        rproc.printk.error(rproc.environment.profile.no_elf_class)
        return False
    return True


def _dump(rproc: Rproc, headers: bytes) -> None:
    """Hand the dump out; an inline one is waited for until somebody has freed it."""
    dumps = rproc.registry.dumps
    if rproc.coredump_mode is CoredumpMode.ENABLED:
        whole = headers + b"".join(copy_segment(rproc, s, 0, s.size) for s in rproc.dump_segments)
        dumps.add(rproc, _at_once(whole), lambda: None)
        return
    done = threading.Event()
    dumps.add(rproc, InlineDump(rproc, headers).read, done.set)
    done.wait()


def _at_once(whole: bytes) -> DumpReader:
    def read(offset: int, limit: int | None) -> bytes:
        return whole[offset:] if limit is None else whole[offset : offset + limit]

    return read


@dataclass(frozen=True, slots=True)
class InlineDump:
    """Headers that are kept and segments that are read on demand (`rproc_coredump_read`)."""

    rproc: Rproc
    headers: bytes

    def read(self, offset: int, limit: int | None) -> bytes:
        """What somebody gets who reads until there is no more, or `limit` bytes are there."""
        out = bytearray()
        while limit is None or len(out) < limit:
            wanted = PAGE if limit is None else min(PAGE, limit - len(out))
            piece = self._read_once(offset + len(out), wanted)
            if not piece:
                break
            out += piece
        return bytes(out)

    def _read_once(self, offset: int, count: int) -> bytes:
        """One read(2): the rest of the headers, or memory across segments. Whoever comes to the end is logged."""
        if offset < len(self.headers):
            return self.headers[offset : offset + count]
        out = bytearray()
        while len(out) < count:
            piece = self._memory(offset + len(out), count - len(out))
            if not piece:
                self.rproc.printk.info(f"Ramdump done, {offset + len(out)} bytes read")
                break
            out += piece
        return bytes(out)

    def _memory(self, offset: int, count: int) -> bytes:
        """At most the rest of one segment; nothing behind the last."""
        within = offset - len(self.headers)
        for segment in self.rproc.dump_segments:
            if within < segment.size:
                return copy_segment(self.rproc, segment, within, min(count, segment.size - within))
            within -= segment.size
        return b""
