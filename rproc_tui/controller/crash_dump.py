"""Collects a dump that the kernel holds into a file: in chunks, checked, on disk, and only then freed."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from typing import BinaryIO

from rproc_tui.controller.dump_collection import DumpCollection
from rproc_tui.errors import HostError
from rproc_tui.hosts.base import Host
from rproc_tui.linux import devcoredump
from rproc_tui.linux.reading import GONE

HEAD = 1024 * 1024
"""Bytes of a dump's beginning that hold its headers."""

Room = Callable[[int], bool]
"""Makes room for so many bytes; False when there is none to be had. Called on a thread."""


async def collect_dump(
    host: Host, waiting: str, path: str, *, room: Room, keep: bool, collection: DumpCollection | None = None
) -> None:
    """Read the dump `waiting` (`devcd3`) into a new file, and free the kernel's, unless it is to `keep` it.

    HostError says what is wrong with it: then what was read stays, and the kernel has its own still. OSError when it
    cannot be read or written, LineLost among them, and GivenUp: then there is no file.
    """
    collection = DumpCollection() if collection is None else collection
    size, head = await collection.read(_copy(host, waiting, path, room, collection))
    wrong = devcoredump.check(head, size)
    if wrong is not None:
        raise HostError(f"{wrong}; the kernel still has its own")
    if not keep:
        try:
            await devcoredump.free(host, waiting)
        except OSError as error:
            if error.errno not in GONE:  # its five minutes are over, or somebody else was quicker
                raise HostError(f"the dump is kept, but the kernel does not let go of its own: {error}") from error


async def _copy(host: Host, waiting: str, path: str, room: Room, collection: DumpCollection) -> tuple[int, bytes]:
    """Its size and its beginning; the file is on disk."""
    size, head = 0, b""
    file = await asyncio.to_thread(_create, path)
    try:
        with file:
            async for chunk in devcoredump.chunks(host, waiting):
                if len(head) < HEAD:
                    head = (head + chunk)[:HEAD]
                    await asyncio.to_thread(_make_room, room, max(devcoredump.expected_size(head) or 0, len(chunk)))
                await asyncio.to_thread(file.write, chunk)
                size += len(chunk)
                collection.came(size, devcoredump.expected_size(head))
            await asyncio.to_thread(_to_disk, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise
    return size, head


def _create(path: str) -> BinaryIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "wb")


def _make_room(room: Room, wanted: int) -> None:
    if not room(wanted):
        raise HostError(f"a dump of {wanted} bytes is more than may be kept; the kernel still has it")


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
