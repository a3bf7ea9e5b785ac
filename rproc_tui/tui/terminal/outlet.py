"""Writes to the terminal from a thread of its own, no faster than the line carries: the screen never waits for it."""

from __future__ import annotations

import os
import select
import threading
import time
from typing import Protocol

_CHUNK = 1024
"""Bytes in one write: few enough that a terminal with room takes them at once."""
_SLOW_CHUNK = 256
_AHEAD = 64
"""Bytes that may be under way on a slow line beyond what it has carried by now."""
_PATIENCE = 2.0
"""Seconds that the end waits for a terminal that takes nothing any more."""


class Source(Protocol):
    """Where what is to be written comes from."""

    def take(self, limit: int | None = None) -> str:
        """The next piece, of about so many characters; empty when there is none."""


class Outlet(threading.Thread):
    """Takes pieces and writes them to a file descriptor, until it is closed or the terminal is gone."""

    def __init__(self, source: Source, descriptor: int, *, bytes_per_second: float | None = None) -> None:
        super().__init__(daemon=True, name="terminal-outlet")
        self._source = source
        self._descriptor = descriptor
        self._rate = bytes_per_second
        self._chunk = _CHUNK if bytes_per_second is None else _SLOW_CHUNK
        self._woken = threading.Event()
        self._closing: float | None = None
        self._gone = False
        self._carried = 0.0
        """When a slow line will have carried all that was written; monotonic seconds."""

    def wake(self) -> None:
        """There is something to take."""
        self._woken.set()

    def close(self) -> None:
        """Write what is left, then end; give up on a terminal that takes nothing."""
        self._closing = time.monotonic()
        self._woken.set()
        self.join(2 * _PATIENCE)

    def run(self) -> None:
        """Write until it is closed."""
        while not self._gone:
            self._woken.wait()
            self._woken.clear()
            self._drain()
            if self._closing is not None:
                return

    def _drain(self) -> None:
        while not self._gone:
            taken = self._source.take(None if self._rate is None else self._chunk)
            if not taken:
                return
            self._write(taken.encode("utf-8", "replace"))

    def _write(self, data: bytes) -> None:
        for start in range(0, len(data), self._chunk):
            chunk = data[start : start + self._chunk]
            self._keep_pace(len(chunk))
            while chunk and not self._gone:
                chunk = chunk[self._write_some(chunk) :]

    def _write_some(self, chunk: bytes) -> int:
        """As much as the terminal takes; nothing after a while of waiting, or when it is gone."""
        try:
            if select.select([], [self._descriptor], [], 0.1)[1]:
                return os.write(self._descriptor, chunk)
        except BlockingIOError:
            return 0
        except (OSError, ValueError):
            self._gone = True
        if self._closing is not None and time.monotonic() - self._closing > _PATIENCE:
            self._gone = True
        return 0

    def _keep_pace(self, count: int) -> None:
        """On a slow line, wait until it has carried most of what was written before."""
        if self._rate is None or self._closing is not None:
            return
        wait = self._carried - _AHEAD / self._rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self._carried = max(self._carried, time.monotonic()) + count / self._rate
