"""Reading what comes from the terminal, without waking up while nothing does.

Textual's own loop looks ten times a second, which is more than half of what a screen costs on which nothing moves.
"""

from __future__ import annotations

import os
import selectors
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable

from textual.message import Message

LINGER = 1.0
"""Seconds after something came in which the parser is asked whether it still waits: an escape may be a key."""
_TICK = 0.1
"""Seconds between two such questions."""
_MOST = 4096
"""Bytes of one read."""


class WakingEvent(threading.Event):
    """An event that also makes a file descriptor readable, for those who wait for both."""

    def __init__(self) -> None:
        super().__init__()
        self._read, self._write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def fileno(self) -> int:
        """Readable while it is set."""
        return self._read

    def set(self) -> None:
        """Wake everybody."""
        if not self.is_set():
            super().set()  # first: who is woken asks whether it is
            os.write(self._write, b"\0")

    def clear(self) -> None:
        """Be waited for again."""
        if self.is_set():
            os.read(self._read, 1)
        super().clear()

    def close(self) -> None:
        """Nobody waits any more."""
        os.close(self._read)
        os.close(self._write)


def read_input(
    fileno: int,
    ended: WakingEvent,
    feed: Callable[[str], Iterable[Message]],
    tick: Callable[[], Iterable[Message]],
    process: Callable[[Message], None],
) -> None:
    """Hand on what comes until `ended` is set. `feed` and `tick` are those of Textual's parser."""
    decode = getincrementaldecoder("utf-8")("replace").decode
    with selectors.SelectSelector() as selector:
        selector.register(fileno, selectors.EVENT_READ)
        selector.register(ended, selectors.EVENT_READ)
        ticks_left = 0
        while not ended.is_set():
            ready = selector.select(_TICK if ticks_left else None)
            ticks_left = max(0, ticks_left - 1)
            if any(key.fileobj == fileno for key, _ in ready):
                content = os.read(fileno, _MOST)
                if not content:
                    selector.unregister(fileno)  # the other end is gone: it would be readable for ever
                    continue
                for message in feed(decode(content)):
                    process(message)
                ticks_left = round(LINGER / _TICK)
            for message in tick():
                process(message)
