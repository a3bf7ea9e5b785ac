"""The far end of `--ssh`: serves any host on two streams, one JSON object a line.

Requests may overlap. So that a script which does not wait for answers still reads what it wrote, a request begins only
when the writes before it are done or older than `WRITE_GRACE`; a write that blocks longer holds nobody up.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from rproc_tui import __version__
from rproc_tui.hosts.agent_content import packed
from rproc_tui.hosts.agent_endpoints import Endpoints
from rproc_tui.hosts.agent_follow import FollowedFiles
from rproc_tui.hosts.agent_put import ComingFiles
from rproc_tui.hosts.agent_request import BadRequest, Request, coming_of, content_of, every_of, number_of, path_of
from rproc_tui.hosts.base import Host
from rproc_tui.model.kernel_log import KernelLine, Uevent
from rproc_tui.rpmsg.addresses import ADDRESS_ANY

PROTOCOL_VERSION = 1

WRITE_GRACE = 0.25
"""Seconds for which a write holds back what was asked after it."""

FAREWELL = 5.0
"""Seconds that requests under way still get when the input ends."""

_WRITING = frozenset({"write", "put", "put_end", "remove", "endpoint_open", "endpoint_write", "endpoint_close"})
"""Operations that those behind them wait for."""

QUIET_TURNS = 3
"""Turns of the event loop without a line after which what the kernel's log holds has been told."""

Answer = dict[str, Any]


class Agent:
    """One conversation."""

    def __init__(self, host: Host, send: Callable[[str], None]) -> None:
        self._host = host
        self._send = send
        self._writes: set[asyncio.Task[None]] = set()
        self._requests: set[asyncio.Task[None]] = set()
        self._subscriptions: dict[str, asyncio.Task[None]] = {}
        self._endpoints = Endpoints(host, self._arrived, self._ended)
        self._followed = FollowedFiles(host, lambda message: send(json.dumps(message)))
        self._coming = ComingFiles()
        self._operations: dict[str, Callable[[Request], Awaitable[Answer]]] = {
            "hello": self._hello,
            "ping": self._ping,
            "read": self._read,
            "write": self._write,
            "list": self._list,
            "link": self._link,
            "stat": self._stat,
            "put": self._put,
            "put_begin": self._put_begin,
            "put_part": self._put_part,
            "put_end": self._put_end,
            "put_drop": self._put_drop,
            "remove": self._remove,
            "follow": self._follow,
            "unfollow": self._unfollow,
            "subscribe": self._subscribe,
            "endpoint_open": self._endpoint_open,
            "endpoint_write": self._endpoint_write,
            "endpoint_close": self._endpoint_close,
        }

    async def serve(self, lines: AsyncIterator[bytes]) -> None:
        """Answer until the input ends or says bye."""
        async for line in lines:
            if not line.strip():
                continue
            request, operation = self._understand(line)
            if operation == "bye":
                self._answer(request, {})
                break
            if operation is not None:
                self._begin(request, operation)
        if self._requests:
            await asyncio.wait(self._requests, timeout=FAREWELL)
        for task in [*self._requests, *self._subscriptions.values()]:
            task.cancel()
        await self._followed.end_all()
        await self._endpoints.close_all()

    def _understand(self, line: bytes) -> tuple[Request, str | None]:
        """The request and its operation; what is none is answered at once."""
        request: Request = {}
        try:
            parsed = json.loads(line)
            if not isinstance(parsed, dict):
                raise BadRequest("a request is a JSON object")
            request = parsed
            operation = request.get("op")
            if not isinstance(operation, str) or operation not in (*self._operations, "bye"):
                raise BadRequest("no such operation")
        except (ValueError, RecursionError) as error:
            self._refuse(request, errno.EINVAL, str(error))
            return request, None
        return request, operation

    def _begin(self, request: Request, operation: str) -> None:
        before = set(self._writes)
        task = asyncio.create_task(self._perform(request, operation, before))
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)
        if operation in _WRITING:
            self._writes.add(task)
            task.add_done_callback(self._writes.discard)
            asyncio.get_running_loop().call_later(WRITE_GRACE, self._writes.discard, task)

    async def _perform(self, request: Request, operation: str, before: set[asyncio.Task[None]]) -> None:
        if before:
            await asyncio.wait(before, timeout=WRITE_GRACE)
        try:
            self._answer(request, await self._operations[operation](request))
        except OSError as error:
            self._refuse(request, error.errno or errno.EIO, error.strerror or str(error))
        except BadRequest as error:
            self._refuse(request, errno.EINVAL, str(error))

    def _answer(self, request: Request, answer: Answer) -> None:
        self._send(json.dumps({"id": request.get("id"), "ok": True, **answer}))

    def _refuse(self, request: Request, number: int, message: str) -> None:
        name = errno.errorcode.get(number, str(number))
        refusal = {"id": request.get("id"), "ok": False, "errno": number, "error": name, "message": message}
        self._send(json.dumps(refusal))

    async def _hello(self, _request: Request) -> Answer:
        try:
            kernel = (await self._host.read("/proc/sys/kernel/osrelease", limit=256)).decode(errors="replace").strip()
        except OSError:
            kernel = None
        return {
            "protocol": PROTOCOL_VERSION,
            "version": __version__,
            "label": self._host.label,
            "kind": self._host.kind,
            "kernel": kernel,
            "operations": [*self._operations, "bye"],
        }

    async def _ping(self, _request: Request) -> Answer:
        return {}

    async def _read(self, request: Request) -> Answer:
        limit, offset = number_of(request, "limit", None), number_of(request, "offset", 0)
        content = await self._host.read(path_of(request), limit=limit, offset=offset or 0)
        return packed(content, compress=request.get("compression") == "zlib")

    async def _write(self, request: Request) -> Answer:
        await self._host.write(path_of(request), content_of(request))
        return {}

    async def _list(self, request: Request) -> Answer:
        return {"names": [_printable(name) for name in await self._host.list(path_of(request))]}

    async def _link(self, request: Request) -> Answer:
        return {"target": _printable(await self._host.link(path_of(request)))}

    async def _stat(self, request: Request) -> Answer:
        facts = await self._host.stat(path_of(request))
        return {
            "kind": facts.kind,
            "mode": facts.mode,
            "size": facts.size,
            "mtime_ns": facts.mtime_ns,
            "inode": facts.inode,
            "uid": facts.uid,
            "gid": facts.gid,
        }

    async def _put(self, request: Request) -> Answer:
        await self._host.put(path_of(request), content_of(request))
        return {}

    async def _put_begin(self, request: Request) -> Answer:
        return {"put": self._coming.begin(coming_of(request))}

    async def _put_part(self, request: Request) -> Answer:
        number, offset = number_of(request, "put", 0) or 0, number_of(request, "offset", 0) or 0
        self._coming.add(number, offset, content_of(request))
        return {}

    async def _put_end(self, request: Request) -> Answer:
        await self._host.put(*self._coming.end(number_of(request, "put", 0) or 0))
        return {}

    async def _put_drop(self, request: Request) -> Answer:
        self._coming.drop(number_of(request, "put", 0) or 0)
        return {}

    async def _follow(self, request: Request) -> Answer:
        return {"follow": self._followed.begin(path_of(request), every_of(request))}

    async def _unfollow(self, request: Request) -> Answer:
        self._followed.end(number_of(request, "follow", 0) or 0)
        return {}

    async def _remove(self, request: Request) -> Answer:
        await self._host.remove(path_of(request))
        return {}

    async def _subscribe(self, request: Request) -> Answer:
        topic = request.get("to")
        if topic not in ("kernel_log", "uevents"):
            raise BadRequest("`to` is kernel_log or uevents")
        if topic not in self._subscriptions:
            stream = self._kernel_lines() if topic == "kernel_log" else self._uevents()
            self._subscriptions[topic] = asyncio.create_task(stream)
        return {}

    async def _endpoint_open(self, request: Request) -> Answer:
        name = request.get("name", "")
        if not isinstance(name, str) or "\0" in name:
            raise BadRequest("`name` is the name of a channel")
        addresses = [number_of(request, key, ADDRESS_ANY) or 0 for key in ("src", "dst")]
        return {"endpoint": await self._endpoints.open(path_of(request, "ctrl"), name, *addresses)}

    async def _endpoint_write(self, request: Request) -> Answer:
        await self._endpoints.write(number_of(request, "endpoint", 0) or 0, content_of(request))
        return {}

    async def _endpoint_close(self, request: Request) -> Answer:
        await self._endpoints.close(number_of(request, "endpoint", 0) or 0)
        return {}

    def _arrived(self, number: int, data: bytes) -> None:
        self._send(json.dumps({"event": "endpoint", "endpoint": number, **packed(data)}))

    def _ended(self, number: int, error: OSError) -> None:
        gone = {"event": "endpoint", "endpoint": number, "errno": error.errno, "message": error.strerror}
        self._send(json.dumps(gone))

    async def _kernel_lines(self) -> None:
        """Every line; behind those that the log holds already, which come without a pause, stands `caught_up`."""
        said = 0

        def look(seen: int, turns: int) -> None:
            if seen == said and turns == 0:
                self._send(json.dumps({"event": "caught_up", "with": "kernel_log"}))
                return
            asyncio.get_running_loop().call_soon(look, said, turns - 1 if seen == said else QUIET_TURNS)

        look(said, QUIET_TURNS)
        try:
            async for line in self._host.kernel_log():
                said += 1
                self._send(json.dumps({"event": "kernel_log", **_line(line)}))
        except OSError as error:
            self._send(json.dumps({"event": "kernel_log", "errno": error.errno, "message": error.strerror}))

    async def _uevents(self) -> None:
        try:
            async for event in self._host.uevents():
                self._send(json.dumps({"event": "uevents", **_uevent(event)}))
        except OSError as error:
            self._send(json.dumps({"event": "uevents", "errno": error.errno, "message": error.strerror}))


def _printable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _line(line: KernelLine) -> Answer:
    return {
        "sequence": line.sequence,
        "seconds": line.seconds,
        "level": line.level,
        "text": line.text,
        "subsystem": line.subsystem,
        "device": line.device,
    }


def _uevent(event: Uevent) -> Answer:
    return {
        "action": event.action,
        "devpath": event.devpath,
        "subsystem": event.subsystem,
        "properties": dict(event.properties),
    }
