"""Following a file of this machine on a thread of its own, which wakes the program only when the file differs.

Looks that find nothing new are nearly all there are: twenty a second that each went through the event loop would cost
ten times as much.
"""

from __future__ import annotations

import asyncio
import errno
import threading
from collections.abc import AsyncGenerator, Callable

_GONE = (errno.ENOENT, errno.ENODEV)
_LOOKS_AT_ONE_PLACE = 10
_QUIET_LOOKS = 100
"""Looks without news after which a file is quiet."""
_QUIET_EVERY = 0.25
"""Seconds between two looks at a quiet file, where more often was asked for."""


async def follow_locally(read: Callable[[], bytes], every: float) -> AsyncGenerator[bytes, None]:
    """What `read` answers, now and then whenever it differs, looked for at most every so many seconds.

    It ends when the file is gone; OSError for anything else.
    """
    looker = _Looker(read, every)
    looker.start()
    try:
        while True:
            answer = await looker.next()
            if not isinstance(answer, bytes):
                if answer.errno in _GONE:
                    return
                raise answer
            yield answer
    finally:
        looker.end()


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


class _Looker(threading.Thread):
    """Looks, and rests when it has told of something until it is asked for more."""

    def __init__(self, read: Callable[[], bytes], every: float) -> None:
        super().__init__(name="follow", daemon=True)
        self._read = read
        self._every = every
        self._loop = asyncio.get_running_loop()
        self._answers: asyncio.Queue[bytes | OSError] = asyncio.Queue()
        self._asked = threading.Event()
        self._ended = threading.Event()

    async def next(self) -> bytes | OSError:
        """What is found next."""
        self._asked.set()
        return await self._answers.get()

    def end(self) -> None:
        """Nobody wants to know any more."""
        self._ended.set()
        self._asked.set()

    def run(self) -> None:
        """Look until something is new, again and again."""
        last: bytes | None = None
        while True:
            self._asked.wait()
            self._asked.clear()
            if last is not None and self._ended.wait(self._every):
                return
            found = self._look_for_news(last)
            if found is None or not self._tell(found) or isinstance(found, OSError):
                return
            last = found

    def _look_for_news(self, last: bytes | None) -> bytes | OSError | None:
        """The first content that differs, or why there is none; None when nobody wants to know any more."""
        looks = 0
        while not self._ended.is_set():
            try:
                content = self._read()
            except OSError as error:
                return error
            if content != last:
                return content
            looks += 1
            quiet = looks >= _QUIET_LOOKS and self._every < _QUIET_EVERY
            self._ended.wait(_QUIET_EVERY if quiet else self._every)
        return None

    def _tell(self, found: bytes | OSError) -> bool:
        try:
            self._loop.call_soon_threadsafe(self._answers.put_nowait, found)
        except RuntimeError:  # the loop is closed
            return False
        return True
