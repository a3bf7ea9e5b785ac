"""Servers of the system's OpenSSH, one for each kind of board; a test skips where what it needs is not installed."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import pathlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.hosts.agent import Agent
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.ssh import SshHost
from rproc_tui.hosts.ssh_line import dial
from tests.hosts.ssh.proxy import settled
from tests.hosts.ssh.server import BOARD, BUSYBOX, SSH, SSHD, WITHOUT, Server, programs, python, server

Servers = Callable[[str], Server]

AS_NOBODY = 'setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/ sh -c "$SSH_ORIGINAL_COMMAND"'


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A server by the kind of its board: `agent`, `dash`, `busybox` or `nobody`; each is started once."""
    if SSHD is None or SSH is None:
        pytest.skip(WITHOUT)
    with contextlib.ExitStack() as running:

        @functools.cache
        def start(kind: str) -> Server:
            folder = tmp_path_factory.mktemp(kind)
            agent = python("tests.hosts.ssh.relay", str(socket_of(folder))) if kind == "agent" else None
            if kind == "nobody":  # who may not look into the folders of the tests
                return running.enter_context(server(folder, "/usr/bin:/bin", force=AS_NOBODY))
            tools = programs(folder / "programs", agent=agent, busybox=kind == "busybox")
            return running.enter_context(server(folder, str(tools)))

        def checked(kind: str) -> Server:
            if kind == "busybox" and BUSYBOX is None:
                pytest.skip("needs busybox (apt-get install busybox)")
            if kind == "nobody" and os.getuid() != 0:
                pytest.skip("needs root, to be somebody else")
            return start(kind)

        yield checked


def socket_of(folder: pathlib.Path) -> pathlib.Path:
    """Where the agent of a server's board listens: a short path, since those of sockets are."""
    return pathlib.Path(tempfile.gettempdir()) / f"rproc-tui-test-{os.getpid()}-{folder.name}"


class Conversations:
    """Those of agents of this process; none of them outlives the test."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        await settled()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await settled()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def lines() -> AsyncIterator[bytes]:
            with contextlib.suppress(ConnectionError):
                while line := await reader.readline():
                    yield line

        try:
            await Agent(self._host, lambda line: writer.write(line.encode() + b"\n")).serve(lines())
        finally:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def agent_at(board: Server, host: Host) -> AsyncIterator[None]:
    """Let `rproc-tui agent` on a board show a host of this process, which outlives each connection."""
    path = socket_of(board.folder)
    conversations = Conversations(host)
    listener = await asyncio.start_unix_server(conversations.begin, str(path), limit=1 << 26)
    try:
        yield
    finally:
        listener.close()
        await conversations.end()
        path.unlink()


@contextlib.asynccontextmanager
async def over_ssh(
    board: Server, monkeypatch: pytest.MonkeyPatch, *, port: int | None = None, sudo: bool = False
) -> AsyncIterator[SshHost]:
    """A host behind a server, or behind a proxy's port before it."""
    monkeypatch.setenv("PATH", board.way(port))
    host = SshHost(BOARD, functools.partial(dial, BOARD, sudo=sudo), SystemClock(), delays=(0.01, 0.1))
    try:
        yield host
    finally:
        await host.close()
