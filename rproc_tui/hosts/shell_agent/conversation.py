"""The near end of the shell agent's conversation: lines out, frames in (`SLOT ok|err BYTES`, then so many bytes)."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import Callable

from rproc_tui.errors import AnswerLost, LineLost, NotConnected
from rproc_tui.hosts.shell_agent.error_text import error_of
from rproc_tui.hosts.shell_agent.request import Request
from rproc_tui.hosts.shell_agent.slots import Slots
from rproc_tui.sanitise import sanitise_bytes

FRAME = re.compile(rb"(\d{1,9}|f\d{1,9}|K) (ok|err) (\d{1,9})\n")
FRAME_MOST = 512 * 1024 * 1024
LINE_MOST = 64 * 1024

Pushed = Callable[[str, bool, bytes], None]
"""Told what comes unasked: `f3` or `K`, whether it is well, and the content; `k` with a line."""


class ShellConversation:
    """Many requests may be on their way at once, one in each slot."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        pushed: Pushed,
        ended: Callable[[LineLost], None],
    ) -> None:
        """`ended` is told why nothing comes any more."""
        self._reader = reader
        self._writer = writer
        self._pushed = pushed
        self._ended = ended
        self._end: str | None = None
        self._slots = Slots()
        self._asked: dict[int, deque[tuple[asyncio.Future[bytes], str | None]]] = {}
        self.heard = 0
        """Frames and lines that came until now."""
        self._listening = asyncio.create_task(self._listen())

    async def ask(self, request: Request) -> bytes:
        """One request; OSError with the errno of the other end, LineLost when there is no line."""
        async with self._slots.taken(patient=False) as slot:
            return await self.send(slot, request)

    async def send(self, slot: int, request: Request) -> bytes:
        """The same in a slot of the caller's; answers come in the order of requests."""
        self.check(request.path)
        line = request.line(slot)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(slot, deque()).append((answer, request.path))
        self._slots.asked(slot)
        self._writer.write(line)
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()
        return await answer

    def check(self, path: str | None = None) -> None:
        """NotConnected when the conversation has ended."""
        if self._end is not None:
            raise NotConnected(self._end, path)

    def tell(self, slot: int, request: Request) -> None:
        """A request that is not answered."""
        if self._end is None:
            self._writer.write(request.line(slot))

    def abandon(self, slot: int, request: Request) -> None:
        """A last request in a slot, for whose answer nobody waits; the slot is free when it has come."""
        if self._end is None:
            answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            answer.cancel()
            self._asked.setdefault(slot, deque()).append((answer, request.path))
            self._slots.asked(slot)
            self._writer.write(request.line(slot))

    def slot(self, *, patient: bool) -> contextlib.AbstractAsyncContextManager[int]:
        """A slot for several requests in a row; `patient` for what may wait for the kernel for minutes."""
        return self._slots.taken(patient=patient)

    async def close(self) -> None:
        """Hang up."""
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        self._finish("the conversation was closed")
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _listen(self) -> None:
        try:
            while line := await self._reader.readline():
                self.heard += 1
                await self._take(line)
            reason = "the other end hung up"
        except asyncio.IncompleteReadError:
            reason = "the other end hung up"
        except ValueError as error:
            reason = f"the other end does not speak the shell agent's protocol: {error}"
        except OSError as error:
            reason = error.strerror or str(error)
        self._finish(reason)

    async def _take(self, line: bytes) -> None:
        if line.startswith(b"k "):
            self._pushed("k", True, line[2:-1])  # noqa: FBT003
            return
        frame = FRAME.fullmatch(line)
        if frame is None or int(frame[3]) > FRAME_MOST:
            raise ValueError(repr(sanitise_bytes(line[:80])))
        content = await self._reader.readexactly(int(frame[3]))
        who, well = frame[1].decode(), frame[2] == b"ok"
        if not who.isdigit():
            self._pushed(who, well, content)
            return
        waiting = self._asked.get(int(who))
        if not waiting:
            return
        answer, path = waiting.popleft()
        self._slots.answered(int(who))
        if answer.done():
            return
        if well:
            answer.set_result(content)
        else:
            answer.set_exception(error_of(content, path))

    def _finish(self, reason: str) -> None:
        if self._end is not None:
            return
        self._end = reason
        for waiting in self._asked.values():
            for answer, path in waiting:
                if not answer.done():
                    answer.set_exception(AnswerLost(reason, path))
        self._ended(LineLost(reason))
