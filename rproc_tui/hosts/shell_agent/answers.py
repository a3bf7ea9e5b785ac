"""What the commands there print, as values: stat(1), ls(1) where that has no format, and blocks of dd(1)."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass

from rproc_tui.model.file_facts import FileFacts, FileKind

BLOCK_MOST = 4096
"""Bytes of one read(2): what sysfs hands out at once."""

READ_MOST = 512 * 1024 * 1024
"""Bytes that are read of one file when nobody sets a limit."""

_KINDS = {"-": stat.S_IFREG, "d": stat.S_IFDIR, "l": stat.S_IFLNK, "c": stat.S_IFCHR, "b": stat.S_IFBLK}
_KINDS |= {"p": stat.S_IFIFO, "s": stat.S_IFSOCK}
_FILE_KINDS = {stat.S_IFREG: FileKind.REGULAR, stat.S_IFDIR: FileKind.DIRECTORY, stat.S_IFLNK: FileKind.LINK}


@dataclass(frozen=True, slots=True)
class Blocks:
    """A stretch of a file as dd reads it: in whole blocks from a whole block on."""

    size: int
    skip: int
    count: int
    lead: int
    """Bytes at the beginning that were not asked for."""
    limit: int
    """Bytes behind them that were."""

    def cut(self, read: bytes) -> bytes:
        """What was asked for, of what was read."""
        return read[self.lead : self.lead + self.limit]


def blocks(offset: int, limit: int | None) -> Blocks:
    """The blocks that cover a stretch: large ones, since every block is a read(2), yet never far before it."""
    size = BLOCK_MOST
    while size > 64 and offset % size:
        size //= 2
    wanted = READ_MOST if limit is None else limit
    lead = offset % size
    return Blocks(size, offset // size, -(-(lead + wanted) // size), lead, wanted)


def file_facts(text: bytes, *, formatted: bool, path: str) -> FileFacts:
    """From `%f %s %Y %i %u %g` of stat(1), or from `ls -lnLid` and the seconds of date(1). Nanoseconds are unknown."""
    try:
        numbers = _of_stat(text) if formatted else _of_ls(text)
    except (ValueError, IndexError, KeyError):
        raise OSError(errno.EPROTO, f"{os.strerror(errno.EPROTO)}: stat there says something else", path) from None
    mode, size, seconds, inode, uid, gid = numbers
    kind = _FILE_KINDS.get(stat.S_IFMT(mode), FileKind.OTHER)
    return FileFacts(kind, stat.S_IMODE(mode), size, seconds * 10**9, inode, uid, gid)


def _of_stat(text: bytes) -> tuple[int, int, int, int, int, int]:
    mode, *rest = text.split()
    size, seconds, inode, uid, gid = map(int, rest)
    return int(mode, 16), size, seconds, inode, uid, gid


def _of_ls(text: bytes) -> tuple[int, int, int, int, int, int]:
    listing, seconds = text.decode("utf-8", "replace").splitlines()
    inode, permissions, _links, uid, gid, size = listing.split()[:6]
    length = 0 if size.endswith(",") else int(size)  # a device has two numbers in its place
    return _mode(permissions), length, int(seconds), int(inode), int(uid), int(gid)


def _mode(permissions: str) -> int:
    """`-rw-r--r--` as a number."""
    mode = _KINDS[permissions[0]]
    for index, letter in enumerate(permissions[1:10]):
        if letter not in "-ST":
            mode |= 0o400 >> index
        if letter in "sStT":
            mode |= 0o4000 >> (index // 3)
    return mode
