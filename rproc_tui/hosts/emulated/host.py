"""The emulated board behind the port: the framework's virtual files, a real firmware folder, a soft kernel's log."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from rproc_tui.hosts.base import Endpoint, HostKind, Progress
from rproc_tui.hosts.emulated.device_nodes import device_folder
from rproc_tui.hosts.emulated.endpoint import open_node
from rproc_tui.hosts.emulated.file_tree import FileTree
from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount
from rproc_tui.hosts.emulated.kernel import SoftKernel
from rproc_tui.hosts.emulated.news import News
from rproc_tui.hosts.file_access import facts_of, install, read_file, write_once
from rproc_tui.hosts.own_thread import on_own_thread
from rproc_tui.model.file_facts import FileFacts
from rproc_tui.model.kernel_log import KernelLine, Uevent
from rproc_tui.remoteproc.registry import Registry
from rproc_tui.remoteproc.virtual_tree import Directory, merged

AUTO_BOOT_PATIENCE = 3.0
"""Seconds that the first look waits for processors that boot by themselves."""


DEVCOREDUMP = "/sys/class/devcoredump"

NO_WAY_TO_FIRMWARE = ("/sys/", "/dev/", "/proc/")
"""No link below these leads to the firmware folder."""


class Board(Protocol):
    """What the host needs of a board: `emulator.board.Board`, or a test's own with drivers in Python."""

    @property
    def device_tree(self) -> Directory:
        """The flattened tree as files."""
        ...

    def probe(self, registry: Registry) -> None:
        """Add every processor."""
        ...

    def remove(self) -> None:
        """Stop and delete them."""
        ...

    def on_activity(self, listener: Callable[[], None]) -> None:
        """Call somebody, on any thread, when a processor executed something."""
        ...


class EmulatedHost:
    """A board of this program's own, switched on at the first look and off at `close`."""

    kind = HostKind.EMULATED

    def __init__(self, label: str, board: Board, kernel: SoftKernel, firmware: FirmwareMount) -> None:
        self.label = label
        self._board = board
        self._kernel = kernel
        self._firmware = firmware
        self._news = News()
        self._registry = Registry(kernel)
        framework = merged(self._registry.filesystem(), device_folder(self._registry.dev_nodes))
        self._tree = FileTree(framework, board.device_tree, kernel.profile.release)
        self._booting: asyncio.Task[None] | None = None
        board.on_activity(self._news.announce)
        kernel.on_news(self._news.announce)

    async def switch_on(self) -> None:
        """Probe the board's drivers and wait until what boots by itself has booted; only the first call does it."""
        if self._booting is None:
            self._booting = asyncio.create_task(asyncio.to_thread(self._boot))
        await asyncio.shield(self._booting)

    def _boot(self) -> None:
        self._board.probe(self._registry)
        self._kernel.finish_work(AUTO_BOOT_PATIENCE)

    def local_path(self, path: str) -> str | None:
        """Only firmware lies on this machine's disk."""
        return self._firmware.place(path)

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        """What the framework renders, or a file of the firmware folder."""
        clean, place = await self._locate(path)
        if place is not None:
            return await asyncio.to_thread(read_file, place, limit=limit, offset=offset)
        return self._tree.reader(clean)(offset, limit)

    async def write(self, path: str, data: bytes) -> None:
        """One write(2), on a thread of its own for as long as the framework blocks."""
        clean, place = await self._locate(path)
        if place is not None:
            await asyncio.to_thread(write_once, place, data)
            return
        await on_own_thread(self._tree.writer(clean), data)
        self._news.announce()

    async def list(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        clean, place = await self._locate(path)
        return sorted(os.listdir(place)) if place is not None else self._tree.names(clean)

    async def link(self, path: str) -> str:
        """Where a link points, as written."""
        clean, place = await self._locate(path, last=False)
        return os.readlink(place) if place is not None else self._tree.link(clean)

    async def stat(self, path: str) -> FileFacts:
        """What stat(2) says."""
        clean, place = await self._locate(path)
        return facts_of(os.stat(place)) if place is not None else self._tree.stat(clean)

    async def _locate(self, path: str, *, last: bool = True) -> tuple[str, str | None]:
        """The path, and where it lies on this machine when it leads to the firmware folder."""
        await self.switch_on()
        if path.startswith(NO_WAY_TO_FIRMWARE) and ".." not in path:
            return path, None
        clean, _ = self._tree.locate(path, last=last)
        place = self._firmware.place(clean)
        return clean, f"{place}/" if place is not None and path.endswith("/") else place

    async def put(self, path: str, data: bytes, *, progress: Progress | None = None) -> None:
        """Install a file in the firmware folder; nowhere else may one be made."""
        clean, place = await self._locate(path)
        if place is None:
            self._tree.refuse_new(clean)
        await asyncio.to_thread(install, place, data)
        if progress is not None:
            progress(len(data), len(data))

    async def remove(self, path: str) -> None:
        """Remove a file of the firmware folder."""
        clean, place = await self._locate(path, last=False)
        if place is None:
            self._tree.refuse_removal(clean)
        os.unlink(place)

    async def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        """Look again only after something executed or was written: an idle board costs nothing."""
        last: bytes | None = None
        with self._news.reader() as news:
            while True:
                news.clear()
                try:
                    content = await self.read(path)
                except OSError as error:
                    if error.errno in (errno.ENOENT, errno.ENODEV):
                        return
                    raise
                if content != last:
                    last = content
                    yield content
                await asyncio.sleep(every)
                await news.wait()

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        """The soft kernel's lines."""
        await self.switch_on()
        following = 0
        with self._news.reader() as news:
            while True:
                news.clear()
                for line in self._kernel.lines_from(following):
                    following = line.sequence + 1
                    yield line
                await news.wait()

    async def uevents(self) -> AsyncIterator[Uevent]:
        """The soft kernel's device events from now on."""
        await self.switch_on()
        following = self._kernel.events_sent
        with self._news.reader() as news:
            while True:
                news.clear()
                for number, event in self._kernel.events_from(following):
                    following = number + 1
                    yield event
                await news.wait()

    async def open_endpoint(self, ctrl: str, name: str, src: int, dst: int) -> Endpoint:
        """Open what is behind a node below `/dev`."""
        await self.switch_on()
        node = self._registry.dev_nodes().get(ctrl.removeprefix("/dev/"))
        if node is None:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), ctrl)
        return open_node(node.behind, name, src, dst)

    async def close(self) -> None:
        """Switch the board off; every thread has ended when this returns."""
        if self._booting is not None:
            await self._booting
            await asyncio.to_thread(self._discard_dumps)
            await asyncio.to_thread(self._board.remove)
        await asyncio.to_thread(self._kernel.close)

    def _discard_dumps(self) -> None:
        """A recovery holds its processor until somebody has read its inline dump, for minutes: nobody will."""
        with contextlib.suppress(OSError):
            for name in self._tree.names(DEVCOREDUMP):
                with contextlib.suppress(OSError):
                    self._tree.writer(f"{DEVCOREDUMP}/{name}/data")(b"0")
