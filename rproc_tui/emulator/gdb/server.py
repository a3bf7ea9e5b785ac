"""Serves one GDB on a loopback port: a socket around a session."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from rproc_tui.emulator.gdb.debuggee import Debuggee, Ended, Stopped
from rproc_tui.emulator.gdb.packets import Unreadable
from rproc_tui.emulator.gdb.session import Session

LOOPBACK = "127.0.0.1"
_CHUNK = 4096
"""Bytes that are read at once."""

_Item = bytes | Stopped | Ended


@dataclass(frozen=True, slots=True)
class Listener:
    """A port on which nobody has come yet."""

    server: asyncio.Server
    arrived: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]]

    @property
    def port(self) -> int:
        """Its number."""
        return int(self.server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Let nobody in any more."""
        self.server.close()
        if self.arrived.done() and not self.arrived.cancelled():
            writer = self.arrived.result()[1]
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def listen(port: int) -> Listener:
    """On a port of this machine alone; 0: any that is free. OSError when it is taken."""
    arrived: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = (
        asyncio.get_running_loop().create_future()
    )

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if arrived.done():  # one processor obeys one debugger
            writer.close()
        else:
            arrived.set_result((reader, writer))

    return Listener(await asyncio.start_server(accept, LOOPBACK, port), arrived)


async def serve(listener: Listener, debuggee: Debuggee) -> None:
    """Wait for GDB and serve it until it goes or the processor is over. The processor goes on then."""
    reader, writer = await listener.arrived
    loop = asyncio.get_running_loop()
    items: asyncio.Queue[_Item] = asyncio.Queue()

    def told(news: Stopped | Ended) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(items.put_nowait, news)

    debuggee.listener = told
    session = await asyncio.to_thread(Session, debuggee)
    receiving = asyncio.create_task(_receive(reader, items))
    try:
        while not session.is_over:
            item = await items.get()
            if item == b"":
                break
            work = session.receive if isinstance(item, bytes) else session.tell
            writer.write(await asyncio.to_thread(work, item))  # type: ignore[arg-type]
            await writer.drain()
    except (Unreadable, ConnectionError):
        pass
    finally:
        receiving.cancel()
        await asyncio.to_thread(session.close)


async def _receive(reader: asyncio.StreamReader, items: asyncio.Queue[_Item]) -> None:
    """Put what arrives in line; an empty item says that nothing more will come."""
    data = b"?"
    while data:
        try:
            data = await reader.read(_CHUNK)
        except ConnectionError:
            data = b""
        await items.put(data)
