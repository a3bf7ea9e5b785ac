"""A machine behind an agent: the port, asked line by line over two streams."""

from __future__ import annotations

import asyncio
import base64
import errno
import os
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

from rproc_tui.errors import LineLost
from rproc_tui.hosts.agent import PROTOCOL_VERSION
from rproc_tui.hosts.agent_changes import changed
from rproc_tui.hosts.agent_content import packed, unpacked
from rproc_tui.hosts.agent_conversation import Conversation, Message, error_of
from rproc_tui.hosts.agent_sending import WHOLE_MOST, send_in_parts
from rproc_tui.hosts.agent_streams import Arriving, Backlog, Latest
from rproc_tui.hosts.base import Endpoint, HostKind, Progress
from rproc_tui.hosts.polling import follow
from rproc_tui.model.file_facts import FileFacts, FileKind
from rproc_tui.model.kernel_log import KernelLine, Uevent
from rproc_tui.sanitise import sanitise

Value = TypeVar("Value")

LOG_KEPT = 20_000
"""Kernel lines that are kept for who asks later; the other end tells each only once."""


PIECE = 512 * 1024
"""Bytes that are read at a time: other answers get their turn between two pieces of a large file."""

PACKED_LEAST = 4096
"""Bytes of a read from which on the other end is asked to pack them."""


class AgentHost:
    """Another machine's files; `connect` makes one."""

    kind = HostKind.SSH
    agent = "rproc-tui"
    """Who answers there."""
    lacks: tuple[str, ...] = ()
    """What that one cannot do, one sentence each."""

    def __init__(self, label: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """`reader` with a limit that lets a whole dump pass in one line: `agent_conversation.LINE_MOST`."""
        self.label = label
        self._log: Backlog[KernelLine] = Backlog(LOG_KEPT)
        self._events: Backlog[Uevent] = Backlog(0)
        self._endpoints: dict[int, Arriving[bytes]] = {}
        self._followed: dict[int, Latest] = {}
        self._newest_followed = 0
        self._operations: frozenset[str] = frozenset()
        self._log_told = asyncio.Event()
        self._end: asyncio.Future[LineLost] = asyncio.get_running_loop().create_future()
        self._conversation = Conversation(reader, writer, heard=self._heard, ended=self._lost)

    @classmethod
    async def connect(cls, label: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> AgentHost:
        """Greet the agent at the other end. OSError: EPROTO when it speaks another version."""
        host = cls(label, reader, writer)
        try:
            host._learn(await host._conversation.ask("hello"))
        except BaseException:
            await host.close()
            raise
        return host

    def _learn(self, hello: Message) -> None:
        _check(hello, self.label)
        self.agent = f"rproc-tui {sanitise(str(hello.get('version')))[:40]}"
        operations = hello.get("operations")
        self._operations = frozenset(filter(_is_text, operations if isinstance(operations, list) else ()))
        if "follow" not in self._operations:
            self.lacks = (f"{self.agent} there is old: it is asked again and again what could be told",)
            self._log_told.set()

    async def ended(self) -> LineLost:
        """Wait until the line is gone; why."""
        return await asyncio.shield(self._end)

    @property
    def heard(self) -> int:
        """Grows with whatever comes from the other end."""
        return self._conversation.heard_lines

    async def ping(self) -> None:
        """Have the other end say something, and wait for that; an old agent says that it does not know what this is."""
        try:
            await self._conversation.ask("ping")
        except LineLost:
            raise
        except OSError:
            return

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
            packing = {"compression": "zlib"} if most > PACKED_LEAST else {}
            asked = self._conversation.ask("read", path, limit=most, offset=offset + len(content), **packing)
            piece = _content(await asked)
            content += piece
            if len(piece) < most or len(content) == limit:
                return content

    async def write(self, path: str, data: bytes) -> None:
        """One write(2) there."""
        await self._conversation.ask("write", path, **packed(data))

    async def list(self, path: str) -> list[str]:
        """The names in a directory there."""
        names = (await self._conversation.ask("list", path)).get("names")
        if not isinstance(names, list):
            raise _misshapen("names", path)
        return sorted(name for name in names if isinstance(name, str) and name and not {"/", "\0"} & set(name))

    async def link(self, path: str) -> str:
        """Where a link points there."""
        return _typed(await self._conversation.ask("link", path), "target", str)

    async def stat(self, path: str) -> FileFacts:
        """What stat(2) says there."""
        answer = await self._conversation.ask("stat", path)
        numbers = (_typed(answer, key, int) for key in ("mode", "size", "mtime_ns", "inode", "uid", "gid"))
        try:
            return FileFacts(FileKind(_typed(answer, "kind", str)), *numbers)
        except ValueError:
            raise _misshapen("kind", path) from None

    async def put(self, path: str, data: bytes, *, progress: Progress | None = None) -> None:
        """Install a file there."""
        if len(data) > WHOLE_MOST and "put_begin" in self._operations:
            await send_in_parts(self._conversation, path, data, progress)
            return
        await self._conversation.ask("put", path, base64=base64.b64encode(data).decode())
        if progress is not None:
            progress(len(data), len(data))

    async def remove(self, path: str) -> None:
        """Remove a file there."""
        await self._conversation.ask("remove", path)

    def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        """Watched there; what has changed comes by itself."""
        if "follow" in self._operations:
            return self._follow(path, every)
        return follow(self.read, path, every)

    async def _follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        number = _typed(await self._conversation.ask("follow", path, every=every), "follow", int)
        self._newest_followed = max(number, self._newest_followed)
        latest = self._followed.setdefault(number, Latest())
        try:
            while (content := await latest.next()) is not None:
                yield content
        finally:
            del self._followed[number]
            self._conversation.tell("unfollow", follow=number)

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        """The lines that the other kernel holds, without a pause between them, then each new one."""
        await self._conversation.ask("subscribe", to="kernel_log")
        await self._log_told.wait()
        async for line in self._log.follow():
            yield line

    async def uevents(self) -> AsyncIterator[Uevent]:
        """The other kernel's device events from now on."""
        events = self._events.follow()
        await self._conversation.ask("subscribe", to="uevents")
        async for event in events:
            yield event

    async def open_endpoint(self, ctrl: str, name: str, src: int, dst: int) -> Endpoint:
        """Open one there."""
        answer = await self._conversation.ask("endpoint_open", ctrl=ctrl, name=name, src=src, dst=dst)
        number = _typed(answer, "endpoint", int)
        return AgentEndpoint(self._conversation, number, self._endpoints.setdefault(number, Arriving()))

    async def close(self) -> None:
        """Hang up."""
        await self._conversation.close()

    def _heard(self, message: Message) -> None:
        failed = error_of(message) if "errno" in message else None
        match message["event"]:
            case "kernel_log":
                self._log.fail(failed) if failed else self._log.add(_line(message))
            case "uevents":
                self._events.fail(failed) if failed else self._events.add(_uevent(message))
            case "endpoint":
                arriving = self._endpoints.setdefault(_typed(message, "endpoint", int), Arriving())
                arriving.fail(failed) if failed else arriving.add(_content(message))
            case "follow":
                self._heard_of_file(message, failed)
            case "caught_up":
                self._log_told.set()
        if failed and message["event"] == "kernel_log":
            self._log_told.set()

    def _heard_of_file(self, message: Message, failed: OSError | None) -> None:
        number = _typed(message, "follow", int)
        if number not in self._followed and number <= self._newest_followed:
            return  # it was on its way when we said that we follow it no more
        latest = self._followed.setdefault(number, Latest())
        if failed or message.get("gone") is True:
            latest.end(failed)
        else:
            latest.set(changed(latest.content, message))

    def _lost(self, error: LineLost) -> None:
        if not self._end.done():
            self._end.set_result(error)
        self._log_told.set()
        for latest in self._followed.values():
            latest.end(error)
        self._log.fail(error)
        self._events.fail(error)
        for arriving in self._endpoints.values():
            arriving.fail(error)


class AgentEndpoint:
    """An rpmsg address of ours on the other machine."""

    def __init__(self, conversation: Conversation, number: int, arriving: Arriving[bytes]) -> None:
        self._conversation = conversation
        self._number = number
        self._arriving = arriving

    async def send(self, data: bytes) -> None:
        """Send one message from there."""
        await self._conversation.ask("endpoint_write", endpoint=self._number, **packed(data))

    async def receive(self) -> bytes:
        """The next message that arrived there."""
        return await self._arriving.next()

    async def close(self) -> None:
        """Give the address back."""
        await self._conversation.ask("endpoint_close", endpoint=self._number)


def _check(hello: Message, label: str) -> None:
    if hello.get("protocol") != PROTOCOL_VERSION:
        version = sanitise(str(hello.get("version")))[:40]
        raise OSError(errno.EPROTO, f"the agent there is of version {version} and speaks another protocol", label)


def _content(message: Message) -> bytes:
    try:
        return unpacked(message)
    except ValueError:
        raise _misshapen("content") from None


def _typed(message: Message, key: str, kind: type[Value]) -> Value:
    value = message.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _misshapen(key)
    return value


def _misshapen(what: str, path: str | None = None) -> OSError:
    return OSError(errno.EPROTO, f"{os.strerror(errno.EPROTO)}: the agent's answer has no usable {what}", path)


def _line(message: Message) -> KernelLine:
    seconds = message.get("seconds")
    return KernelLine(
        sequence=_typed(message, "sequence", int),
        seconds=float(seconds) if isinstance(seconds, int | float) else 0.0,
        level=_typed(message, "level", int),
        text=sanitise(_typed(message, "text", str)),
        subsystem=_optional(message.get("subsystem")),
        device=_optional(message.get("device")),
    )


def _uevent(message: Message) -> Uevent:
    properties: Any = message.get("properties")
    pairs = properties.items() if isinstance(properties, Mapping) else ()
    return Uevent(
        action=sanitise(_typed(message, "action", str)),
        devpath=sanitise(_typed(message, "devpath", str)),
        subsystem=sanitise(_typed(message, "subsystem", str)),
        properties={sanitise(str(key)): sanitise(str(value)) for key, value in pairs},
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _optional(value: object) -> str | None:
    return sanitise(value) if isinstance(value, str) else None
