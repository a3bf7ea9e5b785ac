"""Lines without ssh: an agent of this process at the other end of a socket, which a test can break."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

from rproc_tui.hosts.agent import Agent
from rproc_tui.hosts.agent_host import AgentHost
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.far import NoLine, Verdict
from rproc_tui.model.connection import Link


class SocketLine:
    """A line to a host of this process."""

    def __init__(self, host: AgentHost, far: asyncio.StreamWriter, serving: asyncio.Task[None]) -> None:
        self.host = host
        self._far = far
        self._serving = serving
        self.closed = False

    async def ended(self) -> Verdict:
        return Verdict(Link.LOST, (await self.host.ended()).message)

    def cut(self) -> None:
        """Break it."""
        self._far.transport.abort()

    async def close(self) -> None:
        self.closed = True
        self.cut()
        self._serving.cancel()
        await asyncio.gather(self._serving, self._far.wait_closed(), return_exceptions=True)
        await self.host.close()


class Exchange:
    """Makes lines to one host, as `dial`; says no as often as it is told to."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.lines: list[SocketLine] = []
        self.refusals: list[Verdict] = []
        """Answers to the next attempts; the last is removed first."""
        self.attempts = 0

    async def __call__(self) -> SocketLine:
        self.attempts += 1
        if self.refusals:
            raise NoLine(self.refusals.pop())
        here, there = socket.socketpair()
        try:
            reader, writer = await asyncio.open_connection(sock=there, limit=1 << 24)
        except BaseException:
            here.close()
            there.close()
            raise

        async def lines() -> AsyncIterator[bytes]:
            try:
                while line := await reader.readline():
                    yield line
            except ConnectionError:
                return

        agent = Agent(self._host, lambda line: writer.write(line.encode() + b"\n"))
        serving = asyncio.create_task(agent.serve(lines()))
        try:
            host = await AgentHost.connect("board", *await asyncio.open_connection(sock=here, limit=1 << 24))
        except BaseException:
            here.close()
            serving.cancel()
            writer.transport.abort()
            await asyncio.gather(serving, writer.wait_closed(), return_exceptions=True)
            raise
        self.lines.append(SocketLine(host, writer, serving))
        return self.lines[-1]

    def cut(self) -> None:
        """Break the line that stands."""
        self.lines[-1].cut()
