"""The errno behind the words of a command there: all that a shell passes on of a failed system call."""

from __future__ import annotations

import errno
import os

from rproc_tui.sanitise import sanitise_bytes

OTHER_WORDS = {
    "Resource busy": errno.EBUSY,
    "Operation timed out": errno.ETIMEDOUT,
    "I/O error": errno.EIO,
    "Out of memory": errno.ENOMEM,
    "Not supported": errno.EOPNOTSUPP,
    "Read-only file system": errno.EROFS,
    "No such device or address": errno.ENXIO,
    "Filename too long": errno.ENAMETOOLONG,
    "Symbolic link loop": errno.ELOOP,
    "Resource temporarily unavailable": errno.EAGAIN,
    "Bad message": errno.EBADMSG,
}
"""What musl's C library says, where glibc's and uClibc's say something else."""

WORDS = {os.strerror(number): number for number in sorted(errno.errorcode, reverse=True)} | OTHER_WORDS


def error_of(said: bytes, path: str | None) -> OSError:
    """From standard error of a command, such as `dd: error writing '/sys/…/state': Device or resource busy`."""
    lines = [sanitise_bytes(line, limit=4096) for line in said.splitlines()]
    for line in lines:
        number = WORDS.get(line.rpartition(": ")[2].strip())
        if number is not None:
            return OSError(number, os.strerror(number), path)
    what = next((line for line in lines if line.strip()), "the command failed without a word")
    return OSError(errno.EIO, what[:200], path)
