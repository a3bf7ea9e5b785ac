"""Firmware images, good and broken, built field by field."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

ANY = 0xFFFFFFFF
ITCM, DTCM, DDR = 0x0, 0x2000_0000, 0x8000_0000


def carveout(
    name: str | bytes = "ddr", da: int = DDR, length: int = 0x10_0000, flags: int = 0, reserved: int = 0
) -> bytes:
    return struct.pack("<6I", 0, da, 0, length, flags, reserved) + _name(name)


def devmem(
    da: int = 0x4000_0000, pa: int = 0x4000_0000, length: int = 0x1000, flags: int = 3, reserved: int = 0
) -> bytes:
    return struct.pack("<6I", 1, da, pa, length, flags, reserved) + _name("periph")


def trace(da: int = DDR + 0x1000, length: int = 0x1000, name: str = "trace:m4", reserved: int = 0) -> bytes:
    return struct.pack("<4I", 2, da, length, reserved) + _name(name)


def vdev(
    device_id: int = 7,
    num: int = 16,
    align: int = 4096,
    *,
    vrings: int = 2,
    features: int = 1,
    config: bytes = b"",
    reserved: bytes = b"\0\0",
    claim: int | None = None,
) -> bytes:
    head = struct.pack("<6I", 3, device_id, 0, features, 0, len(config))
    head += bytes([0, vrings if claim is None else claim]) + reserved
    return head + struct.pack("<5I", ANY, align, num, 0, 0) * vrings + config


def unknown(type_number: int) -> bytes:
    return struct.pack("<I", type_number) + bytes(20)


def _name(name: str | bytes) -> bytes:
    raw = name.encode() if isinstance(name, str) else name
    return raw[:32].ljust(32, b"\0")


def table(
    *entries: bytes,
    version: int = 1,
    num: int | None = None,
    reserved: tuple[int, int] = (0, 0),
    offsets: Sequence[int] | None = None,
) -> bytes:
    head = 16 + 4 * len(entries)
    places, body = [], b""
    for entry in entries:
        places.append(head + len(body))
        body += entry
    count = len(entries) if num is None else num
    return struct.pack("<4I", version, count, *reserved) + struct.pack(f"<{len(places)}I", *(offsets or places)) + body


GOOD_TABLE = (carveout(), carveout("shm", ANY, 0x2000), trace(), trace(DTCM + 0x4000, 0x400, "trace:heap"), vdev())


@dataclass
class Segment:
    da: int
    data: bytes
    memsz: int | None = None
    filesz: int | None = None
    type: int = 1
    offset: int | None = None


@dataclass
class Image:
    """An ELF file; every header field can be given another value."""

    table: bytes | None = field(default_factory=lambda: table(*GOOD_TABLE))
    segments: list[Segment] = field(
        default_factory=lambda: [Segment(ITCM, b"text" * 256), Segment(DDR, b"data", 0x800)]
    )
    table_address: int = DTCM
    table_size: int | None = None
    section_name: bytes = b".resource_table"
    bits: int = 32
    data: int = 1
    class_: int | None = None
    magic: bytes = b"\x7fELF"
    machine: int = 40
    entry: int = 0x101
    phoff: int | None = None
    shoff: int | None = None
    phnum: int | None = None
    shnum: int | None = None
    shstrndx: int | None = None
    strtab_offset: int | None = None

    def build(self) -> bytes:
        wide = self.bits == 64
        header_size, ph_size, sh_size = (64, 56, 64) if wide else (52, 32, 40)
        segments = list(self.segments)
        if self.table is not None:
            segments.insert(1, Segment(self.table_address, self.table))
        names = b"\0" + self.section_name + b"\0.shstrtab\0"
        sections = 3 if self.table is not None else 2
        at = header_size + ph_size * len(segments) + sh_size * sections
        blob, ph, table_offset = b"", b"", 0
        for segment in segments:
            place = at + len(blob)
            if segment.data is self.table:
                table_offset = place
            blob += segment.data
            memsz = len(segment.data) if segment.memsz is None else segment.memsz
            filesz = len(segment.data) if segment.filesz is None else segment.filesz
            offset = place if segment.offset is None else segment.offset
            if wide:
                ph += struct.pack("<II6Q", segment.type, 7, offset, segment.da, segment.da, filesz, memsz, 4)
            else:
                ph += struct.pack("<8I", segment.type, offset, segment.da, segment.da, filesz, memsz, 7, 4)
        sh = bytes(sh_size)
        if self.table is not None:
            size = len(self.table) if self.table_size is None else self.table_size
            sh += self._section(1, 1, self.table_address, table_offset, size)
        strtab = at + len(blob) if self.strtab_offset is None else self.strtab_offset
        sh += self._section(len(self.section_name) + 2, 3, 0, strtab, len(names))
        phoff = header_size if self.phoff is None else self.phoff
        shoff = header_size + ph_size * len(segments) if self.shoff is None else self.shoff
        counts = (
            header_size,
            ph_size,
            len(segments) if self.phnum is None else self.phnum,
            sh_size,
            sections if self.shnum is None else self.shnum,
            sections - 1 if self.shstrndx is None else self.shstrndx,
        )
        ident = (
            self.magic + bytes([(2 if wide else 1) if self.class_ is None else self.class_, self.data, 1]) + bytes(9)
        )
        layout = "<HHIQQQIHHHHHH" if wide else "<HHIIIIIHHHHHH"
        return (
            ident
            + struct.pack(layout, 2, self.machine, 1, self.entry, phoff, shoff, 0, *counts)
            + ph
            + sh
            + blob
            + names
        )

    def _section(self, name: int, kind: int, address: int, offset: int, size: int) -> bytes:
        if self.bits == 64:
            return struct.pack("<II4QIIQQ", name, kind, 3, address, offset, size, 0, 0, 8, 0)
        return struct.pack("<10I", name, kind, 3, address, offset, size, 0, 0, 4, 0)
