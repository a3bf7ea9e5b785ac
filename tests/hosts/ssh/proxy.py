"""A proxy between ssh and its server that delays, holds back or cuts what passes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Proxy:
    """One for any number of connections to a port of this machine."""

    def __init__(self, port: int, *, delay: float = 0.0, rate: float | None = None) -> None:
        """`delay` is seconds each way, `rate` bytes per second towards us."""
        self._to = port
        self._delay = delay
        self._rate = rate
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.passed = 0
        """Bytes in both directions."""
        self.cut_at: int | None = None
        """So many passed bytes break every connection, once."""
        self.port = 0

    def stop(self) -> None:
        """Let nothing through; nobody is told."""
        self._flowing.clear()

    def resume(self) -> None:
        """Go on."""
        self._flowing.set()

    def cut(self) -> None:
        """Break every connection."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(self._pass(reader, far_writer, None), self._pass(far_reader, writer, self._rate))
        finally:
            self._writers -= {writer, far_writer}
            for end in (writer, far_writer):
                end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rate: float | None) -> None:
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, data = await waiting.get()
                await asyncio.sleep(max(0.0, due - loop.time()) + (len(data) / rate if rate else 0.0))
                await self._flowing.wait()
                if not data:
                    writer.transport.abort()
                    return
                writer.write(data)
                with contextlib.suppress(ConnectionError):
                    await writer.drain()

        delivering = asyncio.create_task(deliver())
        self._tasks.add(delivering)
        delivering.add_done_callback(self._tasks.discard)
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(16384):
                self.passed += len(data)
                if self.cut_at is not None and self.passed >= self.cut_at:
                    self.cut_at = None
                    self.cut()
                    break
                waiting.put_nowait((loop.time() + self._delay, data))
        waiting.put_nowait((loop.time() + self._delay, b""))
        await delivering


async def settled() -> None:
    """Wait until a connection that was just accepted is somebody's, and one that was broken is closed."""
    for _ in range(8):
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def proxy(port: int, *, delay: float = 0.0, rate: float | None = None) -> AsyncIterator[Proxy]:
    """One that listens until the end."""
    between = Proxy(port, delay=delay, rate=rate)
    serving: set[asyncio.Task[None]] = set()

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(between.serve(reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    between.port = listener.sockets[0].getsockname()[1]
    try:
        yield between
    finally:
        listener.close()
        await settled()
        between.resume()
        between.cut()
        for task in [*serving, *between._tasks]:
            task.cancel()
        await asyncio.gather(*serving, *between._tasks, return_exceptions=True)
        await settled()
