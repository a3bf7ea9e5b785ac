"""What people have left of a crash when little of it is left: poor firmware files and poor dumps, by name."""

from __future__ import annotations

import struct
from collections.abc import Callable

from tests.crash.demo_crashes import died, firmware_of

SECTION = struct.Struct("<10I")
SYMBOLS = 2
LARGE = 256 << 20


def stripped(content: bytes) -> bytes:
    """Without section headers: no symbols, no debug information."""
    return content[:32] + bytes(4) + content[36:48] + bytes(4) + content[52:]


def without_symbols(content: bytes) -> bytes:
    """With debug information alone."""
    return _without_sections(content, lambda _, kind: kind == SYMBOLS)


def without_lines(content: bytes) -> bytes:
    """With symbols alone."""
    return _without_sections(content, lambda name, _: name.startswith(b".debug"))


def another_build(content: bytes) -> bytes:
    """The first segment's last kilobyte differs, as after a change."""
    (offset,) = struct.unpack_from("<I", content, 28)
    start, size = (struct.unpack_from("<I", content, offset + place)[0] for place in (4, 16))
    end = start + size
    changed = bytes(byte ^ 0x5A for byte in content[end - 1024 : end])
    return content[: end - 1024] + changed + content[end:]


def large(content: bytes) -> tuple[bytes, int]:
    """The beginning of a dump that claims 256 MiB, and the size that its file has to be made."""
    row = struct.pack("<8I", 1, 84, 0x8000_0000, 0x8000_0000, LARGE, LARGE, 7, 0)
    return content[:44] + b"\x01\0" + content[46:52] + row, 84 + LARGE


def _without_sections(content: bytes, goes: Callable[[bytes, int], bool]) -> bytes:
    changed = bytearray(content)
    (table,) = struct.unpack_from("<I", content, 32)
    count, names = struct.unpack_from("<HH", content, 48)
    rows = [SECTION.unpack_from(content, table + SECTION.size * number) for number in range(count)]
    for number, row in enumerate(rows):
        start = rows[names][4] + row[0]
        name = content[start : content.index(b"\0", start)]
        if goes(name, row[1]):
            struct.pack_into("<II", changed, table + SECTION.size * number, 0, 0)
    return bytes(changed)


FIRMWARE: dict[str, tuple[Callable[[], bytes | None], str]] = {
    "stripped": (lambda: stripped(firmware_of("lab")), "the firmware is stripped"),
    "without symbols": (lambda: without_symbols(firmware_of("lab")), "the firmware has no symbol table"),
    "without lines": (lambda: without_lines(firmware_of("lab")), "the firmware has no debug information"),
    "another build": (lambda: another_build(firmware_of("lab")), "OTHER BUILD"),
    "of another processor": (lambda: firmware_of("m4"), "nothing proves that this firmware is the one that ran"),
    "missing": (lambda: None, "no firmware file: addresses have no names"),
    "empty": (lambda: b"", "the firmware file is damaged: not ELF but an empty file"),
    "cut": (lambda: firmware_of("lab")[:5000], "the firmware file is damaged: only 0 of 20 section headers"),
}
"""What there is instead of the firmware that ran, and what a report on it has to say."""

DUMPS: dict[str, Callable[[], tuple[bytes, int]]] = {
    "of 0 bytes": lambda: (b"", 0),
    "of a header": lambda: (died("lab", "null").dump[:52], 52),
    "cut": lambda: (died("lab", "null").dump[:70_000], 70_000),
    "of 256 MiB": lambda: large(died("lab", "null").dump),
    "of something else": lambda: (b"just some text\n" * 1000, 15_000),
}
"""The first bytes of a file and its size."""
