"""Files and folders that are on no disk: what sysfs and debugfs are made of.

A tree is rendered when it is walked, so it always shows the present; nothing in it is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class VirtualFile:
    """One attribute: its mode and what reading and writing do. Both raise OSError with the kernel's errno."""

    mode: int
    """Permission bits."""
    read: Callable[[int, int | None], bytes] | None = None
    """`read(offset, limit)`; limit None means to the end. None: no read method."""
    write: Callable[[bytes], None] | None = None
    """One write(2) whole; may block. None: no write method."""
    size: int = 0
    """What stat(2) says: 4096 in sysfs, 0 in debugfs."""


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: str
    """As readlink(2) answers: relative links are relative to the folder that the link is in."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A folder."""

    entries: Callable[[], Mapping[str, Node]]
    """Its present content by name."""
    mode: int = 0o755


Node: TypeAlias = VirtualFile | Link | Directory


def merged(*directories: Directory) -> Directory:
    """One folder that shows what several hold; folders of the same name are merged, of other nodes the first wins."""

    def entries() -> Mapping[str, Node]:
        out: dict[str, Node] = {}
        for directory in directories:
            for name, node in directory.entries().items():
                present = out.get(name)
                if isinstance(present, Directory) and isinstance(node, Directory):
                    out[name] = merged(present, node)
                else:
                    out.setdefault(name, node)
        return out

    return Directory(entries, directories[0].mode if directories else 0o755)
