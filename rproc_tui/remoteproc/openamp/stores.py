"""Image stores over files: one that can seek, and one that reads a stream from its start to its end."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

from rproc_tui.remoteproc.openamp.codes import OpenampError, ReturnCode, errno_as_code
from rproc_tui.remoteproc.openamp.image_store import SUPPORT_SEEK, Target

FIRST = 512
"""Bytes that opening hands out."""
_CHUNK = 1 << 20


class _FileStore:
    """What both have in common: a file that is open between `open` and `close`."""

    def __init__(self, open_file: Callable[[str], BinaryIO], first: int = FIRST) -> None:
        """`open_file` opens an image for reading bytes, or raises OSError; `first` is how much of it `open` answers."""
        self._open_file = open_file
        self._first = first
        self._file: BinaryIO | None = None

    def open(self, path: str) -> bytes:
        """Open the file; its first bytes."""
        self.close()
        with errno_as_code():
            self._file = self._open_file(path)
        try:
            return self.load(0, self._first)
        except OpenampError:
            self.close()  # whoever could not open does not close
            raise

    def load(self, offset: int, size: int, target: Target | None = None) -> bytes:
        """A range of the file, as much of it as can be had; EINVAL when it is not open."""
        if self._file is None:
            raise OpenampError(ReturnCode.EINVAL)
        with errno_as_code():
            data = self._read(self._file, offset, size)
        return data if target is None else data[: target.io.write(target.pa, data)]

    def _read(self, file: BinaryIO, offset: int, size: int) -> bytes:
        raise NotImplementedError

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


class SeekableStore(_FileStore):
    """Any range, in any order."""

    features = SUPPORT_SEEK

    def _read(self, file: BinaryIO, offset: int, size: int) -> bytes:
        end = file.seek(0, os.SEEK_END)
        if offset >= end:
            return b""
        file.seek(offset)
        return file.read(min(size, end - offset))


class StreamingStore(_FileStore):
    """Only forward, as from a network or a pipe; a part of what has passed can be had again."""

    features = 0

    def __init__(self, open_file: Callable[[str], BinaryIO], first: int = FIRST, keep: int = 0) -> None:
        """`keep` is how many bytes that have passed are kept, besides those that were read last."""
        super().__init__(open_file, first)
        self._keep = keep
        self._kept = b""
        self._position = 0

    def open(self, path: str) -> bytes:
        """Begin the stream; its first bytes."""
        self._kept, self._position = b"", 0
        return super().open(path)

    def _read(self, file: BinaryIO, offset: int, size: int) -> bytes:
        """Read on as far as the range needs; nothing when its beginning has passed and is not kept any more."""
        start = self._position - len(self._kept)
        if offset < start:
            return b""
        while self._position < offset + size:
            chunk = file.read(min(_CHUNK, offset + size - self._position))
            if not chunk:
                break
            self._position += len(chunk)
            wanted_from = min(offset, self._position - self._keep)
            self._kept = (self._kept + chunk)[max(0, wanted_from - start) :]
            start = self._position - len(self._kept)
        return self._kept[max(0, offset - start) :][:size]
