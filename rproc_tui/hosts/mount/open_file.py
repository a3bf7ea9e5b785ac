"""Files of a mount while a program has them open: attributes of the kernel, and files of the firmware folder."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from typing import Protocol

NOT_AGAIN = os.O_CREAT | os.O_EXCL | os.O_TRUNC | os.O_APPEND
"""What counts only when a file is opened first; whoever appends names the offset in each write."""

RENDERED_LEAST = 0x1_0000
"""Bytes that are asked for at first: a shell's `read` takes them one by one."""


class OpenFile(Protocol):
    """What a program may do with a descriptor."""

    def read(self, size: int, offset: int) -> bytes:
        """At most `size` bytes."""
        ...

    def write(self, data: bytes, offset: int) -> int:
        """The number of bytes taken."""
        ...

    def flush(self) -> None:
        """A program has closed one of its descriptors of this file."""
        ...

    def release(self) -> None:
        """The last of them is closed."""
        ...


class AttributeFile:
    """A file that the kernel renders: what is read from offset 0 on stays the same for those who read on.

    Each write is one command, whatever its offset.
    """

    def __init__(
        self, read: Callable[[int, int], bytes], write: Callable[[bytes], None], *, ends_where_it_ended: bool
    ) -> None:
        """`read(size, offset)`. What grows (a trace) goes on behind the end that was seen; an attribute does not."""
        self._read = read
        self._write = write
        self._ends = ends_where_it_ended
        self._rendered = b""

    def read(self, size: int, offset: int) -> bytes:
        """From what was rendered for offset 0, as far as that goes."""
        if offset == 0:
            self._rendered = self._read(max(size, RENDERED_LEAST), 0)
            return self._rendered[:size]
        if offset < len(self._rendered) or self._ends:
            return self._rendered[offset : offset + size]
        return self._read(size, offset)

    def write(self, data: bytes, offset: int) -> int:  # noqa: ARG002 (sysfs does not look at it)
        """One write(2) of the host."""
        self._write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def release(self) -> None:
        """Nothing is held."""


class FirmwareFile:
    """A file of this machine's disk.

    The kernel does not load a file that somebody has open for writing, and a program that has closed it may count on
    the next `start`; but a mount hears late of the last close. So the descriptor goes with each close, and comes again
    when somebody writes on.
    """

    def __init__(self, place: str, flags: int, mode: int = 0o644) -> None:
        """Open it; OSError as open(2)."""
        self._flags = flags & ~NOT_AGAIN
        self._lock = threading.Lock()
        self._descriptor: int | None = os.open(place, (flags & ~os.O_APPEND) | os.O_CLOEXEC, mode)
        self._inode = os.open(place, os.O_PATH | os.O_CLOEXEC)

    def read(self, size: int, offset: int) -> bytes:
        """From the disk."""
        with self._lock:
            return os.pread(self._open(), size, offset)

    def write(self, data: bytes, offset: int) -> int:
        """To the disk."""
        with self._lock:
            return os.pwrite(self._open(), data, offset)

    def truncate(self, length: int) -> None:
        """Cut it off, or fill it up."""
        with self._lock:
            os.ftruncate(self._open(), length)

    def status(self) -> os.stat_result:
        """What stat(2) says, whatever it is called now."""
        return os.stat(f"/proc/self/fd/{self._inode}")

    def flush(self) -> None:
        """Let go of it where it was open for writing."""
        with self._lock:
            if self._descriptor is not None and self._flags & os.O_ACCMODE != os.O_RDONLY:
                os.close(self._descriptor)
                self._descriptor = None

    def release(self) -> None:
        """Let go of it."""
        with self._lock, contextlib.suppress(OSError):
            os.close(self._inode)
            if self._descriptor is not None:
                os.close(self._descriptor)

    def _open(self) -> int:
        """By its inode: the name may be another file's by now."""
        if self._descriptor is None:
            self._descriptor = os.open(f"/proc/self/fd/{self._inode}", self._flags | os.O_CLOEXEC)
        return self._descriptor
