"""What stat(2) says of a file, as far as anybody here asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """The type of a file."""

    REGULAR = "file"
    DIRECTORY = "directory"
    LINK = "link"
    OTHER = "other"
    """FIFO, socket, device."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Type, permissions, size and identity of a file."""

    kind: FileKind
    mode: int
    """Permission bits only (0o644)."""
    size: int
    """Bytes; what sysfs and debugfs claim is not the length of the content."""
    mtime_ns: int
    """Modification time, nanoseconds since the epoch."""
    inode: int
    uid: int = 0
    gid: int = 0
