"""A host's files as the operations of a FUSE file system (fuse.h): sysfs and debugfs as the kernel shows them.

What lies on this machine's disk, the firmware folder, is passed through; everything else asks the host.
"""

from __future__ import annotations

import errno
import itertools
import os
import posixpath
import stat
import threading
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn, TypeVar

from rproc_tui.hosts.base import Host
from rproc_tui.hosts.mount import kernel_messages
from rproc_tui.hosts.mount.kernel_messages import KernelMessages
from rproc_tui.hosts.mount.open_file import AttributeFile, FirmwareFile, OpenFile
from rproc_tui.model.file_facts import FileFacts, FileKind

Answer = TypeVar("Answer")

SYSFS = "/sys/"
DEBUGFS = "/sys/kernel/debug/"
UTIME_NOW, UTIME_OMIT = 0x3FFF_FFFF, 0x3FFF_FFFE
"""Nanoseconds that utimensat(2) takes for other things than times."""


class Files:
    """The operations, each called on a thread of FUSE's; OSError is what the caller's system call answers."""

    use_ns = True
    """Times are nanoseconds."""

    def __init__(self, host: Host, ask: Callable[[Coroutine[Any, Any, Any]], Any], messages: KernelMessages) -> None:
        """`ask` runs a question to the host on its event loop and waits for the answer."""
        self._host = host
        self._ask = ask
        self._messages = messages
        self._open: dict[int, OpenFile] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._owner = (os.getuid(), os.getgid())

    def getattr(self, path: str, number: int | None = None) -> dict[str, int]:
        """What lstat(2) says."""
        file = None if number is None else self._open.get(number)
        if isinstance(file, FirmwareFile):
            return _attributes(file.status())
        place = self._host.local_path(path)
        if place is not None:
            return _attributes(os.lstat(place))
        kind, facts = self._facts(path)
        uid, gid = self._owner
        links = 2 if kind == stat.S_IFDIR else 1
        mode = 0o777 if kind == stat.S_IFLNK else facts.mode
        return {"st_mode": kind | mode, "st_size": facts.size, "st_nlink": links, "st_uid": uid, "st_gid": gid}

    def _facts(self, path: str) -> tuple[int, FileFacts]:
        """The type as stat(2) numbers it, and the rest. What is a device on the board is a file here: it is ours."""
        if path == kernel_messages.PATH:
            return stat.S_IFREG, FileFacts(FileKind.REGULAR, 0o444, 0, 0, 0)
        target = self._target(path)
        if target is not None:
            return stat.S_IFLNK, FileFacts(FileKind.LINK, 0o777, len(os.fsencode(target)), 0, 0)
        facts: FileFacts = self._ask(self._host.stat(path))
        return stat.S_IFDIR if facts.kind is FileKind.DIRECTORY else stat.S_IFREG, facts

    def _target(self, path: str) -> str | None:
        """Where a link of the host points, such that it stays in the mount; None for what is no link."""
        try:
            target: str = self._ask(self._host.link(path))
        except OSError as error:
            if error.errno == errno.EINVAL:
                return None
            raise
        return posixpath.relpath(target, posixpath.dirname(path)) if target.startswith("/") else target

    def readdir(self, path: str, _number: int) -> list[str]:
        """The names in a folder."""
        names: list[str] = self._ask(self._host.list(path))
        own = [posixpath.basename(kernel_messages.PATH)] if path == posixpath.dirname(kernel_messages.PATH) else []
        return [".", "..", *sorted({*names, *own})]

    def readlink(self, path: str) -> str:
        """Where a link points."""
        place = self._host.local_path(path)
        if place is not None:
            return os.readlink(place)
        target = self._target(path)
        if target is None:
            raise _error(errno.EINVAL, path)
        return target

    def open(self, path: str, flags: int) -> int:
        """A number for the open file. The kernel's attributes ask for their mode bits even of root."""
        place = self._host.local_path(path)
        if place is not None:
            return self._number(FirmwareFile(place, flags))
        _, facts = self._facts(path)
        if not path.startswith(DEBUGFS) and not facts.mode & _permission(flags):
            raise _error(errno.EACCES, path)
        return self._number(self._attribute(path, facts))

    def _attribute(self, path: str, facts: FileFacts) -> AttributeFile:
        def read(size: int, offset: int) -> bytes:
            if path == kernel_messages.PATH:
                return self._messages.content()[offset : offset + size]
            content: bytes = self._ask(self._host.read(path, limit=size, offset=offset))
            return content

        def write(data: bytes) -> None:
            self._ask(self._host.write(path, data))

        return AttributeFile(read, write, ends_where_it_ended=facts.size > 0)

    def create(self, path: str, mode: int, flags: int) -> int:
        """Make a file of the firmware folder; nowhere else may one be made."""
        place = self._host.local_path(path)
        if place is None:
            raise _error(errno.EACCES if path.startswith(SYSFS) else errno.EROFS, path)
        return self._number(FirmwareFile(place, flags | os.O_CREAT, mode & 0o777))

    def _number(self, file: OpenFile) -> int:
        with self._lock:
            number = next(self._numbers)
            self._open[number] = file
        return number

    def read(self, _path: str, size: int, offset: int, number: int) -> bytes:
        """What is there."""
        return self._open[number].read(size, offset)

    def write(self, _path: str, data: bytes, offset: int, number: int) -> int:
        """How much was taken."""
        return self._open[number].write(data, offset)

    def flush(self, _path: str, number: int) -> None:
        """One of the program's descriptors is closed."""
        self._open[number].flush()

    def release(self, _path: str, number: int) -> None:
        """The last one is."""
        with self._lock:
            file = self._open.pop(number)
        file.release()

    def truncate(self, path: str, length: int, number: int | None = None) -> None:
        """The kernel's attributes have no length, and take any."""
        file = None if number is None else self._open.get(number)
        place = self._host.local_path(path)
        if isinstance(file, FirmwareFile):
            file.truncate(length)
        elif place is not None:
            os.truncate(place, length)

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> None:
        """As utimensat(2); the kernel's attributes keep no times."""
        place = self._host.local_path(path)
        if place is None:
            return
        before = os.lstat(place)
        now = None if times is None else [UTIME_NOW if time == UTIME_NOW else time for time in times]
        if now is None or UTIME_NOW in now:
            os.utime(place, follow_symlinks=False)
            return
        kept = (before.st_atime_ns, before.st_mtime_ns)
        ns = [old if time == UTIME_OMIT else time for time, old in zip(now, kept, strict=True)]
        os.utime(place, ns=(ns[0], ns[1]), follow_symlinks=False)

    def chmod(self, path: str, mode: int) -> None:
        """Of a firmware file."""
        os.chmod(self._place(path), mode & 0o7777)

    def unlink(self, path: str) -> None:
        """Remove a firmware file."""
        os.unlink(self._place(path))

    def mkdir(self, path: str, mode: int) -> None:
        """Make a folder for firmware."""
        os.mkdir(self._place(path), mode & 0o777)

    def rmdir(self, path: str) -> None:
        """Remove one."""
        os.rmdir(self._place(path))

    def rename(self, old: str, new: str) -> None:
        """Within the firmware folder."""
        os.rename(self._place(old), self._place(new))

    def symlink(self, path: str, target: str) -> None:
        """Make a link in the firmware folder."""
        os.symlink(target, self._place(path))

    def _place(self, path: str) -> str:
        """Where a path lies on this machine; EPERM, as the kernel's file systems answer, when nowhere."""
        place = self._host.local_path(path)
        return _refuse(path) if place is None else place


def _refuse(path: str) -> NoReturn:
    raise _error(errno.EPERM, path)


def _permission(flags: int) -> int:
    """Mode bits of which an open(2) needs one."""
    return 0o444 if flags & os.O_ACCMODE == os.O_RDONLY else 0o222


def _attributes(status: os.stat_result) -> dict[str, int]:
    names = ("st_mode", "st_size", "st_nlink", "st_uid", "st_gid")
    times = {"st_atime": status.st_atime_ns, "st_mtime": status.st_mtime_ns, "st_ctime": status.st_ctime_ns}
    return {name: getattr(status, name) for name in names} | times


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)
