"""Following files of this machine on one thread, which wakes the program only when a file differs.

Looks that find nothing new are nearly all there are: twenty a second that each went through the event loop would cost
ten times as much. Files are looked at when the clock comes to a multiple of their interval, so that those that come
round together are looked at in one go: to wake up costs more than to look.
"""

from __future__ import annotations

import asyncio
import errno
import math
import threading
import time
from collections.abc import AsyncGenerator, Callable

_GONE = (errno.ENOENT, errno.ENODEV)
_LOOKS_AT_ONE_PLACE = 10
_QUIET_LOOKS = 100
"""Looks without news after which a file is quiet."""
_QUIET_EVERY = 0.25
"""Seconds between two looks at a quiet file, where more often was asked for."""
_TOGETHER = 0.001
"""Seconds by which a look may come too early, to be one with another; and between any two looks at least."""


def remembered(resolve: Callable[[str], str]) -> Callable[[str], str]:
    """The same answer to the same path for so many looks: links are rarely put elsewhere, and cost more than a look."""
    kept: dict[str, tuple[int, str]] = {}

    def place(path: str) -> str:
        looks, found = kept.get(path, (_LOOKS_AT_ONE_PLACE, ""))
        if looks >= _LOOKS_AT_ONE_PLACE:
            looks, found = 0, resolve(path)
        kept[path] = looks + 1, found
        return found

    return place


class Looks:
    """All followed files of one machine; the thread lives while there are any."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._followed: set[_Followed] = set()
        self._is_looking = False

    async def follow(self, read: Callable[[], bytes], every: float) -> AsyncGenerator[bytes, None]:
        """What `read` answers, now and then whenever it differs, looked for about every so many seconds.

        It ends when the file is gone; OSError for anything else.
        """
        followed = _Followed(read, max(every, _TOGETHER))
        try:
            while True:
                self._ask(followed)
                answer = await followed.answers.get()
                if isinstance(answer, OSError) and answer.errno in _GONE:
                    return
                if isinstance(answer, Exception):
                    raise answer
                yield answer
        finally:
            self._leave(followed)

    def _ask(self, followed: _Followed) -> None:
        """Look for what is next: at once for the first, else when its time comes."""
        with self._changed:
            followed.due = 0.0 if followed.last is None else followed.next_time()
            self._followed.add(followed)
            self._changed.notify()
            if not self._is_looking:
                self._is_looking = True
                threading.Thread(target=self._look_round, name="follow", daemon=True).start()

    def _leave(self, followed: _Followed) -> None:
        with self._changed:
            self._followed.discard(followed)
            self._changed.notify()

    def _look_round(self) -> None:
        while due := self._wait():
            for followed in due:
                followed.look()

    def _wait(self) -> list[_Followed]:
        """Those whose time has come; empty when nobody follows anything any more."""
        with self._changed:
            while self._followed:
                now = time.monotonic()
                due = [followed for followed in self._followed if followed.due <= now + _TOGETHER]
                if due:
                    return due
                wait = min(followed.due for followed in self._followed) - now
                self._changed.wait(min(wait, threading.TIMEOUT_MAX))
            self._is_looking = False
            return []


class _Followed:
    """One file; it rests when it has told of something, until it is asked for more."""

    def __init__(self, read: Callable[[], bytes], every: float) -> None:
        self._read = read
        self._every = every
        self._loop = asyncio.get_running_loop()
        self._quiet_looks = 0
        self.answers: asyncio.Queue[bytes | Exception] = asyncio.Queue()
        self.last: bytes | None = None
        self.due = math.inf
        """When to look, in monotonic seconds."""

    def next_time(self) -> float:
        """The next multiple of its interval."""
        quiet = self._quiet_looks >= _QUIET_LOOKS and self._every < _QUIET_EVERY
        every = _QUIET_EVERY if quiet else self._every
        return (math.floor((time.monotonic() + _TOGETHER) / every) + 1) * every

    def look(self) -> None:
        """Tell what is new."""
        try:
            content: bytes | Exception = self._read()
        except Exception as error:  # noqa: BLE001 (whatever it is, it is for who follows this file and not for the others)
            content = error
        if content == self.last:
            self._quiet_looks += 1
            self.due = self.next_time()
            return
        self._quiet_looks = 0
        self.last = content if isinstance(content, bytes) else self.last
        self.due = math.inf
        try:
            self._loop.call_soon_threadsafe(self.answers.put_nowait, content)
        except RuntimeError:  # the loop is closed
            return
