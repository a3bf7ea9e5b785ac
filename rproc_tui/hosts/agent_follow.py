"""The files that one conversation with the agent follows: watched here, so that a board at rest costs no traffic."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from itertools import count
from typing import Any

from rproc_tui.hosts.agent_changes import change
from rproc_tui.hosts.base import Host

FOLLOWED_MOST = 1024
"""Files that are followed at a time; more are refused with EMFILE."""

EVERY_LEAST = 0.02
"""Seconds between two looks, whatever is asked for."""


class FollowedFiles:
    """Numbered from 1; a number is not used again."""

    def __init__(self, host: Host, push: Callable[[dict[str, Any]], None]) -> None:
        """`push` sends an object: a change, or why no more will come (`gone`, or an errno)."""
        self._host = host
        self._push = push
        self._numbers = count(1)
        self._followed: dict[int, asyncio.Task[None]] = {}

    def begin(self, path: str, every: float) -> int:
        """Follow one more."""
        if len(self._followed) >= FOLLOWED_MOST:
            raise OSError(errno.EMFILE, f"{FOLLOWED_MOST} files are followed")
        number = next(self._numbers)
        self._followed[number] = asyncio.create_task(self._follow(number, path, max(every, EVERY_LEAST)))
        return number

    def end(self, number: int) -> None:
        """Follow it no more; one that has ended by itself is no error."""
        task = self._followed.pop(number, None)
        if task is not None:
            task.cancel()

    async def end_all(self) -> None:
        """The conversation is over."""
        tasks = list(self._followed.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, number: int, path: str, every: float) -> None:
        about = {"event": "follow", "follow": number}
        before = b""
        try:
            async for content in self._host.follow(path, every):
                self._push({**about, **change(before, content)})
                before = content
            self._push({**about, "gone": True})
        except OSError as error:
            name = errno.errorcode.get(error.errno or 0, "EIO")
            self._push({**about, "errno": error.errno or errno.EIO, "error": name, "message": error.strerror})
        self._followed.pop(number, None)
