"""Reading, writing and installing files of this machine through descriptors, one system call a command.

What a driver's attribute gets is exactly one write(2); what a firmware folder gets appears whole or not at all.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
import stat
import tempfile

from rproc_tui.model.file_facts import FileFacts, FileKind

READ_MOST = 512 * 1024 * 1024
"""Bytes that are read of one file when nobody sets a limit; a dump may be large, /dev/zero must end."""

_CHUNK = 1024 * 1024


def read_file(path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
    """The content from `offset` on; never blocks on a FIFO or a device: what has come is what there is."""
    wanted = READ_MOST if limit is None else limit
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if offset:
            os.lseek(descriptor, offset, os.SEEK_SET)
        parts: list[bytes] = []
        try:
            while wanted > 0 and (part := os.read(descriptor, min(wanted, _CHUNK))):
                parts.append(part)
                wanted -= len(part)
        except BlockingIOError:
            if not parts:
                raise
        return b"".join(parts)
    finally:
        os.close(descriptor)


def write_once(path: str, data: bytes) -> None:
    """One write(2); a short write is an error, since the rest would be another command."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        written = os.write(descriptor, data)
    finally:
        os.close(descriptor)
    if written != len(data):
        raise OSError(errno.EIO, f"only {written} of {len(data)} bytes were taken", path)


def install(path: str, data: bytes) -> None:
    """Put a file in its place atomically, on disk before it is named; the old one's mode is kept."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), _mode_of(path))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _mode_of(path: str) -> int:
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return 0o644


def is_being_written(path: str) -> bool:
    """Whether some process has the file open for writing.

    Linux grants a read lease only on a file that nobody has open for writing. Where leases are not to be had (other
    owner, network file system) the answer is no. Somebody who opens it at that very moment waits until the lease is
    given back, and the kernel signals its holder: with SIGIO, which would end the process, unless another one is named.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # ignored unless somebody asks for it
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    else:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    finally:
        os.close(descriptor)


def facts_of(status: os.stat_result) -> FileFacts:
    """What stat(2) answered, as a value."""
    if stat.S_ISREG(status.st_mode):
        kind = FileKind.REGULAR
    elif stat.S_ISDIR(status.st_mode):
        kind = FileKind.DIRECTORY
    elif stat.S_ISLNK(status.st_mode):
        kind = FileKind.LINK
    else:
        kind = FileKind.OTHER
    return FileFacts(
        kind=kind,
        mode=stat.S_IMODE(status.st_mode),
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino,
        uid=status.st_uid,
        gid=status.st_gid,
    )
