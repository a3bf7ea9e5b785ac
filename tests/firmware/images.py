"""Builds firmware files and resource tables for tests, good ones and ones with a single fault."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

TEXT_AT = 0x10000000
TABLE_AT = 0x10020000
ANY = 0xFFFFFFFF

_HEADER = (
    *("type", "machine", "version", "entry", "phoff", "shoff", "flags", "ehsize"),
    *("phentsize", "phnum", "shentsize", "shnum", "shstrndx"),
)
_HEADER_LAYOUT = {32: "HHIIIIIHHHHHH", 64: "HHIQQQIHHHHHH"}
_SEGMENT_LAYOUT = {32: "8I", 64: "IIQQQQQQ"}
_SECTION_LAYOUT = {32: "10I", 64: "IIQQQQIIQQ"}
_SIZES = {32: (52, 32, 40), 64: (64, 56, 64)}


@dataclass(frozen=True)
class Load:
    """One program header with its bytes; `offset` and `filesz` only to lie about them."""

    at: int = TEXT_AT
    data: bytes = b"\x70\x47" * 32
    memsz: int | None = None
    flags: int = 5
    type: int = 1
    vaddr: int | None = None
    align: int = 4
    offset: int | None = None
    filesz: int | None = None


@dataclass(frozen=True)
class Section:
    """One section: inside a load when `load` names one, else behind them all."""

    name: str | bytes
    data: bytes = b""
    address: int = 0
    type: int = 1
    flags: int = 2
    load: int | None = None
    offset: int | None = None
    size: int | None = None


@dataclass(frozen=True)
class Image:
    """What a file is made of."""

    loads: Sequence[Load] = (Load(),)
    sections: Sequence[Section] = ()
    bits: int = 32
    endian: str = "<"
    header: Mapping[str, int] = field(default_factory=dict)
    """Header fields that are not to be what they should."""
    ident: bytes | None = None
    tail: bytes = b""

    def build(self) -> bytes:
        header_size, program_size, section_size = _SIZES[self.bits]
        body = bytearray(header_size + program_size * len(self.loads))
        programs, offsets = b"", []
        for load in self.loads:
            offsets.append(len(body))
            programs += self._program_header(load, len(body))
            body += load.data + bytes(-len(load.data) % 8)
        rows, names = [(0,) * 10], b"\0"
        for section in (*self.sections, Section(".shstrtab", type=3, flags=0)):
            name = section.name.encode() if isinstance(section.name, str) else section.name
            name_at, names = len(names), names + name + b"\0"
            offset = len(body) if section.load is None else offsets[section.load]
            data = names if section.name == ".shstrtab" else section.data
            if section.load is None:
                body += data + bytes(-len(data) % 8)
            offset = section.offset if section.offset is not None else offset
            size = section.size if section.size is not None else len(data)
            rows.append((name_at, section.type, section.flags, section.address, offset, size, 0, 0, 1, 0))
        fields = {
            "type": 2,
            "machine": 40,
            "version": 1,
            "entry": self.loads[0].at if self.loads else 0,
            "phoff": header_size if self.loads else 0,
            "shoff": len(body) if self.sections else 0,
            "flags": 0,
            "ehsize": header_size,
            "phentsize": program_size,
            "phnum": len(self.loads),
            "shentsize": section_size if self.sections else 0,
            "shnum": len(rows) if self.sections else 0,
            "shstrndx": len(rows) - 1 if self.sections else 0,
            **self.header,
        }
        ident = self.ident or b"\x7fELF" + bytes([1 if self.bits == 32 else 2, 1 if self.endian == "<" else 2, 1])
        packed = struct.pack(self.endian + _HEADER_LAYOUT[self.bits], *(fields[name] for name in _HEADER))
        body[:header_size] = ident.ljust(16, b"\0") + packed
        body[header_size : header_size + len(programs)] = programs
        if self.sections:
            body += b"".join(struct.pack(self.endian + _SECTION_LAYOUT[self.bits], *row) for row in rows)
        return bytes(body) + self.tail

    def _program_header(self, load: Load, offset: int) -> bytes:
        offset = load.offset if load.offset is not None else offset
        vaddr = load.at if load.vaddr is None else load.vaddr
        filesz = load.filesz if load.filesz is not None else len(load.data)
        memsz = load.memsz if load.memsz is not None else len(load.data)
        rest = (vaddr, load.at, filesz, memsz)
        fields = (
            (load.type, offset, *rest, load.flags, load.align)
            if self.bits == 32
            else (load.type, load.flags, offset, *rest, load.align)
        )
        return struct.pack(self.endian + _SEGMENT_LAYOUT[self.bits], *fields)


def brief(value: object) -> str:
    """How a case is called in the list of tests: by its words, not by its bytes."""
    return value if isinstance(value, str) else type(value).__name__


def firmware(table: bytes | None = None, **changes: object) -> bytes:
    """A small good file: code, and a resource table in a segment of its own."""
    table = resource_table([trace()]) if table is None else table
    loads = (Load(), Load(TABLE_AT, table, flags=6))
    sections = (
        Section(".text", Load().data, TEXT_AT, flags=6, load=0),
        Section(".resource_table", table, TABLE_AT, flags=3, load=1),
    )
    return Image(**{"loads": loads, "sections": sections, **changes}).build()  # type: ignore[arg-type]


def resource_table(
    entries: Sequence[bytes],
    *,
    ver: int = 1,
    num: int | None = None,
    reserved: tuple[int, int] = (0, 0),
    offsets: Sequence[int] | None = None,
    endian: str = "<",
) -> bytes:
    """A table; the entries follow the offsets without a gap."""
    places, at = [], 16 + 4 * len(entries)
    for entry in entries:
        places.append(at)
        at += len(entry)
    offsets = places if offsets is None else offsets
    head = struct.pack(endian + "4I", ver, len(entries) if num is None else num, *reserved)
    return head + struct.pack(f"{endian}{len(offsets)}I", *offsets) + b"".join(entries)


def name_bytes(name: str | bytes) -> bytes:
    return (name.encode() if isinstance(name, str) else name)[:32].ljust(32, b"\0")


def carveout(
    name: str | bytes = "vdev0buffer", da: int = ANY, length: int = 0x8000, reserved: int = 0, kind: int = 0
) -> bytes:
    return struct.pack("<6I", kind, da, 0, length, 0, reserved) + name_bytes(name)


def devmem(name: str = "periph", da: int = 0x50000000, length: int = 0x1000, reserved: int = 0) -> bytes:
    return carveout(name, da, length, reserved, kind=1)


def trace(
    name: str | bytes = "trace0", da: int = TEXT_AT, length: int = 16, reserved: int = 0, endian: str = "<"
) -> bytes:
    return struct.pack(endian + "4I", 2, da, length, reserved) + name_bytes(name)


def vring(da: int = ANY, align: int = 16, num: int = 8, notifyid: int = 0) -> bytes:
    return struct.pack("<5I", da, align, num, notifyid, 0)


def vdev(
    vrings: Sequence[bytes] = (vring(), vring()),
    *,
    vdev_id: int = 7,
    count: int | None = None,
    config: bytes = b"",
    config_len: int | None = None,
    reserved: tuple[int, int] = (0, 0),
) -> bytes:
    config_len = len(config) if config_len is None else config_len
    count = len(vrings) if count is None else count
    head = struct.pack("<6I4B", 3, vdev_id, 0, 1, 0, config_len, 0, count, *reserved)
    return head + b"".join(vrings) + config


def raw_entry(kind: int, payload: bytes = b"") -> bytes:
    return struct.pack("<I", kind) + payload
