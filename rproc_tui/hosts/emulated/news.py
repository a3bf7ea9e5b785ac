"""Tells sleepers on the event loop that something happened on some thread; many tellings become one waking."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator


class News:
    """A bell that any thread may ring."""

    def __init__(self) -> None:
        self._readers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._lock = threading.Lock()
        self._rung = False

    def announce(self) -> None:
        """Wake every reader soon; cheap when they have not come back from the last time."""
        with self._lock:
            if self._rung or not self._readers:
                return
            self._rung = True
            loops = {loop for loop, _ in self._readers}
        for loop in loops:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(self._wake, loop)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            self._rung = False
            readers = list(self._readers)
        for owner, event in readers:
            if owner is loop:
                event.set()

    @contextlib.contextmanager
    def reader(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something happened; clear it before looking."""
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._readers.add(entry)
        try:
            yield entry[1]
        finally:
            with self._lock:
                self._readers.discard(entry)
