"""The bytes of a section of an ELF file, unpacked, without trusting any size that the file claims."""

from __future__ import annotations

import struct
import zlib

from rproc_tui.firmware.elf_header import ElfHeader
from rproc_tui.firmware.facts import Section
from rproc_tui.firmware.image import Image

SHT_NOBITS = 8
SHF_COMPRESSED = 1 << 11
ELFCOMPRESS_ZLIB = 1

LARGEST_SECTION = 256 << 20
"""Bytes of a section, unpacked; what is larger counts as missing."""


def section_content(image: Image, size: int, header: ElfHeader, section: Section | None) -> bytes | None:
    """The bytes; None for a section that is missing, cut off, has no bytes in the file or is too large."""
    if section is None or section.type == SHT_NOBITS or section.size == 0:
        return None
    if section.size > LARGEST_SECTION or section.offset + section.size > size:
        return None
    data = bytes(image[section.offset : section.offset + section.size])
    return _unpack(data, header) if section.flags & SHF_COMPRESSED else data


def _unpack(data: bytes, header: ElfHeader) -> bytes | None:
    """What stands behind a compression header (the ELF specification's Chdr)."""
    layout = struct.Struct(header.prefix + ("III" if header.bits == 32 else "IIQQ"))
    if len(data) < layout.size:
        return None
    fields = layout.unpack_from(data)
    kind, length = fields[0], fields[1 if header.bits == 32 else 2]
    if kind != ELFCOMPRESS_ZLIB or not 0 < length <= LARGEST_SECTION:
        return None
    try:
        unpacked = zlib.decompressobj().decompress(data[layout.size :], length)
    except zlib.error:
        return None
    return unpacked if len(unpacked) == length else None
