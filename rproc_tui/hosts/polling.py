"""Following a file by reading it again and again: sysfs and debugfs tell nobody when they change."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Awaitable, Callable


async def follow(read: Callable[[str], Awaitable[bytes]], path: str, every: float) -> AsyncIterator[bytes]:
    """The content now and then whenever it differs, looked at every so many seconds; ends when the file is gone."""
    last: bytes | None = None
    while True:
        try:
            content = await read(path)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENODEV):
                return
            raise
        if content != last:
            last = content
            yield content
        await asyncio.sleep(every)
