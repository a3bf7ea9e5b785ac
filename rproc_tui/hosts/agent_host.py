"""A machine behind an agent: the port, asked line by line over two streams."""

from __future__ import annotations

import asyncio
import base64
import errno
import os
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

from rproc_tui.hosts.agent import PROTOCOL_VERSION
from rproc_tui.hosts.agent_content import packed, unpacked
from rproc_tui.hosts.agent_conversation import Conversation, Message, error_of
from rproc_tui.hosts.agent_streams import Arriving, Backlog
from rproc_tui.hosts.base import Endpoint, HostKind, Progress
from rproc_tui.hosts.polling import follow
from rproc_tui.model.file_facts import FileFacts, FileKind
from rproc_tui.model.kernel_log import KernelLine, Uevent
from rproc_tui.sanitise import sanitise

Value = TypeVar("Value")

LOG_KEPT = 20_000
"""Kernel lines that are kept for who asks later; the other end tells each only once."""


class AgentHost:
    """Another machine's files; `connect` makes one."""

    kind = HostKind.SSH

    def __init__(self, label: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """`reader` with a limit that lets a whole dump pass in one line: `agent_conversation.LINE_MOST`."""
        self.label = label
        self._log: Backlog[KernelLine] = Backlog(LOG_KEPT)
        self._events: Backlog[Uevent] = Backlog(0)
        self._endpoints: dict[int, Arriving[bytes]] = {}
        self._conversation = Conversation(reader, writer, heard=self._heard, ended=self._lost)

    @classmethod
    async def connect(cls, label: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> AgentHost:
        """Greet the agent at the other end. OSError: EPROTO when it speaks another version."""
        host = cls(label, reader, writer)
        try:
            _check(await host._conversation.ask("hello"), label)
        except BaseException:
            await host.close()
            raise
        return host

    def local_path(self, _path: str) -> str | None:
        """Nothing of it lies on this machine's disk."""
        return None

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        """The content there."""
        return _content(await self._conversation.ask("read", path, limit=limit, offset=offset))

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
        await self._conversation.ask("put", path, base64=base64.b64encode(data).decode())
        if progress is not None:
            progress(len(data), len(data))

    async def remove(self, path: str) -> None:
        """Remove a file there."""
        await self._conversation.ask("remove", path)

    def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        """Read again and again."""
        return follow(self.read, path, every)

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        """The lines that the other kernel holds, then each new one."""
        await self._conversation.ask("subscribe", to="kernel_log")
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

    def _lost(self, error: OSError) -> None:
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


def _optional(value: object) -> str | None:
    return sanitise(value) if isinstance(value, str) else None
