"""A host whose files may be read and never written, whatever asks: `--read-only`."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator

from rproc_tui.hosts.base import Endpoint, Host, HostKind, Progress, Remote
from rproc_tui.model.connection import Connection
from rproc_tui.model.file_facts import FileFacts
from rproc_tui.model.kernel_log import KernelLine, Uevent


class ReadOnlyHost:
    """Passes every question on and refuses every write with EROFS."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.label = host.label
        self.kind: HostKind = host.kind

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        """As the host does."""
        return await self._host.read(path, limit=limit, offset=offset)

    async def list(self, path: str) -> list[str]:
        """As the host does."""
        return await self._host.list(path)

    async def link(self, path: str) -> str:
        """As the host does."""
        return await self._host.link(path)

    async def stat(self, path: str) -> FileFacts:
        """As the host does."""
        return await self._host.stat(path)

    async def close(self) -> None:
        """As the host does."""
        await self._host.close()

    async def write(self, path: str, data: bytes) -> None:  # noqa: ARG002 (refused whatever it is)
        """Refuse."""
        raise _refusal(path)

    async def put(self, path: str, data: bytes, *, progress: Progress | None = None) -> None:  # noqa: ARG002
        """Refuse."""
        raise _refusal(path)

    async def remove(self, path: str) -> None:
        """Refuse."""
        raise _refusal(path)

    async def open_endpoint(self, ctrl: str, name: str, src: int, dst: int) -> Endpoint:  # noqa: ARG002
        """Refuse: opening announces an address, and takes the messages of whoever listens there."""
        raise _refusal(ctrl)

    def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        """As the host does."""
        return self._host.follow(path, every)

    def kernel_log(self) -> AsyncIterator[KernelLine]:
        """As the host does."""
        return self._host.kernel_log()

    def uevents(self) -> AsyncIterator[Uevent]:
        """As the host does."""
        return self._host.uevents()

    def local_path(self, path: str) -> str | None:
        """As the host does."""
        return self._host.local_path(path)


class ReadOnlyRemoteHost(ReadOnlyHost):
    """The same for a host behind a line."""

    def __init__(self, host: Host, line: Remote) -> None:
        super().__init__(host)
        self._line = line

    @property
    def connection(self) -> Connection:
        """As the host's."""
        return self._line.connection

    def connections(self) -> AsyncIterator[Connection]:
        """As the host's."""
        return self._line.connections()

    async def log_told(self) -> None:
        """As the host's."""
        await self._line.log_told()

    def reconnect(self) -> None:
        """As the host does."""
        self._line.reconnect()


def read_only(host: Host) -> Host:
    """The host with every write refused."""
    return ReadOnlyRemoteHost(host, host) if isinstance(host, Remote) else ReadOnlyHost(host)


def _refusal(path: str) -> OSError:
    return OSError(errno.EROFS, "started with --read-only", path)
