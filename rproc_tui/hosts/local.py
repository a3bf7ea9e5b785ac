"""This machine's kernel, or a tree of its files kept in a folder."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator

from rproc_tui.hosts import kernel_log, local_endpoint, netlink
from rproc_tui.hosts.base import Endpoint, HostKind, Progress
from rproc_tui.hosts.file_access import facts_of, install, read_file, write_once
from rproc_tui.hosts.local_following import Looks, remembered
from rproc_tui.hosts.own_thread import on_own_thread
from rproc_tui.hosts.resolve import resolve
from rproc_tui.model.file_facts import FileFacts
from rproc_tui.model.kernel_log import KernelLine, Uevent
from rproc_tui.sanitise import sanitise


class LocalHost:
    """The files of this machine; with `root`, those below a folder, links resolved inside it."""

    def __init__(self, root: str | None = None, *, label: str | None = None) -> None:
        self._root = None if root is None else os.path.abspath(root)
        self.kind = HostKind.LOCAL if root is None else HostKind.ROOT
        self._looks = Looks()
        self.label = label or sanitise(os.uname().nodename if self._root is None else os.path.basename(self._root))

    def local_path(self, path: str) -> str | None:
        """Where the file lies on this machine's disk: always somewhere."""
        return self._place(path)

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        """The content; on a thread, since a dump may keep a reader waiting."""
        return await asyncio.to_thread(read_file, self._place(path), limit=limit, offset=offset)

    async def write(self, path: str, data: bytes) -> None:
        """One write(2), on a thread of its own for as long as the kernel takes."""
        await on_own_thread(write_once, self._place(path), data)

    async def list(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        return sorted(os.listdir(self._place(path)))

    async def link(self, path: str) -> str:
        """Where a link points, as written."""
        return os.readlink(self._place(path, last=False))

    async def stat(self, path: str) -> FileFacts:
        """What stat(2) says."""
        return facts_of(os.stat(self._place(path)))

    async def put(self, path: str, data: bytes, *, progress: Progress | None = None) -> None:
        """Install a file atomically."""
        await asyncio.to_thread(install, self._place(path), data)
        if progress is not None:
            progress(len(data), len(data))

    async def remove(self, path: str) -> None:
        """Remove a file."""
        os.unlink(self._place(path))

    def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        """Read again and again, on a thread for all that is followed."""
        place = self._place if self._root is None else remembered(self._place)
        return self._looks.follow(lambda: read_file(place(path)), every)

    def kernel_log(self) -> AsyncIterator[KernelLine]:
        """The records of /dev/kmsg, or of a log file; a folder may hold a log file (`var/log/kern.log`)."""
        return kernel_log.lines() if self._root is None else kernel_log.in_a_folder(self._place)

    def uevents(self) -> AsyncIterator[Uevent]:
        """The kernel's netlink events; a folder has none."""
        if self._root is not None:
            raise FileNotFoundError(errno.ENOENT, "a folder of files has no device events")
        return netlink.uevents()

    async def open_endpoint(self, ctrl: str, name: str, src: int, dst: int) -> Endpoint:
        """By the ioctls of rpmsg_ctrl; a folder has no devices (EOPNOTSUPP)."""
        if self._root is not None:
            raise OSError(errno.EOPNOTSUPP, "a folder of files has no devices", ctrl)
        return await local_endpoint.open_endpoint(ctrl, name, src, dst)

    async def close(self) -> None:
        """Nothing is held between calls."""

    def _place(self, path: str, *, last: bool = True) -> str:
        """Where a path of the host is on this machine."""
        if self._root is None:
            return path
        root = self._root

        def readlink(inside: str) -> str | None:
            try:
                return os.readlink(root + inside)
            except OSError:
                return None

        return root + resolve(path, readlink, last=last)
