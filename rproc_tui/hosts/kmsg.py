r"""Records of the kernel's log, as /dev/kmsg gives them (Documentation/ABI/testing/dev-kmsg).

A record is `priority,sequence,microseconds,flags[,…];text`, then lines of ` KEY=value`; unprintable bytes are `\xNN`.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator

from rproc_tui.hosts.readable import readable
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.sanitise import sanitise_bytes

RECORD_MOST = 8192
"""Bytes of the longest record; a shorter buffer makes read(2) fail with EINVAL."""

TEXT_MOST = 1024
"""Characters that are kept of one line."""

TURN = 16
"""Records after which everybody else has a turn: a crash loop may log faster than we read."""


def parse_record(record: bytes) -> KernelLine | None:
    """One record; None for what is no record."""
    head, found, body = record.partition(b";")
    fields = head.split(b",")
    if not found or len(fields) < 3 or not all(field.isdigit() for field in fields[:3]):
        return None
    text, *dictionary = body.split(b"\n")
    pairs = dict(line[1:].partition(b"=")[::2] for line in dictionary if line.startswith(b" "))
    return KernelLine(
        sequence=int(fields[1]),
        seconds=int(fields[2]) / 1e6,
        level=int(fields[0]) & 7,
        text=sanitise_bytes(text, limit=TEXT_MOST),
        subsystem=_value(pairs, b"SUBSYSTEM"),
        device=_value(pairs, b"DEVICE"),
    )


def _value(pairs: dict[bytes, bytes], key: bytes) -> str | None:
    return sanitise_bytes(pairs[key], limit=TEXT_MOST) if key in pairs else None


def escaped(text: str) -> str:
    """A line's text as a record has it: printable ASCII, and for every other byte and the backslash its number."""
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    return "".join(
        chr(byte) if 0x20 <= byte < 0x7F and byte != ord("\\") else f"\\x{byte:02x}"
        for byte in text.encode("utf-8", "surrogateescape")
    )


async def records(path: str) -> AsyncIterator[KernelLine]:
    """Every record that the kernel still holds, then each new one; OSError where the log may not be read.

    ENODEV: what is there ends, so it is not the log; containers are given other files under its name.
    """
    since_others = 0
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        while True:
            try:
                record = os.read(descriptor, RECORD_MOST)
            except BlockingIOError:
                await readable(descriptor)
                continue
            except OSError as error:
                if error.errno != errno.EPIPE:  # EPIPE: records were overwritten before we read them; go on
                    raise
                continue
            if not record:
                raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), path)
            line = parse_record(record)
            if line is not None:
                yield line
            since_others += 1
            if since_others % TURN == 0:
                await asyncio.sleep(0)
    finally:
        os.close(descriptor)
