"""The files that tell of a crash, as they lie on this machine: a dump, the firmware that ran, the ends of logs."""

from __future__ import annotations

import errno
import mmap
import os
import stat
from collections.abc import Sequence

from rproc_tui.crash.evidence import FirmwareFile
from rproc_tui.errors import FirmwareError
from rproc_tui.firmware.container import XZ, ZSTD
from rproc_tui.firmware.image import Image
from rproc_tui.firmware.inspect import facts
from rproc_tui.firmware.units import size_text
from rproc_tui.sanitise import sanitise_bytes

FIRMWARE_MOST = 256 << 20
"""Bytes of a firmware file that is looked at."""
TEXT_MOST = 16 << 20
"""Bytes of the end of a text file that are read."""
LINE_MOST = 1000
"""Characters of a line."""


def map_file(path: str) -> tuple[Image, int]:
    """A regular file as memory, and its size: only what is looked at is read. OSError where there is none."""
    descriptor = open_regular(path)
    try:
        size = os.fstat(descriptor).st_size
        return (b"", 0) if not size else (mmap.mmap(descriptor, size, access=mmap.ACCESS_READ), size)
    finally:
        os.close(descriptor)


def read_firmware(path: str, name: str) -> FirmwareFile:
    """A firmware file that is called so, unpacked; OSError when it cannot be read, FirmwareError when it is none."""
    with os.fdopen(open_regular(path), "rb") as file:
        content = file.read(FIRMWARE_MOST + 1)  # not mapped: a build may be written anew while it is looked at
    if len(content) > FIRMWARE_MOST:
        raise FirmwareError(f"{path} has more than {size_text(FIRMWARE_MOST)}, which is no firmware")
    found = facts(name, content, len(content))
    if found.container in {XZ, ZSTD}:
        from rproc_tui.firmware.decompress import unpack  # noqa: PLC0415 (packed files are rare, lzma loads slowly)

        content = unpack(content, len(content), found.container).data or content
    return FirmwareFile(found, content, len(content))


def last_lines(path: str) -> Sequence[str]:
    """The lines of a file's end, sanitised; OSError where it cannot be read."""
    descriptor = open_regular(path)
    with os.fdopen(descriptor, "rb") as file:
        file.seek(max(0, os.fstat(descriptor).st_size - TEXT_MOST))
        return [sanitise_bytes(line, limit=LINE_MOST) for line in file.read(TEXT_MOST).splitlines()]


def open_regular(path: str) -> int:
    """The descriptor of a regular file: opening anything else might wait, or do something. OSError for all others."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(number, "it is a directory" if stat.S_ISDIR(mode) else "it is no regular file", path)
    return descriptor
