"""ELF firmware as drivers/remoteproc/remoteproc_elf_loader.c takes it: by raw offsets, checked in its order.

The header's own sizes of entries, e_type and e_machine are never looked at. What the kernel reads behind the end of a
file is here read as zeros.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rproc_tui.firmware import kernel_verdict
from rproc_tui.firmware.facts import OK
from rproc_tui.remoteproc.c_text import U64
from rproc_tui.remoteproc.errors import failure

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc

CLASS_32 = 1
CLASS_64 = 2
PT_LOAD = 1
TABLE_NAME = b".resource_table"
TABLE_HEADER = 16
"""ver, num, two reserved words; behind them the offsets."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the fields are in one ELF class."""

    header: struct.Struct
    """e_entry, e_phoff, e_shoff … e_phnum, e_shnum, e_shstrndx."""
    header_size: int
    segment: struct.Struct
    section: struct.Struct


# Fields that nobody looks at are padding bytes. Segments: type, offset, paddr, filesz, memsz; sections: name, address,
# offset, size. The order of a 64-bit segment's flags differs, so its offset stands at 8.
_LAYOUTS = {
    CLASS_32: _Layout(struct.Struct("<24xIII8xH2xHH"), 52, struct.Struct("<II4xIII8x"), struct.Struct("<I8xIII16x")),
    CLASS_64: _Layout(struct.Struct("<24xQQQ8xH2xHH"), 64, struct.Struct("<I4xQ8xQQQ8x"), struct.Struct("<I12xQQQ24x")),
}


@dataclass(frozen=True, slots=True)
class _Header:
    """What the loader takes from the ELF header."""

    layout: _Layout
    entry: int
    phoff: int
    shoff: int
    phnum: int
    shnum: int
    shstrndx: int


def _read(image: bytes, offset: int, size: int) -> bytes:
    """Bytes of the file, zeros behind its end."""
    return image[offset : offset + size].ljust(size, b"\0") if offset < len(image) else bytes(size)


def _header(image: bytes) -> _Header:
    """The header by the file's class; anything but 32 counts as 64, as in the kernel's accessors."""
    layout = _LAYOUTS[CLASS_32 if image[4:5] == b"\1" else CLASS_64]
    entry, phoff, shoff, phnum, shnum, shstrndx = layout.header.unpack(_read(image, 0, layout.header.size))
    return _Header(layout, entry, phoff, shoff, phnum, shnum, shstrndx)


def sanity_check(rproc: Rproc, image: bytes) -> None:
    """Refuse what is no ELF file for this machine (EINVAL)."""
    strict = rproc.environment.profile.checks_section_headers
    verdict = kernel_verdict.sanity(image, len(image), checks_section_headers=strict)
    if verdict != OK:
        rproc.printk.error(verdict)
        raise failure(errno.EINVAL)


def get_boot_addr(_rproc: Rproc, image: bytes) -> int:
    """e_entry."""
    return _header(image).entry


class _Segment(NamedTuple):
    """What the loader takes from a program header."""

    type: int
    offset: int
    da: int
    filesz: int
    memsz: int


def load_segments(rproc: Rproc, image: bytes) -> None:
    """Put each PT_LOAD where its physical address says, zeros behind its bytes; nothing is undone on failure."""
    header = _header(image)
    layout = header.layout.segment
    for index in range(header.phnum):
        segment = _Segment(*layout.unpack(_read(image, header.phoff + index * layout.size, layout.size)))
        skipped = segment.memsz == 0 and rproc.environment.profile.skips_empty_segments
        if segment.type == PT_LOAD and not skipped:
            _load_segment(rproc, image, segment)


def _load_segment(rproc: Rproc, image: bytes, segment: _Segment) -> None:
    _, offset, da, filesz, memsz = segment
    end = (offset + filesz) & U64
    target = None
    if filesz > memsz:
        rproc.printk.error(f"bad phdr filesz {filesz:#x} memsz {memsz:#x}")
    elif end > len(image):
        rproc.printk.error(f"truncated fw: need {end:#x} avail {len(image):#x}")
    else:
        target = rproc.da_to_va(da, memsz)
        if target is None:
            rproc.printk.error(f"bad phdr da {da:#x} mem {memsz:#x}")
    if target is None:
        raise failure(errno.EINVAL)
    target[:] = _read(image, offset, filesz).ljust(memsz, b"\0")


@dataclass(frozen=True, slots=True)
class _Table:
    """The resource table's section."""

    offset: int
    size: int
    address: int


def _find_table(rproc: Rproc, image: bytes) -> _Table | None:
    """The first section of the name, if its content can be a table; what is wrong with it is logged."""
    header = _header(image)
    layout = header.layout.section
    _, _, names, names_size = layout.unpack(_read(image, header.shoff + header.shstrndx * layout.size, layout.size))
    if rproc.environment.profile.checks_section_headers and names + names_size > len(image):
        rproc.printk.error("resource table truncated")
        return None
    wanted = TABLE_NAME + b"\0"
    for index in range(header.shnum):
        name, address, offset, size = layout.unpack(_read(image, header.shoff + index * layout.size, layout.size))
        if _read(image, names + name, len(wanted)) == wanted:
            complaint = _bad_table(image, offset, size)
            if complaint is None:
                return _Table(offset, size, address)
            rproc.printk.error(complaint)
            return None
    return None


def _bad_table(image: bytes, offset: int, size: int) -> str | None:
    if offset + size > len(image):
        return "resource table truncated"
    if size < TABLE_HEADER:
        return "header-less resource table"
    version, entries, reserved, reserved_too = struct.unpack_from("<4I", image, offset)
    if version != 1:
        return f"unsupported fw ver: {version - (1 << 32) if version >> 31 else version}"
    if reserved or reserved_too:
        return "non zero reserved bytes"
    return "resource table incomplete" if TABLE_HEADER + 4 * entries > size else None


def load_rsc_table(rproc: Rproc, image: bytes) -> None:
    """Copy the table to where it is worked on (`parse_fw`); EINVAL when there is none, which is not logged."""
    table = _find_table(rproc, image)
    if table is None:
        raise failure(errno.EINVAL)
    rproc.set_cached_table(image[table.offset : table.offset + table.size])


def find_loaded_rsc_table(rproc: Rproc, image: bytes) -> memoryview | None:
    """The table's section in the processor's memory, by its virtual address; None when it cannot be reached.

    A kernel goes on to write as many bytes there as the table that it works on has, so that many are looked for first.
    """
    table = _find_table(rproc, image)
    if table is None:
        return None
    whole = rproc.da_to_va(table.address, max(table.size, rproc.table_size))
    return whole if whole is not None else rproc.da_to_va(table.address, table.size)
