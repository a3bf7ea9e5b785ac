"""What the machine says by itself, from the beginning of the session: kernel lines and device events."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

from tests.conformance.patience import DEADLINE

Item = TypeVar("Item")


class Journal(Generic[Item]):
    """Everything that one of a host's streams has yielded, collected by a task of its own."""

    def __init__(self, stream: AsyncIterator[Item]) -> None:
        self.items: list[Item] = []
        self.numbers = itertools.count(1)
        """For marks that somebody leaves in the stream."""
        self._arrived = asyncio.Condition()
        self._task = asyncio.create_task(self._collect(stream))

    async def _collect(self, stream: AsyncIterator[Item]) -> None:
        async for item in stream:
            async with self._arrived:
                self.items.append(item)
                self._arrived.notify_all()

    async def expect(self, since: int, matches: Callable[[Item], bool], what: str) -> int:
        """The place of the first item from a place on that matches; AssertionError when none comes."""
        at = since
        try:
            async with asyncio.timeout(DEADLINE), self._arrived:
                while True:
                    for index in range(at, len(self.items)):
                        if matches(self.items[index]):
                            return index
                    at = len(self.items)
                    await self._arrived.wait()
        except TimeoutError:
            raise AssertionError(f"{what} did not come; what came: {self.items[since:]}") from None

    async def close(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
