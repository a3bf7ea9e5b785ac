"""The smallest ELF file that the kernel's loader takes: one segment, no resource table."""

from __future__ import annotations

import struct


def image(address: int, code: bytes, *, machine: int = 40, entry: int | None = None) -> bytes:
    names = b"\0.shstrtab\0"
    offset = 52 + 32
    sections = offset + len(code) + len(names)
    header = struct.pack(
        "<4s12B2H5I6H",
        b"\x7fELF",
        *(1, 1, 1, *[0] * 9),
        *(2, machine),
        *(1, address if entry is None else entry, 52, sections, 0),
        *(52, 32, 1, 40, 2, 1),
    )
    segment = struct.pack("<8I", 1, offset, address, address, len(code), len(code), 7, 4)
    strings = struct.pack("<10I", 1, 3, 0, 0, offset + len(code), len(names), 0, 0, 1, 0)
    return header + segment + code + names + bytes(40) + strings
