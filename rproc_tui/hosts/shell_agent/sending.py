"""A file that goes to the shell agent: packed, in parts, two on their way at once, checked there, moved into place."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator

from rproc_tui.hosts.base import Progress
from rproc_tui.hosts.shell_agent.conversation import ShellConversation
from rproc_tui.hosts.shell_agent.hello import Hello
from rproc_tui.hosts.shell_agent.request import Request

PART = 64 * 1024
"""Bytes of one part: other requests get their turn between two of them."""

ON_THEIR_WAY = 2
"""Parts that are sent before the first is answered; the agent keeps each in a file of its own meanwhile."""


async def send(
    conversation: ShellConversation, hello: Hello, path: str, data: bytes, progress: Progress | None
) -> None:
    """Install a file at the other end; OSError as its kernel's, EBADMSG when something else arrived there."""
    stream, digest = await asyncio.to_thread(_prepared, hello, data)
    async with conversation.slot(patient=False) as slot:
        await conversation.send(slot, Request("begin", path))
        try:
            async for sent in _send_parts(conversation, slot, path, stream):
                if progress is not None:
                    progress(len(data) * sent // len(stream), len(data))
        except BaseException:
            conversation.abandon(slot, Request("drop", path))
            raise
        await conversation.send(slot, Request("end", path, digest, "gz" if hello.gunzip else "raw"))


async def _send_parts(conversation: ShellConversation, slot: int, path: str, stream: bytes) -> AsyncIterator[int]:
    """After each few parts, how many bytes have arrived."""
    step = PART * ON_THEIR_WAY
    for start in range(0, len(stream), step):
        few = stream[start : start + step]
        parts = [few[at : at + PART] for at in range(0, len(few), PART)]
        requests = [Request("part", path, 0, place, len(part), part) for place, part in enumerate(parts)]
        await asyncio.gather(*(conversation.send(slot, request) for request in requests))
        yield start + len(few)


def _prepared(hello: Hello, data: bytes) -> tuple[bytes, str]:
    """What is sent, and what the file that arrived is to be told by."""
    stream = gzip.compress(data, 6, mtime=0) if hello.gunzip else data
    match hello.digest:
        case "sha256sum":
            return stream, hashlib.sha256(data).hexdigest()
        case "md5sum":
            return stream, hashlib.md5(data, usedforsecurity=False).hexdigest()
        case _:
            return stream, str(len(data))
