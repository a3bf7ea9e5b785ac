"""Section headers with their names, and what they tell: debug information, symbols, the build id."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from rproc_tui.firmware.elf_header import ElfHeader
from rproc_tui.firmware.facts import Section, Segment
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.image import Image, take
from rproc_tui.sanitise import sanitise_bytes

SHT_SYMTAB = 2
SHT_NOTE = 7
SHT_NOBITS = 8
SHF_ALLOC = 2
PT_NOTE = 4
NT_GNU_BUILD_ID = 3

NAME_LIMIT = 128
"""Bytes of a section's name that are read; the kernel's own names have 15."""
STRING_TABLE_LIMIT = 16 << 20
"""Bytes of the string table that are read."""
NOTES_LIMIT = 4096
"""Bytes of one note section that are searched for a build id."""
DEBUG_PREFIXES = (".debug_", ".zdebug_")


def parse_sections(image: Image, size: int, header: ElfHeader, findings: Findings) -> tuple[Section, ...]:
    """Every section header that lies in the file, in file order; a name that cannot be read is empty."""
    rows = _rows(image, size, header)
    names = _string_table(image, size, header, rows, findings)
    out = []
    nameless = 0
    for index, (name_offset, type_, flags, address, offset, length, *_rest) in enumerate(rows):
        if name_offset < len(names):
            end = names.find(b"\0", name_offset, name_offset + NAME_LIMIT)
            name = sanitise_bytes(names[name_offset : end if end >= 0 else name_offset + NAME_LIMIT])
        else:
            name, nameless = "", nameless + (name_offset > 0)
        out.append(Section(index, name, type_, flags, address, offset, length))
    if nameless and names:
        findings.error("section-name", f"the names of {nameless} sections lie outside the string table")
    _check_headers(header, len(rows), findings)
    return tuple(out)


def _rows(image: Image, size: int, header: ElfHeader) -> list[tuple[int, ...]]:
    if header.shoff == 0:
        return []
    stride = header.section_header_size
    count = min(header.shnum, max(0, size - header.shoff) // stride)
    layout = header.prefix + ("10I" if header.bits == 32 else "IIQQQQIIQQ")
    return list(struct.iter_unpack(layout, take(image, header.shoff, count * stride)))


def _string_table(
    image: Image, size: int, header: ElfHeader, rows: Sequence[tuple[int, ...]], findings: Findings
) -> bytes:
    """The bytes of the section names; empty when they cannot be read."""
    if not rows:
        return b""
    if header.shstrndx >= len(rows):
        findings.error("string-table", f"e_shstrndx is {header.shstrndx}: the file has no such section, so no names")
        return b""
    if header.shstrndx == 0:
        findings.note("string-table", "e_shstrndx is 0: sections have no names, so no resource table can be found")
        return b""
    offset, length = rows[header.shstrndx][4:6]
    if offset + length > size:
        findings.error(
            "string-table",
            f"the section names (section {header.shstrndx}) reach from {offset:#x} to {offset + length:#x}, "
            f"behind the end of the file at {size:#x}",
        )
        return b""
    names = take(image, offset, min(length, STRING_TABLE_LIMIT))
    if not names.endswith(b"\0") and len(names) == length:
        findings.warning("string-table", f"the section names (section {header.shstrndx}) do not end in NUL")
    return names


def _check_headers(header: ElfHeader, count: int, findings: Findings) -> None:
    if header.shnum and header.shentsize != header.section_header_size:
        findings.warning(
            "bad-shentsize",
            f"e_shentsize is {header.shentsize}, not {header.section_header_size}: Linux ignores it, others do not",
        )
    if header.shoff and header.shnum == 0:
        findings.note(
            "no-sections", "e_shnum is 0 although e_shoff is not: Linux sees no sections, so no resource table"
        )
    if count < header.shnum and header.shoff:
        findings.error(
            "section-headers-outside", f"only {count} of {header.shnum} section headers lie in the file: it is cut off"
        )


def check_extents(sections: Sequence[Section], size: int, header: ElfHeader, findings: Findings) -> None:
    """Say which sections reach behind the end of the file; nothing when the headers themselves do."""
    for section in sections if len(sections) == header.shnum else ():
        end = section.offset + section.size
        if section.type not in (0, SHT_NOBITS) and end > size:
            findings.warning(
                "section-outside",
                f"section {section.index} ({section.name}) reaches to {end:#x}, "
                f"behind the end of the file at {size:#x}",
            )


def has_dwarf(sections: Sequence[Section]) -> bool:
    """Whether any section holds debug information."""
    return any(section.name.startswith(DEBUG_PREFIXES) for section in sections)


def has_symbols(sections: Sequence[Section]) -> bool:
    """Whether there is a symbol table."""
    return any(section.type == SHT_SYMTAB for section in sections)


def build_id(
    image: Image, size: int, header: ElfHeader, segments: Sequence[Segment], sections: Sequence[Section]
) -> str | None:
    """The GNU build id in hex, from a note section or, without sections, from a note segment."""
    places = [(section.offset, section.size) for section in sections if section.type == SHT_NOTE]
    places += [(segment.offset, segment.filesz) for segment in segments if segment.type == PT_NOTE]
    for offset, length in places[:16]:
        if offset + length <= size:
            found = _build_id_in(take(image, offset, min(length, NOTES_LIMIT)), header.prefix)
            if found:
                return found
    return None


def _build_id_in(notes: bytes, prefix: str) -> str | None:
    at = 0
    while at + 12 <= len(notes):
        name_size, length, type_ = struct.unpack_from(prefix + "III", notes, at)
        start = at + 12 + (name_size + 3 & ~3)
        if type_ == NT_GNU_BUILD_ID and notes[at + 12 : at + 16] == b"GNU\0" and 0 < length <= 64:
            return notes[start : start + length].hex()
        at = start + (length + 3 & ~3)
    return None
