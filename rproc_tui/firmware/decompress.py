"""Opens what is packed as the kernel's firmware loader would (drivers/base/firmware_loader/main.c), within bounds.

xz: one stream, checked with CRC32 or not at all (lib/xz knows no other check), anything behind it ignored. zstd: the
first frame's header must say how much it holds, and there is nothing behind that.
"""

from __future__ import annotations

import importlib
import lzma
from dataclasses import dataclass
from typing import Any

from rproc_tui.firmware.container import XZ
from rproc_tui.firmware.image import Image, take

UNPACKED_LIMIT = 128 << 20
"""Bytes that are unpacked at most: larger than any firmware, small enough for the memory of a board."""
WORKING_MEMORY_LIMIT = 256 << 20
"""Bytes that the decoder may take for itself."""
CHUNK = 1 << 18

XZ_CHECKS = {0: "none", 1: "CRC32", 4: "CRC64", 10: "SHA-256"}
XZ_CHECKS_OF_THE_KERNEL = (0, 1)
XZ_HEADER_SIZE = 12

ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
"""The upper bytes of a skippable frame's magic number, which the kernel's decoder passes over."""
ZSTD_MISSING = "zstd-missing"
"""The code of what only this Python cannot open."""
ZSTD_MODULES = ("compression.zstd", "backports.zstd")
"""Python 3.14's own, and the same for older ones."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came out, or why nothing did."""

    data: bytes | None
    code: str = ""
    reason: str = ""
    """One clause."""


def unpack(image: Image, size: int, kind: str) -> Unpacked:
    """Open an xz or zstd file. Never raises for what is in it."""
    return _unpack_xz(image, size) if kind == XZ else _unpack_zstd(image, size)


def _unpack_xz(image: Image, size: int) -> Unpacked:
    if size < XZ_HEADER_SIZE:
        return _broken("it ends within its header")
    check = image[7:8][0] & 0x0F
    if check not in XZ_CHECKS_OF_THE_KERNEL:
        name = XZ_CHECKS.get(check, f"number {check}")
        return Unpacked(
            None,
            "compressed-check",
            f"its integrity check is {name} and the kernel knows only CRC32 and none; pack it with xz --check=crc32",
        )
    try:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=WORKING_MEMORY_LIMIT)
        return _pump(decoder, image, size)[0]
    except lzma.LZMAError as error:
        return _broken(str(error))


def _unpack_zstd(image: Image, size: int) -> Unpacked:
    module = _zstd_module()
    content_size = _zstd_content_size(take(image, 0, min(size, 18)))
    if content_size is None:
        return Unpacked(
            None,
            "compressed-size",
            "its header does not say how much it holds, which the kernel insists on; pack the file, not a pipe",
        )
    if content_size > UNPACKED_LIMIT:
        return _too_large()
    if module is None:
        return Unpacked(
            None, ZSTD_MISSING, "this Python cannot open zstd, so nothing inside was checked; install backports.zstd"
        )
    return _open_zstd(module, image, size, content_size)


def _open_zstd(module: Any, image: Image, size: int, content_size: int) -> Unpacked:
    try:
        unpacked, behind = _pump(module.ZstdDecompressor(), image, size)
    except module.ZstdError as error:
        return _broken(str(error))
    if unpacked.data is not None and len(unpacked.data) != content_size:
        return _broken(f"it holds {len(unpacked.data)} bytes and its header says {content_size}")
    if behind and not image[size - behind : size].startswith(ZSTD_SKIPPABLE, 1):
        return _broken(f"{behind} bytes lie behind its frame")
    return unpacked


def _pump(decoder: Any, image: Image, size: int) -> tuple[Unpacked, int]:
    """Drive a decoder to the end of its stream; also how many bytes lie behind that."""
    out = bytearray()
    at = 0
    while not decoder.eof:
        chunk = b""
        if decoder.needs_input:
            chunk = image[at : min(size, at + CHUNK)]
            if not chunk:
                return _broken("it ends before its stream does: a copy that was cut off"), 0
            at += len(chunk)
        out += decoder.decompress(chunk, max_length=UNPACKED_LIMIT + 1 - len(out))
        if len(out) > UNPACKED_LIMIT:
            return _too_large(), 0
    return Unpacked(bytes(out)), size - at + len(decoder.unused_data)


def _broken(why: str) -> Unpacked:
    return Unpacked(None, "compressed-broken", f"it is broken: {why}")


def _too_large() -> Unpacked:
    return Unpacked(
        None, "compressed-bomb", f"it unpacks to more than {UNPACKED_LIMIT >> 20} MiB, which is no firmware"
    )


def _zstd_content_size(header: bytes) -> int | None:
    """Frame_Content_Size of RFC 8878, section 3.1.1.1; None where the frame does not say."""
    descriptor = header[4] if len(header) > 4 else 0
    width_flag, single_segment, dictionary_flag = descriptor >> 6, descriptor >> 5 & 1, descriptor & 3
    width = (1 if single_segment else 0, 2, 4, 8)[width_flag]
    at = 5 + (1 - single_segment) + (0, 1, 2, 4)[dictionary_flag]
    if width == 0 or len(header) < at + width:
        return None
    return int.from_bytes(header[at : at + width], "little") + (256 if width == 2 else 0)


def _zstd_module() -> Any:
    for name in ZSTD_MODULES:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None
