"""A machine for the framework that does nothing by itself: its log is a list, its work and its timers run when told."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rproc_tui.remoteproc.device import Device, DmaMemory
from rproc_tui.remoteproc.profile import DEFAULT_PROFILE, Profile
from rproc_tui.remoteproc.registry import Registry
from rproc_tui.remoteproc.virtual_tree import Directory, Link, Node, VirtualFile

PAGE = 4096
POOL_BASE = 0x4000_0000
POOL_MOST = 16 << 20
NAME_MOST = 255
"""Bytes of a file's name."""


@dataclass(frozen=True)
class Line:
    level: int
    text: str
    subsystem: str | None
    device: str | None


@dataclass
class Machine:
    """An `Environment`. Queued work runs in `work()`, or at once on a thread of its own when `threads` is set."""

    profile: Profile = DEFAULT_PROFILE
    threads: bool = False
    files: dict[str, bytes | int] = field(default_factory=dict)
    """Content, or the errno that reading gives."""
    lines: list[Line] = field(default_factory=list)
    events: list[tuple[str, str, str, dict[str, str]]] = field(default_factory=list)
    queue: list[Callable[[], None]] = field(default_factory=list)
    timers: dict[object, tuple[float, Callable[[], None]]] = field(default_factory=dict)
    scheduled: threading.Event = field(default_factory=threading.Event)
    """Set once something is to run later."""
    now: float = 0.0
    reads: list[str] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def log(self, level: int, text: str, *, subsystem: str | None = None, device: str | None = None) -> None:
        self.lines.append(Line(level, text, subsystem, device))

    def uevent(self, action: str, devpath: str, subsystem: str, properties: Mapping[str, str]) -> None:
        self.events.append((action, subsystem, devpath, dict(properties)))

    def read_file(self, path: str) -> bytes:
        path = os.path.normpath(path)
        self.reads.append(path)
        if any(len(part) > NAME_MOST for part in path.split("/")):
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), path)
        content = self.files.get(path, errno.ENOENT)
        if isinstance(content, int):
            raise OSError(content, os.strerror(content), path)
        return content

    def queue_work(self, work: Callable[[], None]) -> None:
        if self.threads:
            threading.Thread(target=work, daemon=True).start()
        else:
            self.queue.append(work)

    def call_later(self, seconds: float, work: Callable[[], None]) -> Callable[[], None]:
        key = object()
        self.timers[key] = (self.now + seconds, work)
        self.scheduled.set()
        return lambda: self.timers.pop(key, None) and None

    def work(self) -> None:
        """Run everything that is queued or due, and what that queues."""
        while self.queue or self._due():
            while self.queue:
                self.queue.pop(0)()
            for key in self._due():
                _, work = self.timers.pop(key)
                work()

    def _due(self) -> list[object]:
        return [key for key, (due, _) in self.timers.items() if due <= self.now]

    def advance(self, seconds: float) -> None:
        """Let time pass; timers fire, work runs."""
        self.now += seconds
        self.work()

    def firmware(self, name: str, content: bytes) -> None:
        self.files[f"/lib/firmware/{name}"] = content

    def take_lines(self) -> list[str]:
        """The log since the last look, as `<3> text`."""
        taken = [f"<{line.level}> {line.text}" for line in self.lines]
        self.lines.clear()
        return taken

    def take_events(self) -> list[tuple[str, str, str]]:
        """The events since the last look: action, subsystem, last part of the path."""
        taken = [(action, subsystem, path.rsplit("/", 1)[-1]) for action, subsystem, path, _ in self.events]
        self.events.clear()
        return taken


@dataclass
class Pool:
    """A `DmaPool` that knows what is still out."""

    next_address: int = POOL_BASE
    out: dict[int, DmaMemory] = field(default_factory=dict)

    def alloc(self, size: int) -> DmaMemory | None:
        if size > POOL_MOST:
            return None
        pages = -(-size // PAGE) * PAGE
        memory = DmaMemory(self.next_address, memoryview(bytearray(pages)))
        self.next_address += pages
        self.out[memory.dma] = memory
        return memory

    def free(self, memory: DmaMemory) -> None:
        del self.out[memory.dma]

    def view(self, address: int, length: int) -> memoryview:
        """What is out at an address, for the processor's side; callable from its thread."""
        memory = next(m for m in tuple(self.out.values()) if m.dma <= address < m.dma + len(m.view))
        return memory.view[address - memory.dma : address - memory.dma + length]


class Files:
    """The framework's files by path, as a shell on that machine would use them."""

    def __init__(self, registry: Registry) -> None:
        self.root = registry.filesystem()

    def node(self, path: str, *, follow: bool = True) -> Node:
        """What is at a path; a link in the last place is itself the answer when it is not followed."""
        todo = path.strip("/").split("/")
        done: list[tuple[str, Node]] = [("", self.root)]
        while todo:
            part = todo.pop(0)
            if part == "..":
                done.pop()
                continue
            folder = done[-1][1]
            if not isinstance(folder, Directory) or part not in folder.entries():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
            node = folder.entries()[part]
            if isinstance(node, Link) and (follow or todo):
                todo = node.target.split("/") + todo
            else:
                done.append((part, node))
        return done[-1][1]

    def read(self, path: str, offset: int = 0, limit: int | None = None) -> bytes:
        file = self.node(path)
        assert isinstance(file, VirtualFile)
        assert file.read is not None
        return file.read(offset, limit)

    def write(self, path: str, data: bytes) -> None:
        file = self.node(path)
        assert isinstance(file, VirtualFile)
        if file.write is None:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        file.write(data)

    def list(self, path: str) -> list[str]:
        folder = self.node(path)
        assert isinstance(folder, Directory)
        return sorted(folder.entries())

    def link(self, path: str) -> str:
        node = self.node(path, follow=False)
        assert isinstance(node, Link)
        return node.target


def device(name: str = "vrproc.0", driver: str = "vrproc", pool: Pool | None = None) -> Device:
    return Device(name, driver, pool if pool is not None else Pool())
