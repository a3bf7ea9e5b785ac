"""Keeps what the kernel throws away: dumps and traces, in the state folder, never over another file."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterator

from rproc_tui.clock import Clock
from rproc_tui.model.processor import Processor


def dump_path(folder: str, processor: Processor, clock: Clock) -> str:
    """A name for a new dump: host, processor and wall time."""
    when = time.strftime("%Y%m%d-%H%M%S", time.localtime(clock.wall()))
    return os.path.join(folder, "dumps", f"{_plain(processor.key.host)}-{_plain(processor.name)}-{when}.core")


def names(path: str) -> Iterator[str]:
    """It, and the same with numbers behind it, for where it is taken."""
    stem, suffix = os.path.splitext(path)
    yield path
    for number in range(1, 1000):
        yield f"{stem}-{number}{suffix}"


def keep(path: str, data: bytes) -> str:
    """Write a new file, complete and on disk when this returns; the answer is its name, numbered where it was taken."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    for name in names(path):
        try:
            descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            continue
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            os.unlink(name)
            raise
        return name
    raise OSError(errno.EEXIST, "there are a thousand files of that name", path)


def _plain(name: str) -> str:
    """A name that is safe as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:60] or "_"
