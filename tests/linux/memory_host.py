"""A host whose files are a dictionary: what a path holds, where it links, or which error it gives."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from rproc_tui.hosts.base import Endpoint, HostKind, Progress
from rproc_tui.hosts.resolve import resolve
from rproc_tui.model.file_facts import FileFacts, FileKind
from rproc_tui.model.kernel_log import KernelLine, Uevent


@dataclass(frozen=True, slots=True)
class Link:
    target: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that may be empty; the others exist because something is in them."""


@dataclass(frozen=True, slots=True)
class File:
    """Content with a mode; `error` is what reading it gives."""

    content: bytes = b""
    mode: int = 0o644
    error: int | None = None


Entry = bytes | File | Link | Folder | int
"""An int is the errno that every access gives."""


def failure(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)


@dataclass
class MemoryHost:
    files: dict[str, Entry] = field(default_factory=dict)
    writers: dict[str, Callable[[bytes], None]] = field(default_factory=dict)
    """What a write to a path does; without one it replaces the content."""
    writes: list[tuple[str, bytes]] = field(default_factory=list)
    label: str = "memory"
    kind: HostKind = HostKind.ROOT

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        entry = self._entry(path)
        if isinstance(entry, Folder):
            raise failure(errno.EISDIR, path)
        if entry.error is not None:
            raise failure(entry.error, path)
        return entry.content[offset:] if limit is None else entry.content[offset : offset + limit]

    async def write(self, path: str, data: bytes) -> None:
        place = self._place(path)
        entry = self._entry(path)
        self.writes.append((path, data))
        if place in self.writers:
            self.writers[place](data)
        else:
            self.files[place] = File(data, entry.mode if isinstance(entry, File) else 0o644)

    async def list(self, path: str) -> list[str]:
        place = self._place(path)
        self._entry(path)
        start = place.rstrip("/") + "/"
        return sorted({name[len(start) :].split("/")[0] for name in self.files if name.startswith(start)})

    async def link(self, path: str) -> str:
        entry = self.files.get(self._place(path, last=False))
        if isinstance(entry, Link):
            return entry.target
        raise failure(errno.EINVAL if entry is not None else errno.ENOENT, path)

    async def stat(self, path: str) -> FileFacts:
        entry = self._entry(path)
        if isinstance(entry, Folder):
            return FileFacts(FileKind.DIRECTORY, 0o755, 0, 0, 1)
        return FileFacts(FileKind.REGULAR, entry.mode, len(entry.content), 0, 1)

    async def put(self, path: str, data: bytes, *, progress: Progress | None = None) -> None:
        self.files[path] = data

    async def remove(self, path: str) -> None:
        del self.files[path]

    async def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        yield await self.read(path)

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        nothing: tuple[KernelLine, ...] = ()
        for line in nothing:
            yield line

    async def uevents(self) -> AsyncIterator[Uevent]:
        nothing: tuple[Uevent, ...] = ()
        for event in nothing:
            yield event

    async def open_endpoint(self, ctrl: str, name: str, src: int, dst: int) -> Endpoint:
        raise failure(errno.EOPNOTSUPP, ctrl)

    def local_path(self, path: str) -> str | None:
        return None

    async def close(self) -> None:
        return None

    def _readlink(self, path: str) -> str | None:
        entry = self.files.get(path)
        return entry.target if isinstance(entry, Link) else None

    def _place(self, path: str, *, last: bool = True) -> str:
        return resolve(path, self._readlink, last=last)

    def _entry(self, path: str) -> File | Folder:
        place = self._place(path)
        here = ""
        for part in place.strip("/").split("/"):  # a folder may forbid what is in it
            here += f"/{part}"
            number = self.files.get(here)
            if isinstance(number, int):
                raise failure(number, path)
        entry = self.files.get(place)
        if isinstance(entry, bytes):
            return File(entry)
        if isinstance(entry, File | Folder):
            return entry
        if any(name.startswith(f"{place.rstrip('/')}/") for name in self.files):
            return Folder()
        raise failure(errno.ENOENT, path)
