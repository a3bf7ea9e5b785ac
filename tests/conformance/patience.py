"""Waiting for what a machine does by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

DEADLINE = 60.0
"""Seconds that anything may take; a machine under QEMU beside another one is slow."""

PAUSE = 0.002
"""Seconds between the first two looks."""

PAUSE_MOST = 0.03
"""Seconds between later ones: a machine that is asked all the time does nothing else."""


async def until(look: Callable[[], Awaitable[object]], what: str) -> None:
    """Look again and again until the answer is true. AssertionError after the deadline, with `what` was waited for."""
    try:
        async with asyncio.timeout(DEADLINE):
            pause = PAUSE
            while not await look():
                await asyncio.sleep(pause)
                pause = min(pause * 1.5, PAUSE_MOST)
    except TimeoutError:
        raise AssertionError(f"in {DEADLINE:.0f} seconds it did not come to this: {what}") from None
