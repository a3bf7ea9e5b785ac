"""A kernel around a board: firmware files, a log, threads for queued work; and the board's files by path."""

from __future__ import annotations

import errno
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping

from rproc_tui.emulator.board import Board
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.profile import DEFAULT_PROFILE, Profile
from rproc_tui.remoteproc.registry import Registry
from rproc_tui.remoteproc.virtual_tree import Directory, Node, VirtualFile

PATIENCE = 10.0
"""Seconds until a test gives up."""


class Kernel:
    """An `Environment`."""

    def __init__(self) -> None:
        self.profile: Profile = DEFAULT_PROFILE
        self.files: dict[str, bytes] = {}
        self.lines: list[str] = []
        self.news = threading.Condition()
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    def monotonic(self) -> float:
        return time.monotonic()

    def log(self, level: int, text: str, *, subsystem: str | None = None, device: str | None = None) -> None:
        with self.news:
            self.lines.append(text)
            self.news.notify_all()

    def uevent(self, action: str, devpath: str, subsystem: str, properties: Mapping[str, str]) -> None:
        pass

    def read_file(self, path: str) -> bytes:
        try:
            return self.files[os.path.normpath(path)]
        except KeyError:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None

    def queue_work(self, work: Callable[[], None]) -> None:
        self._work.put(work)

    def call_later(self, seconds: float, work: Callable[[], None]) -> Callable[[], None]:
        return lambda: None

    def _run(self) -> None:
        while True:
            self._work.get()()
            with self.news:
                self.news.notify_all()


class Powered:
    """A board that is switched on, until the end of a `with`."""

    def __init__(self, board: Board, firmware: Mapping[str, bytes] | None = None) -> None:
        self.board = board
        self.kernel = Kernel()
        self.registry = Registry(self.kernel)
        folder = board.firmware_folder
        if folder is not None:
            for name in os.listdir(folder):
                with open(os.path.join(folder, name), "rb") as file:
                    self.kernel.files[f"/lib/firmware/{name}"] = file.read()
        for name, content in (firmware or {}).items():
            self.kernel.files[f"/lib/firmware/{name}"] = content
        board.on_activity(self._active)

    def __enter__(self) -> Powered:  # noqa: PYI034 (reads better)
        self.board.probe(self.registry)
        return self

    def __exit__(self, *_: object) -> None:
        self.board.remove()

    def _active(self) -> None:
        with self.kernel.news:
            self.kernel.news.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until something holds that the log, queued work or a core's activity announces."""
        with self.kernel.news:
            assert self.kernel.news.wait_for(condition, PATIENCE), self.kernel.lines

    def processor(self, name: str) -> Rproc:
        return next(rproc for rproc in self.registry.processors if rproc.name == name)

    def debug(self, name: str, file: str) -> str:
        return f"sys/kernel/debug/remoteproc/{self.processor(name).id}/{file}"

    def trace(self, name: str) -> str:
        try:
            return self.read(self.debug(name, "trace0")).decode()
        except KeyError:
            return ""

    def registers(self, name: str) -> dict[str, int]:
        lines = self.read(self.debug(name, "regs")).decode().splitlines()
        return {key: int(value, 0) for key, value in (line.split() for line in lines)}

    def logged(self, text: str) -> bool:
        return any(text in line for line in self.kernel.lines)

    def _node(self, path: str) -> VirtualFile:
        node: Node = self.registry.filesystem()
        for part in path.split("/"):
            assert isinstance(node, Directory)
            node = node.entries()[part]
        assert isinstance(node, VirtualFile)
        return node

    def read(self, path: str, offset: int = 0, limit: int | None = None) -> bytes:
        reader = self._node(path).read
        assert reader is not None
        return reader(offset, limit)

    def write(self, path: str, data: bytes) -> None:
        writer = self._node(path).write
        assert writer is not None
        writer(data)
