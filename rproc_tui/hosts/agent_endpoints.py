"""The endpoints that one conversation with the agent has open; what arrives at them is pushed as events."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from itertools import count

from rproc_tui.hosts.base import Endpoint, Host

ENDPOINTS_MOST = 256
"""Open at a time; more are refused with EMFILE."""


class Endpoints:
    """Numbered from 1; a number is not used again."""

    def __init__(
        self, host: Host, arrived: Callable[[int, bytes], None], ended: Callable[[int, OSError], None]
    ) -> None:
        """`arrived` hears of each message, `ended` of what ends the messages; the endpoint is still to be closed."""
        self._host = host
        self._arrived = arrived
        self._ended = ended
        self._numbers = count(1)
        self._open: dict[int, tuple[Endpoint, asyncio.Task[None]]] = {}

    async def open(self, ctrl: str, name: str, src: int, dst: int) -> int:
        """Open one and follow it; OSError as the host's."""
        if len(self._open) >= ENDPOINTS_MOST:
            raise OSError(errno.EMFILE, f"{ENDPOINTS_MOST} endpoints are open")
        endpoint = await self._host.open_endpoint(ctrl, name, src, dst)
        number = next(self._numbers)
        self._open[number] = endpoint, asyncio.create_task(self._follow(number, endpoint))
        return number

    async def write(self, number: int, data: bytes) -> None:
        """Send one message; EBADF for a number that is not open."""
        await self._find(number)[0].send(data)

    async def close(self, number: int) -> None:
        """Close one; EBADF for a number that is not open."""
        endpoint, task = self._find(number)
        del self._open[number]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await endpoint.close()

    async def close_all(self) -> None:
        """The conversation is over."""
        for number in list(self._open):
            await self.close(number)

    def _find(self, number: int) -> tuple[Endpoint, asyncio.Task[None]]:
        if number not in self._open:
            raise OSError(errno.EBADF, f"no endpoint {number} is open")
        return self._open[number]

    async def _follow(self, number: int, endpoint: Endpoint) -> None:
        try:
            while True:
                self._arrived(number, await endpoint.receive())
        except OSError as error:
            self._ended(number, error)
