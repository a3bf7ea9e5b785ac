"""The near end of a file that goes to an agent in parts: packed, several parts on their way at once, checked there."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import zlib
from typing import Any

from rproc_tui.hosts.agent_conversation import Conversation
from rproc_tui.hosts.base import Progress

WHOLE_MOST = 32 * 1024
"""Bytes of a file that goes in one line."""

PART = 64 * 1024
"""Bytes of one part: other requests get their turn between two of them."""

ON_THEIR_WAY = 4
"""Parts that are sent before the first is answered: a line with a long delay is not left idle."""


async def send_in_parts(conversation: Conversation, path: str, data: bytes, progress: Progress | None) -> None:
    """Install a file at the other end; OSError as its host's, EBADMSG when something else arrived there."""
    stream, digest = await asyncio.to_thread(_prepared, data)
    announced = {"size": len(data), "sha256": digest, "compression": "zlib"}
    number = _number(await conversation.ask("put_begin", path, **announced))
    try:
        for start in range(0, len(stream), PART * ON_THEIR_WAY):
            offsets = range(start, min(start + PART * ON_THEIR_WAY, len(stream)), PART)
            await asyncio.gather(*(_send(conversation, number, offset, stream) for offset in offsets))
            if progress is not None:
                progress(len(data) * min(offsets[-1] + PART, len(stream)) // len(stream), len(data))
        await conversation.ask("put_end", path, put=number)
    except BaseException:
        conversation.tell("put_drop", put=number)
        raise


def _prepared(data: bytes) -> tuple[bytes, str]:
    return zlib.compress(data, 6), hashlib.sha256(data).hexdigest()


async def _send(conversation: Conversation, number: int, offset: int, stream: bytes) -> None:
    part = base64.b64encode(stream[offset : offset + PART]).decode()
    await conversation.ask("put_part", put=number, offset=offset, base64=part)


def _number(answer: dict[str, Any]) -> int:
    number = answer.get("put")
    return number if isinstance(number, int) else 0
