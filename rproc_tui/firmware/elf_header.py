"""The ELF header and the program headers (the ELF specification), read as remoteproc_elf_loader.c reads them.

The kernel never looks at e_phentsize and e_shentsize: headers are 32 and 40 bytes apart in ELF32, 56 and 64 in ELF64.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

from rproc_tui.firmware.facts import Segment
from rproc_tui.firmware.image import Image, take

MAGIC = b"\x7fELF"
HEADER_SIZE_32 = 52
HEADER_SIZE_64 = 64
SECTION_HEADER_SIZE_32 = 40
SECTION_HEADER_SIZE_64 = 64


@dataclass(frozen=True, slots=True)
class ElfHeader:
    """The fields of an ELF header, by their names in the specification without the `e_`."""

    bits: Literal[32, 64]
    endian: Literal["little", "big"]
    version: int
    """0 unless both version fields are alike."""
    type: int
    machine: int
    entry: int
    phoff: int
    shoff: int
    flags: int
    phentsize: int
    phnum: int
    shentsize: int
    shnum: int
    shstrndx: int

    @property
    def prefix(self) -> str:
        """The byte order as `struct` writes it."""
        return "<" if self.endian == "little" else ">"

    @property
    def size(self) -> int:
        """Of the header itself, bytes."""
        return HEADER_SIZE_32 if self.bits == 32 else HEADER_SIZE_64

    @property
    def program_header_size(self) -> int:
        """Bytes from one program header to the next."""
        return 32 if self.bits == 32 else 56

    @property
    def section_header_size(self) -> int:
        """Bytes from one section header to the next."""
        return SECTION_HEADER_SIZE_32 if self.bits == 32 else SECTION_HEADER_SIZE_64

    @property
    def program_headers_end(self) -> int:
        """The first offset behind the program headers."""
        return self.phoff + self.phnum * self.program_header_size

    @property
    def address_space(self) -> int:
        """How many addresses there are: 2 to the 32 or to the 64."""
        return 1 << self.bits


def parse_header(image: Image, size: int) -> ElfHeader | None:
    """The header; None for what is too short, has no magic, or an impossible class or byte order."""
    ident = image[0 : min(size, 16)]
    if len(ident) < 16 or ident[:4] != MAGIC or ident[4] not in (1, 2) or ident[5] not in (1, 2):
        return None
    is_32 = ident[4] == 1
    if size < (HEADER_SIZE_32 if is_32 else HEADER_SIZE_64):
        return None
    layout = ("<" if ident[5] == 1 else ">") + ("HHIIIIIHHHHHH" if is_32 else "HHIQQQIHHHHHH")
    fields = struct.unpack(layout, take(image, 16, struct.calcsize(layout)))
    type_, machine, version, entry, phoff, shoff, flags, _ehsize = fields[:8]
    phentsize, phnum, shentsize, shnum, shstrndx = fields[8:]
    return ElfHeader(
        bits=32 if is_32 else 64,
        endian="little" if ident[5] == 1 else "big",
        version=version if ident[6] == version else 0,
        type=type_,
        machine=machine,
        entry=entry,
        phoff=phoff,
        shoff=shoff,
        flags=flags,
        phentsize=phentsize,
        phnum=phnum,
        shentsize=shentsize,
        shnum=shnum,
        shstrndx=shstrndx,
    )


def parse_segments(image: Image, size: int, header: ElfHeader) -> tuple[Segment, ...]:
    """Every program header that lies in the file, in file order."""
    stride = header.program_header_size
    count = min(header.phnum, max(0, size - header.phoff) // stride)
    rows = struct.iter_unpack(
        header.prefix + ("8I" if header.bits == 32 else "IIQQQQQQ"), take(image, header.phoff, count * stride)
    )
    if header.bits == 32:
        return tuple(
            Segment(index, type_, offset, vaddr, paddr, filesz, memsz, flags, align)
            for index, (type_, offset, vaddr, paddr, filesz, memsz, flags, align) in enumerate(rows)
        )
    return tuple(
        Segment(index, type_, offset, vaddr, paddr, filesz, memsz, flags, align)
        for index, (type_, flags, offset, vaddr, paddr, filesz, memsz, align) in enumerate(rows)
    )
