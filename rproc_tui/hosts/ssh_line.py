"""One connection by the system's ssh: the process, its greeting, the agent that answers, and why it ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque

from rproc_tui.errors import LineLost
from rproc_tui.hosts.agent_conversation import LINE_MOST
from rproc_tui.hosts.agent_host import AgentHost
from rproc_tui.hosts.far import FarHost, NoLine, Verdict
from rproc_tui.hosts.shell_agent import bootstrap
from rproc_tui.hosts.shell_agent.host import ShellHost
from rproc_tui.hosts.ssh_command import command
from rproc_tui.hosts.ssh_reasons import verdict
from rproc_tui.model.connection import Link
from rproc_tui.sanitise import sanitise_bytes

PATIENCE = 30.0
"""Seconds for the whole way to the agent's greeting: jump hosts and small machines take their time."""

FAREWELL = 1.0
"""Seconds that ssh gets to end, and its last words to come."""

CHATTER_MOST = 200
"""Lines of login scripts before the agent's first."""

SAID_MOST = 20
"""Last lines of standard error that are kept."""


class SshLine:
    """A connection that stands; `dial` makes one."""

    def __init__(self, process: asyncio.subprocess.Process, said: Said, host: FarHost) -> None:
        self.host = host
        self._process = process
        self._said = said

    async def ended(self) -> Verdict:
        """Wait until the conversation is over; why."""
        lost = await self.host.ended()
        status = await _end(self._process)
        await self._said.all()
        found = verdict(self._said.lines, status, stood=True)
        return found if self._said.lines else Verdict(found.link, lost.message)

    async def close(self) -> None:
        """Hang up. ssh is ended first: it may hold what nobody will take any more."""
        await _end(self._process)
        await self.host.close()
        await self._said.all()
        await self._said.close()


class Said:
    """Standard error of ssh: its own words and those of whatever runs at the other end."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self.lines: deque[str] = deque(maxlen=SAID_MOST)
        self._reading = asyncio.create_task(self._read(stream))

    async def all(self) -> None:
        """Wait a moment until the last of it has come."""
        await asyncio.wait([self._reading], timeout=FAREWELL)

    async def close(self) -> None:
        """Listen no more."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while part := await stream.read(4096):
            *whole, rest = (rest + part)[-65536:].split(b"\n")
            self.lines.extend(sanitise_bytes(line.rstrip(b"\r"), limit=300) for line in whole)
        if rest:
            self.lines.append(sanitise_bytes(rest, limit=300))


async def dial(destination: str, *, sudo: bool = False, label: str | None = None) -> SshLine:
    """Connect and greet whoever answers. NoLine says why that did not come about."""
    line = command(destination, bootstrap.remote_command(sudo=sudo))
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *line, stdin=pipe, stdout=pipe, stderr=pipe, limit=LINE_MOST, start_new_session=True
        )
    except FileNotFoundError:
        raise NoLine(Verdict(Link.REFUSED, "there is no ssh on this machine: install OpenSSH's client")) from None
    assert process.stderr is not None
    said = Said(process.stderr)
    try:
        async with asyncio.timeout(PATIENCE):
            host = await _greet(process, label or destination)
    except BaseException as error:
        status = await _end(process)
        await said.all()
        await said.close()
        if isinstance(error, TimeoutError):
            raise NoLine(Verdict(Link.LOST, f"no answer in {PATIENCE:g} s")) from None
        if isinstance(error, OSError) and not isinstance(error, LineLost):
            raise NoLine(Verdict(Link.REFUSED, error.strerror or str(error))) from None
        if isinstance(error, (LineLost, _NobodySpoke)):
            raise NoLine(verdict(tuple(said.lines), status, stood=False)) from None
        raise
    return SshLine(process, said, host)


class _NobodySpoke(Exception):
    """The output ended, or went on and on, before an agent's first line."""


async def _greet(process: asyncio.subprocess.Process, label: str) -> FarHost:
    """The host behind whatever speaks there."""
    reader, writer = process.stdout, process.stdin
    assert reader is not None
    assert writer is not None
    for _ in range(CHATTER_MOST):
        line = await reader.readline()
        if not line:
            break
        if line.strip() == bootstrap.AGENT:
            return await AgentHost.connect(label, reader, writer)
        if line.strip() == bootstrap.SHELL:
            writer.write(bootstrap.script())
            return await ShellHost.connect(label, reader, writer)
    raise _NobodySpoke


async def _end(process: asyncio.subprocess.Process) -> int | None:
    """Let it end by itself for a moment, then end it; its status, or None where that was ours."""
    try:
        async with asyncio.timeout(FAREWELL if process.stdout is None or process.stdout.at_eof() else 0):
            return await process.wait()
    except TimeoutError:
        pass
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(FAREWELL):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return None
