"""The port: who may come, how long a conversation lasts, what becomes of the processor behind it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from rproc_tui.emulator.gdb.debuggee import Ended, Stopped
from rproc_tui.emulator.gdb.packets import MOST, framed
from rproc_tui.emulator.gdb.server import LOOPBACK, Listener, listen, serve
from rproc_tui.emulator.gdb.signals import INTERRUPT
from tests.emulator.gdb.pretended import Pretended

PATIENCE = 10.0


class Client:
    """The other end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    @staticmethod
    async def connect(listener: Listener) -> Client:
        return Client(*await asyncio.open_connection(LOOPBACK, listener.port))

    async def ask(self, packet: bytes) -> bytes:
        """What comes up to the end of the next packet."""
        self.writer.write(framed(packet))
        return await self.packet()

    async def packet(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self._reader.readuntil(b"#") + await self._reader.readexactly(2)

    async def rest(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self._reader.read()

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


class Served:
    def __init__(self, listener: Listener, debuggee: Pretended) -> None:
        self.listener = listener
        self.debuggee = debuggee
        self.serving = asyncio.create_task(serve(listener, debuggee))

    async def over(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.serving


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[tuple[Served, Client]]:
    listener = await listen(0)
    server = Served(listener, Pretended())
    client = await Client.connect(listener)
    try:
        yield server, client
    finally:
        await client.close()
        server.serving.cancel()
        await listener.close()


async def test_only_this_machine_can_come() -> None:
    listener = await listen(0)
    assert [socket.getsockname()[0] for socket in listener.server.sockets] == ["127.0.0.1"]
    await listener.close()


async def test_a_port_that_is_taken_is_said() -> None:
    listener = await listen(0)
    with pytest.raises(OSError, match="in use"):
        await listen(listener.port)
    await listener.close()


async def test_questions_are_answered() -> None:
    async with served() as (_, client):
        assert await client.ask(b"qC") == b"+" + framed(b"QC1")


async def test_a_stop_is_told_when_it_happens() -> None:
    async with served() as (server, client):
        await client.ask(b"QStartNoAckMode")
        client.writer.write(framed(b"c") + b"\x03")
        assert await asyncio.to_thread(server.debuggee.interrupted.wait, PATIENCE)
        await asyncio.to_thread(server.debuggee.listener, Stopped(INTERRUPT))
        assert b"T02thread:1;" in await client.packet()


async def test_the_end_of_the_processor_closes_the_connection() -> None:
    async with served() as (server, client):
        await client.ask(b"QStartNoAckMode")
        server.debuggee.listener(Ended(None))
        assert await client.ask(b"c") == framed(b"W00")
        await server.over()
        await server.listener.close()
        assert await client.rest() == b""


@pytest.mark.parametrize("last", [b"", framed(b"D"), framed(b"k"), b"$" + b"0" * (2 * MOST + 2)])
async def test_the_processor_goes_on_when_nobody_looks_any_more(last: bytes) -> None:
    async with served() as (server, client):
        await client.ask(b"qC")
        client.writer.write(last)
        if not last:
            await client.close()
        await server.over()
        assert server.debuggee.asked[-1] == "detach"


async def test_a_second_debugger_is_sent_away() -> None:
    async with served() as (server, client):
        await client.ask(b"qC")
        second = await Client.connect(server.listener)
        assert await second.rest() == b""
        await second.close()
        assert await client.ask(b"qC") == b"+" + framed(b"QC1")
