"""Machines for a shell agent: this one, or the emulated board, whose files are mounted for it.

A shell hears no events and opens no endpoints, and the mounted log has an end: these come from the machine itself.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator

from rproc_tui.hosts.agent_conversation import LINE_MOST
from rproc_tui.hosts.base import Endpoint, Host, HostKind, Progress
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.local import LocalHost
from rproc_tui.hosts.mount.mount import Mount
from rproc_tui.hosts.shell_agent.bootstrap import script, shell_command
from rproc_tui.hosts.shell_agent.host import ShellHost
from rproc_tui.model.file_facts import FileFacts
from rproc_tui.model.kernel_log import KernelLine, Uevent
from tests.conformance.patience import DEADLINE

SYNTHETIC = "/proc/"
"""Files that a mount of a board does not show."""


async def start_shell(shell: list[str]) -> tuple[asyncio.subprocess.Process, ShellHost]:
    """A shell agent that is a process of ours."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *shell, "-c", shell_command(), stdin=pipe, stdout=pipe, limit=LINE_MOST
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(script())
    return process, await ShellHost.connect("shell", process.stdout, process.stdin)


async def end_of(process: asyncio.subprocess.Process, host: ShellHost) -> None:
    """Hang up, and see it end with everything that it started."""
    await host.close()
    assert process.stdout is not None
    async with asyncio.timeout(DEADLINE):
        await process.wait()
        await process.stdout.read()


async def behind_shell(shell: list[str], board: EmulatedHost) -> ShelledHost:
    """The board, mounted, and a shell that looks at it."""
    folder = tempfile.mkdtemp(prefix="rproc-tui-mount-")
    mount = Mount(board, folder)
    await mount.begin()
    return ShelledHost(board, mount, *await start_shell(shell))


async def behind_shell_here(shell: list[str]) -> ShelledHost:
    """This machine, and a shell of it."""
    return ShelledHost(LocalHost(), None, *await start_shell(shell))


class ShelledHost:
    """The port, through a shell."""

    kind = HostKind.SSH

    def __init__(self, board: Host, mount: Mount | None, process: asyncio.subprocess.Process, shell: ShellHost) -> None:
        self.label = board.label
        self.shell = shell
        self._board = board
        self._mount = mount
        self._process = process

    def local_path(self, _path: str) -> str | None:
        return None

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        if path.startswith(SYNTHETIC):
            return await self._board.read(path, limit=limit, offset=offset)
        return await self.shell.read(self._place(path), limit=limit, offset=offset)

    async def write(self, path: str, data: bytes) -> None:
        await self.shell.write(self._place(path), data)

    async def list(self, path: str) -> list[str]:
        return await self.shell.list(self._place(path))

    async def link(self, path: str) -> str:
        return await self.shell.link(self._place(path))

    async def stat(self, path: str) -> FileFacts:
        return await self.shell.stat(self._place(path))

    async def put(self, path: str, data: bytes, *, progress: Progress | None = None) -> None:
        await self.shell.put(self._place(path), data, progress=progress)

    async def remove(self, path: str) -> None:
        await self.shell.remove(self._place(path))

    def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        return self.shell.follow(self._place(path), every)

    def kernel_log(self) -> AsyncIterator[KernelLine]:
        return self._board.kernel_log()

    def uevents(self) -> AsyncIterator[Uevent]:
        return self._board.uevents()

    async def open_endpoint(self, ctrl: str, name: str, src: int, dst: int) -> Endpoint:
        return await self._board.open_endpoint(ctrl, name, src, dst)

    async def close(self) -> None:
        await end_of(self._process, self.shell)
        if self._mount is not None:
            await self._mount.close()
            os.rmdir(self._mount.folder)
        await self._board.close()

    def _place(self, path: str) -> str:
        return path if self._mount is None else f"{self._mount.folder}{path}"
