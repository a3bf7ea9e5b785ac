"""The signals that end what otherwise goes on for ever, and leave it time to put things back."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def ending() -> Iterator[asyncio.Future[int]]:
    """What a signal completes with its number; an exit code is 128 and that."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()
    for number in ENDS:
        loop.add_signal_handler(number, _end, ended, number)
    try:
        yield ended
    finally:
        for number in ENDS:
            loop.remove_signal_handler(number)


def _end(ended: asyncio.Future[int], number: int) -> None:
    if not ended.done():
        ended.set_result(number)
