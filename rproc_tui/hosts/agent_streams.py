"""What an agent pushes, kept until somebody takes it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

Item = TypeVar("Item")

WAITING_MOST = 10_000
"""Messages of one endpoint, or items of one reader, that wait to be taken; the oldest go first."""


class Backlog(Generic[Item]):
    """Items for any number of readers; who comes late is told the last of what was before."""

    def __init__(self, kept: int) -> None:
        self._before: deque[Item] = deque(maxlen=kept)
        self._readers: list[Arriving[Item]] = []
        self._error: OSError | None = None

    def add(self, item: Item) -> None:
        """One more."""
        self._before.append(item)
        for reader in self._readers:
            reader.add(item)

    def fail(self, error: OSError) -> None:
        """No more will come."""
        self._error = error
        for reader in self._readers:
            reader.fail(error)

    def follow(self) -> AsyncIterator[Item]:
        """All that is kept and each new one; the reader counts from this call on, not from its first step."""
        reader: Arriving[Item] = Arriving()
        for item in self._before:
            reader.add(item)
        if self._error is not None:
            reader.fail(self._error)
        self._readers.append(reader)
        return self._read(reader)

    async def _read(self, reader: Arriving[Item]) -> AsyncIterator[Item]:
        try:
            while True:
                yield await reader.next()
        finally:
            self._readers.remove(reader)


class Arriving(Generic[Item]):
    """Items for one reader, then the error that ends them."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque(maxlen=WAITING_MOST)
        self._error: OSError | None = None
        self._stirred = asyncio.Event()

    def add(self, item: Item) -> None:
        """One more."""
        self._items.append(item)
        self._stirred.set()

    def fail(self, error: OSError) -> None:
        """No more will come."""
        self._error = error
        self._stirred.set()

    async def next(self) -> Item:
        """The next one; OSError when no more will come."""
        while not self._items:
            if self._error is not None:
                raise self._error
            self._stirred.clear()
            await self._stirred.wait()
        return self._items.popleft()


class Latest:
    """A content that changes; its one reader is told the newest, and how it ends."""

    def __init__(self) -> None:
        self.content = b""
        self._told = True
        self._ended = False
        self._error: OSError | None = None
        self._stirred = asyncio.Event()

    def set(self, content: bytes) -> None:
        """Another one."""
        self.content, self._told = content, False
        self._stirred.set()

    def end(self, error: OSError | None = None) -> None:
        """No more will come."""
        self._ended, self._error = True, error
        self._stirred.set()

    async def next(self) -> bytes | None:
        """The next one; None when no more will come, OSError when that is an error."""
        while self._told:
            if self._error is not None:
                raise self._error
            if self._ended:
                return None
            self._stirred.clear()
            await self._stirred.wait()
        self._told = True
        return self.content
