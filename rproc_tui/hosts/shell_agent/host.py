"""A machine behind a shell: the port, asked through the tools that every Linux has."""

from __future__ import annotations

import asyncio
import errno
import gzip
import zlib
from collections.abc import AsyncIterator
from itertools import count

from rproc_tui.errors import LineLost
from rproc_tui.hosts.agent_streams import Backlog, Latest
from rproc_tui.hosts.base import Endpoint, HostKind, Progress
from rproc_tui.hosts.shell_agent import hello as greeting
from rproc_tui.hosts.shell_agent.answers import blocks, file_facts
from rproc_tui.hosts.shell_agent.conversation import ShellConversation
from rproc_tui.hosts.shell_agent.error_text import error_of
from rproc_tui.hosts.shell_agent.log import Records
from rproc_tui.hosts.shell_agent.request import Request
from rproc_tui.hosts.shell_agent.sending import send
from rproc_tui.model.file_facts import FileFacts
from rproc_tui.model.kernel_log import KernelLine, Uevent

PIECE = 512 * 1024
"""Bytes that are read at a time: other answers get their turn between two pieces of a large file."""

PACKED_LEAST = 16 * 1024
"""Bytes of a read from which on it is packed there."""

LOG_KEPT = 20_000
"""Kernel lines that are kept for who asks later."""


class ShellHost:
    """Another machine's files; `connect` makes one."""

    kind = HostKind.SSH

    def __init__(self, label: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.label = label
        self._hello = greeting.Hello()
        self._numbers = count(1)
        self._followed: dict[str, Latest] = {}
        self._log: Backlog[KernelLine] = Backlog(LOG_KEPT)
        self._log_told = asyncio.Event()
        self._log_asked = False
        self._records = Records(self._log.add, self._log_told)
        self._end: asyncio.Future[LineLost] = asyncio.get_running_loop().create_future()
        self._conversation = ShellConversation(reader, writer, pushed=self._pushed, ended=self._lost)

    @classmethod
    async def connect(cls, label: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> ShellHost:
        """Greet a shell that has been sent the script."""
        host = cls(label, reader, writer)
        try:
            host._hello = greeting.parse(await host._conversation.ask(Request("hello")))
        except BaseException:
            await host.close()
            raise
        return host

    @property
    def agent(self) -> str:
        """Which shell it is."""
        return self._hello.agent

    @property
    def lacks(self) -> tuple[str, ...]:
        """What it cannot do there."""
        return self._hello.lacks

    @property
    def heard(self) -> int:
        """Grows with whatever comes from there."""
        return self._conversation.heard

    async def ping(self) -> None:
        """Have the other end say something, and wait for that."""
        await self._conversation.send(0, Request("ping"))

    async def ended(self) -> LineLost:
        """Wait until the line is gone; why."""
        return await asyncio.shield(self._end)

    async def log_told(self) -> None:
        """Wait until a `kernel_log` has been given the lines that the log held, or none can be had."""
        await self._log_told.wait()

    def local_path(self, _path: str) -> str | None:
        """Nothing of it lies on this machine's disk."""
        return None

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        """The content there, in pieces when it is large."""
        content = b""
        while True:
            most = PIECE if limit is None else min(PIECE, limit - len(content))
            piece = await self._read_piece(path, offset + len(content), most)
            content += piece
            if not piece or len(content) == limit or (len(piece) < most and not _is_handed_out_in_parts(path)):
                return content

    async def _read_piece(self, path: str, offset: int, most: int) -> bytes:
        wanted = blocks(offset, most)
        pack = most >= PACKED_LEAST and self._hello.gzip
        asked = Request("pack" if pack else "read", path, wanted.size, wanted.skip, wanted.count)
        answer = await self._conversation.ask(asked)
        try:
            return wanted.cut(await asyncio.to_thread(gzip.decompress, answer) if pack else answer)
        except (OSError, EOFError, zlib.error):
            raise OSError(errno.EBADMSG, "what came is damaged", path) from None

    async def write(self, path: str, data: bytes) -> None:
        """One write(2) there; of nothing none, since a shell can only open the file for it."""
        async with self._conversation.slot(patient=True) as slot:
            await self._conversation.send(slot, Request("write", path, c=len(data), raw=data))

    async def list(self, path: str) -> list[str]:
        """The names in a directory there."""
        names = (await self._conversation.ask(Request("list", path))).decode("utf-8", "surrogateescape").split("\n")
        return sorted(name for name in names if name and "/" not in name)

    async def link(self, path: str) -> str:
        """Where a link points there."""
        target = await self._conversation.ask(Request("link", path))
        return target.removesuffix(b"\n").decode("utf-8", "surrogateescape")

    async def stat(self, path: str) -> FileFacts:
        """What stat(2) says there; times in whole seconds."""
        text = await self._conversation.ask(Request("stat", path))
        return file_facts(text, formatted=self._hello.stat, path=path)

    async def put(self, path: str, data: bytes, *, progress: Progress | None = None) -> None:
        """Install a file there."""
        await send(self._conversation, self._hello, path, data, progress)

    async def remove(self, path: str) -> None:
        """Remove a file there."""
        await self._conversation.ask(Request("remove", path))

    async def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        """Watched there; what has changed comes by itself."""
        number = next(self._numbers)
        self._conversation.check()
        self._followed[f"f{number}"] = latest = Latest()
        turns = max(1, round(every / self._hello.tick))
        self._conversation.tell(number, Request("follow", path, turns))
        try:
            while (content := await latest.next()) is not None:
                yield content
        finally:
            del self._followed[f"f{number}"]
            self._conversation.tell(number, Request("unfollow"))

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        """The lines that the other kernel holds, without a pause between them, then each new one."""
        if not self._log_asked:
            self._log_asked = True
            self._conversation.tell(0, Request("log"))
            self._records.wait()
        await self._log_told.wait()
        async for line in self._log.follow():
            yield line

    def uevents(self) -> AsyncIterator[Uevent]:
        """A shell hears none."""
        raise OSError(errno.EOPNOTSUPP, "a shell hears no device events")

    async def open_endpoint(self, ctrl: str, name: str, src: int, dst: int) -> Endpoint:  # noqa: ARG002
        """A shell can open none."""
        raise OSError(errno.EOPNOTSUPP, "rpmsg endpoints need rproc-tui installed there", ctrl)

    async def close(self) -> None:
        """Hang up."""
        self._conversation.tell(0, Request("bye"))
        self._records.stop()
        await self._conversation.close()

    def _pushed(self, who: str, well: bool, content: bytes) -> None:
        if who == "k":
            self._records.take(content)
        elif who == "K":
            gone = OSError(errno.ENODEV, "the log has ended", "/dev/kmsg")
            self._log.fail(gone if well else error_of(content, "/dev/kmsg"))
            self._log_told.set()
        elif (latest := self._followed.get(who)) is not None:
            self._heard_of_file(latest, well=well, content=content)

    def _heard_of_file(self, latest: Latest, *, well: bool, content: bytes) -> None:
        if well:
            if content != latest.content or not latest.content:
                latest.set(content)
            return
        error = error_of(content, None)
        latest.end(None if error.errno in (errno.ENOENT, errno.ENODEV) else error)

    def _lost(self, error: LineLost) -> None:
        if not self._end.done():
            self._end.set_result(error)
        self._records.stop()
        self._log_told.set()
        self._log.fail(error)
        for latest in self._followed.values():
            latest.end(error)


def _is_handed_out_in_parts(path: str) -> bool:
    """A dump may give less than was asked for and yet not be at its end."""
    return path.startswith("/sys/class/devcoredump/")
