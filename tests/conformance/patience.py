"""Waiting for what a machine does by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

DEADLINE = 20.0
"""Seconds that anything may take; a machine under QEMU is slow."""

PAUSE = 0.002
"""Seconds between two looks."""


async def until(look: Callable[[], Awaitable[object]], what: str) -> None:
    """Look again and again until the answer is true. AssertionError after the deadline, with `what` was waited for."""
    try:
        async with asyncio.timeout(DEADLINE):
            while True:
                if await look():
                    return
                await asyncio.sleep(PAUSE)
    except TimeoutError:
        raise AssertionError(f"in {DEADLINE:.0f} seconds it did not come to this: {what}") from None
