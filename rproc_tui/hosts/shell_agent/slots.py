"""The shell agent's slots: each is a process there that does one thing after the other."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections import Counter
from collections.abc import AsyncIterator

USUAL = 6
"""Slots that are kept busy with what ends soon; each is a shell there."""

MOST = 64
"""With those in which a write waits for the kernel."""


class Slots:
    """Numbers from 1, each with one user at a time; one whose user went away is free when its answer has come."""

    def __init__(self) -> None:
        self._usual = asyncio.Semaphore(USUAL)
        self._patient = asyncio.Semaphore(MOST - USUAL)
        self._used: set[int] = set()
        self._under_way: Counter[int] = Counter()

    @contextlib.asynccontextmanager
    async def taken(self, *, patient: bool) -> AsyncIterator[int]:
        """The lowest free one; `patient` for what may take minutes. OSError(EBUSY) when every one waits."""
        async with self._patient if patient else self._usual:
            slot = next((n for n in range(1, MOST + 1) if n not in self._used and not self._under_way[n]), None)
            if slot is None:
                raise OSError(errno.EBUSY, "every process of the shell agent waits for its kernel")
            self._used.add(slot)
            try:
                yield slot
            finally:
                self._used.discard(slot)

    def asked(self, slot: int) -> None:
        """A request was sent in it."""
        self._under_way[slot] += 1

    def answered(self, slot: int) -> None:
        """An answer came in it."""
        self._under_way[slot] -= 1
