"""The near end of a conversation with an agent: requests out, answers and events in, one JSON object a line.

What comes from the other end is believed only as far as it is shaped right; a line that is no object ends the
conversation, since everything behind it would be guesswork.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
from collections.abc import Callable
from itertools import count
from typing import Any

from rproc_tui.errors import AnswerLost, LineLost, NotConnected
from rproc_tui.sanitise import sanitise

LINE_MOST = 512 * 1024 * 1024
"""Bytes of one line: the longest thing that is read, in base64."""

Message = dict[str, Any]


class Conversation:
    """Many requests may be on their way at once."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        heard: Callable[[Message], None],
        ended: Callable[[LineLost], None],
    ) -> None:
        """`heard` gets what is pushed, `ended` why nothing comes any more."""
        self._writer = writer
        self._heard = heard
        self._ended = ended
        self._numbers = count(1)
        self._asked: dict[int, tuple[asyncio.Future[Message], str | None]] = {}
        self._end: str | None = None
        self.heard_lines = 0
        """Lines that came from the other end until now."""
        self._listening = asyncio.create_task(self._listen(reader))

    async def ask(self, operation: str, path: str | None = None, **arguments: object) -> Message:
        """One request and its answer; OSError with the errno of the other end, LineLost when there is no line."""
        if self._end is not None:
            raise NotConnected(self._end, path)
        number = next(self._numbers)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer, path
        request = {"id": number, "op": operation, **({} if path is None else {"path": path}), **arguments}
        try:
            self._writer.write(json.dumps(request).encode() + b"\n")
            with contextlib.suppress(ConnectionError):  # whoever listens hears why, and says so to all who wait
                await self._writer.drain()
            return await answer
        finally:
            self._asked.pop(number, None)

    def tell(self, operation: str, **arguments: object) -> None:
        """A request whose answer nobody waits for."""
        if self._end is None:
            self._writer.write(json.dumps({"id": next(self._numbers), "op": operation, **arguments}).encode() + b"\n")

    async def close(self) -> None:
        """Hang up."""
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        self._finish("the conversation was closed")
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self.heard_lines += 1
                self._take(json.loads(line))
            reason = "the other end hung up"
        except (ValueError, TypeError, RecursionError) as error:
            reason = f"the other end does not speak the agent's protocol: {sanitise(str(error))[:200]}"
        except OSError as error:
            reason = error.strerror or str(error)
        self._finish(reason)

    def _take(self, message: Message) -> None:
        if not isinstance(message, dict):
            raise TypeError("a line is no object")
        if "event" in message:
            self._heard(message)
            return
        answer, path = self._asked.get(_whole(message.get("id")), (None, None))
        if answer is None or answer.done():
            return
        if message.get("ok") is True:
            answer.set_result(message)
        else:
            answer.set_exception(error_of(message, path))

    def _finish(self, reason: str) -> None:
        if self._end is not None:
            return
        self._end = reason
        for answer, path in self._asked.values():
            if not answer.done():
                answer.set_exception(AnswerLost(reason, path))
        self._ended(LineLost(reason))


def error_of(message: Message, path: str | None = None) -> OSError:
    """What the other end said went wrong. Its errno goes by name where it has one: numbers differ between machines."""
    name = message.get("error")
    number = getattr(errno, name, None) if isinstance(name, str) and name in errno.errorcode.values() else None
    number = number or _whole(message.get("errno")) or errno.EIO
    said = message.get("message")
    return OSError(number, sanitise(said)[:500] if isinstance(said, str) and said else os.strerror(number), path)


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
