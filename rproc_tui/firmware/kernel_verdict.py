"""What Linux says of a firmware image, in its own words and order (remoteproc_elf_loader.c, 6.12.117).

The words are the kernel's messages. Where the kernel does not look at all and reads on behind the end of the image,
nobody can say what it answers; the words are ours then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rproc_tui.firmware.elf_header import HEADER_SIZE_32, HEADER_SIZE_64, MAGIC, ElfHeader, parse_header
from rproc_tui.firmware.facts import OK, PT_LOAD, Segment
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.image import Image

HOST_ENDIAN = "little"
"""Every kernel with remoteproc drivers in the field is little-endian."""
LARGEST_FILE = 0x7FFFFFFF
"""INT_MAX: what kernel_read_file() refuses beyond (EFBIG)."""

TOO_SMALL = "Image is too small"
BAD_MAGIC = "Image is corrupted (bad magic)"


def request_failed(errno: int) -> str:
    """The line of remoteproc_core.c for a file that cannot be had at all."""
    return f"request_firmware failed: -{errno}"


def sanity(image: Image, size: int, *, checks_section_headers: bool = True) -> str:
    """`ok`, or the message of the first of the ELF sanity checks that fails.

    Only kernels from late 2025 on look at all section headers; older ones look for room for one.
    """
    return next(_sanity_messages(image, size, checks_section_headers), OK)


def _sanity_messages(image: Image, size: int, checks_section_headers: bool) -> Iterator[str]:
    """The checks in the kernel's order; each may rely on those in front of it."""
    if size < HEADER_SIZE_32:
        yield TOO_SMALL
    ident = image[0:16]
    if ident[:4] != MAGIC:
        yield BAD_MAGIC
    elf_class, data = (ident + bytes(16))[4:6]
    if elf_class not in (1, 2):
        yield f"Unsupported class: {elf_class}"
    if elf_class == 2 and size < HEADER_SIZE_64:
        yield "elf64 header is too small"
    if data != (1 if HOST_ENDIAN == "little" else 2):
        yield "Unsupported firmware endianness"
    header = parse_header(image, size)
    if header is not None:
        yield from _section_messages(header, size) if checks_section_headers else _room_for_one(header, size)
        yield from _segment_messages(header, size)


def _section_messages(header: ElfHeader, size: int) -> Iterator[str]:
    stride = header.section_header_size
    if header.shoff > size:
        yield "Section header table is out of bounds"
    if header.shnum and header.shoff + header.shnum * stride > size:
        yield "Section headers are out of bounds"
    if header.shoff + (header.shstrndx + 1) * stride > size:
        yield TOO_SMALL


def _room_for_one(header: ElfHeader, size: int) -> Iterator[str]:
    if size < header.shoff + header.section_header_size:
        yield TOO_SMALL


def _segment_messages(header: ElfHeader, size: int) -> Iterator[str]:
    if header.phnum == 0:
        yield "No loadable segments"
    if header.phoff > size:
        yield "Firmware size is too small"


def load(header: ElfHeader, segments: Sequence[Segment], size: int, findings: Findings) -> str:
    """`ok`, or what the first segment that cannot be loaded gets; every such segment is reported, with its place."""
    verdict = OK
    for segment in segments:
        message, explanation = segment_complaint(segment, size)
        if message:
            words = f"segment {segment.index}: {explanation}"
            findings.error(_code(message), words, kernel=message, fatal=True, index=segment.index)
            verdict = message if verdict == OK else verdict
    if header.program_headers_end > size:
        missing = header.phnum - len(segments)
        words = f"{missing} of {header.phnum} program headers lie outside the file"
        findings.error("program-headers-outside", f"{words}; Linux does not look and reads on", fatal=True)
        verdict = words if verdict == OK else verdict
    return verdict


def segment_complaint(segment: Segment, size: int) -> tuple[str, str]:
    """The kernel's message for one segment and what it means; two empty texts for a segment that is all right."""
    if segment.type != PT_LOAD or segment.memsz == 0:
        return "", ""
    if segment.filesz > segment.memsz:
        return (
            f"bad phdr filesz {segment.filesz:#x} memsz {segment.memsz:#x}",
            f"it has {segment.filesz} bytes in the file but only {segment.memsz} in memory",
        )
    end = segment.offset + segment.filesz
    if end >= 1 << 64:
        words = "p_offset + p_filesz is more than 64 bits hold"
        return words, f"{words}; Linux does not look and reads outside the file"
    if end > size:
        return (
            f"truncated fw: need {end:#x} avail {size:#x}",
            f"its bytes end at {end:#x}, the file at {size:#x}: it is cut off, or one piece of several",
        )
    return "", ""


def _code(message: str) -> str:
    if message.startswith("truncated fw"):
        return "truncated"
    return "bad-phdr" if message.startswith("bad phdr") else "segment-wraps"
