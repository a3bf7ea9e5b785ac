"""Hosts behind agents, for the suite: one that a command starts, and one behind a socket of QEMU's."""

from __future__ import annotations

import asyncio
import os

from rproc_tui.hosts.agent_conversation import LINE_MOST
from rproc_tui.hosts.agent_host import AgentHost
from tests.conformance.patience import DEADLINE, until


class CommandHost(AgentHost):
    """An agent that is a process of ours."""

    process: asyncio.subprocess.Process

    async def close(self) -> None:
        """Hang up, and see it end."""
        await super().close()
        try:
            async with asyncio.timeout(DEADLINE):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            raise


async def behind_command(command: list[str]) -> AgentHost:
    """The machine that a command's agent shows."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=LINE_MOST)
    assert process.stdin is not None
    assert process.stdout is not None
    host = await CommandHost.connect(command[0], process.stdout, process.stdin)
    assert isinstance(host, CommandHost)
    host.process = process
    return host


async def behind_socket(path: str) -> AgentHost:
    """The machine whose agent is at a Unix socket; waits for the socket, and then for the machine to come up."""

    async def there() -> bool:
        return os.path.exists(path)

    await until(there, f"a socket is at {path}")
    reader, writer = await asyncio.open_unix_connection(path, limit=LINE_MOST)
    return await AgentHost.connect("machine", reader, writer)
