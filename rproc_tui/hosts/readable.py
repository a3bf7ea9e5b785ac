"""Waits, without a thread, until a descriptor has something to read."""

from __future__ import annotations

import asyncio


async def readable(descriptor: int) -> None:
    """Return once the descriptor can be read; one waiter a descriptor."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(descriptor, wake)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)
