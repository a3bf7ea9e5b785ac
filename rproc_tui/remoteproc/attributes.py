"""Files of sysfs and debugfs as virtual files: what reading a piece and writing mean there (fs/sysfs/file.c)."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Callable, Mapping

from rproc_tui.remoteproc.virtual_tree import Directory, Link, Node, VirtualFile

PAGE = 4096
"""What a sysfs attribute holds at most, and what one write(2) gets through."""

LINKS_KEPT = 1024
"""Links whose text is kept: folders are rendered at every look, and the way between two of them stays the same."""

Show = Callable[[], bytes]
Store = Callable[[bytes], None]


def sysfs_file(mode: int, show: Show | None = None, store: Store | None = None) -> VirtualFile:
    """An attribute of sysfs. A write of nothing succeeds and does nothing; one of more than a page is cut."""
    return VirtualFile(mode, _reader(show), None if store is None else _sysfs_writer(store), PAGE)


def _sysfs_writer(store: Store) -> Store:
    def write(data: bytes) -> None:
        if data:
            store(data[:PAGE])

    return write


def debugfs_file(mode: int, show: Show | None = None, store: Store | None = None) -> VirtualFile:
    """A file of debugfs: a write of nothing gets to the handler, which refuses it."""
    return VirtualFile(mode, _reader(show), store)


def _reader(show: Show | None) -> Callable[[int, int | None], bytes] | None:
    if show is None:
        return None

    def read(offset: int, limit: int | None) -> bytes:
        text = show()
        return text[offset:] if limit is None else text[offset : offset + limit]

    return read


def constant(text: str, mode: int = 0o444) -> VirtualFile:
    """An attribute that always reads the same; the newline is added."""
    return sysfs_file(mode, lambda: text.encode() + b"\n")


def properties_text(properties: Mapping[str, str]) -> bytes:
    """The content of a `uevent` file."""
    return "".join(f"{key}={value}\n" for key, value in properties.items()).encode("utf-8", "surrogateescape")


@functools.lru_cache(maxsize=LINKS_KEPT)
def link(folder: str, target: str) -> Link:
    """A symbolic link in a folder, written as kernfs writes it: up to the last common folder above the target."""
    above, name = posixpath.split(target)
    return Link(posixpath.join(posixpath.relpath(above, folder), name))


def folder(entries: Callable[[], Mapping[str, Node]], mode: int = 0o755) -> Directory:
    """A folder whose content is looked up when it is walked."""
    return Directory(entries, mode)
