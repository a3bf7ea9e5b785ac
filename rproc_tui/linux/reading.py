"""Reading one small text file of the kernel: bounded, without its line end, safe to show."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.sanitise import sanitise_bytes

GONE = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR})
"""The file is not there, or its device went away while it was open."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file that may not be readable."""

    text: str | None
    error: OSError | None = None

    @property
    def gone(self) -> bool:
        """Whether there is no such file (any more), as against one that may not be read."""
        return self.error is not None and self.error.errno in GONE


def one_line(data: bytes) -> str:
    """The text without the one line end that the kernel adds; blanks belong to it."""
    return sanitise_bytes(data[:-1] if data.endswith(b"\n") else data, limit=paths.PAGE)


async def read_line(host: Host, path: str) -> str:
    """An attribute of one line; OSError with the kernel's errno."""
    return one_line(await host.read(path, limit=paths.PAGE))


async def try_line(host: Host, path: str) -> Reading:
    """The same, with the error as part of the answer."""
    try:
        return Reading(await read_line(host, path))
    except OSError as error:
        return Reading(None, error)


async def try_bytes(host: Host, path: str, limit: int) -> bytes | None:
    """The first `limit` bytes of a file; None where it cannot be read."""
    try:
        return await host.read(path, limit=limit)
    except OSError:
        return None


async def try_link(host: Host, path: str) -> str | None:
    """Where a link points, as written; None where there is no link."""
    try:
        return await host.link(path)
    except OSError:
        return None


async def try_list(host: Host, path: str) -> list[str]:
    """The names in a folder; none where it cannot be listed."""
    try:
        return await host.list(path)
    except OSError:
        return []


def reason(name: str, error: OSError) -> str:
    """Why a file could not be read, in one sentence."""
    number = error.errno or 0
    return f"{name} cannot be read: {os.strerror(number)} ({errno.errorcode.get(number, number)})"
