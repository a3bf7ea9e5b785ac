"""A machine behind ssh: the port over a line that is made when it is needed, watched, and made again when it broke."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from rproc_tui.clock import Clock
from rproc_tui.errors import LineLost, NotConnected
from rproc_tui.hosts.base import Endpoint, HostKind, Progress
from rproc_tui.hosts.far import Dial, FarHost, Line, NoLine, Verdict
from rproc_tui.model.connection import Connection, Link
from rproc_tui.model.file_facts import FileFacts
from rproc_tui.model.kernel_log import KernelLine, Uevent

DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before each attempt after a line was lost; the last goes on."""

STEADY = 10.0
"""Seconds that a line must stand for the next attempt to come quickly again."""

PING_EVERY = 15.0
"""Seconds of silence after which the agent is asked whether it is there: ssh knows the line, but not the agent."""

SILENCE_MOST = 15.0
"""Seconds in which it has to answer then."""

BOOT_ID = "/proc/sys/kernel/random/boot_id"
"""Another content than before: the machine was booted meanwhile."""


class SshHost:
    """Another machine's files, for as long as somebody wants them."""

    kind = HostKind.SSH

    def __init__(self, label: str, dial: Dial, clock: Clock, *, delays: Sequence[float] = DELAYS) -> None:
        self.label = label
        self._dial = dial
        self._clock = clock
        self._delays = delays
        self._connection = Connection(Link.CONNECTING, clock.monotonic())
        self._changed = asyncio.Event()
        self._try_now = asyncio.Event()
        self._line: Line | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._closed = False

    # The line

    @property
    def connection(self) -> Connection:
        """The line as it is now."""
        return self._connection

    async def connections(self) -> AsyncIterator[Connection]:
        """It now and then whenever it differs."""
        self._begin()
        told: Connection | None = None
        while not self._closed:
            if self._connection != told:
                told = self._connection
                yield told
            else:
                await self._changed.wait()

    def reconnect(self) -> None:
        """Try again now; what is asked from here on waits for that."""
        if self._connection.link in (Link.LOST, Link.REFUSED) and not self._closed:
            self._set(replace(self._connection, link=Link.CONNECTING, retry_at=None))
            self._try_now.set()

    async def log_told(self) -> None:
        """Return once the log of the present connection was told, or when there is none."""
        try:
            await (await self._far()).log_told()
        except LineLost:
            return

    def _begin(self) -> None:
        if self._keeping is None and not self._closed:
            self._keeping = asyncio.create_task(self._keep(), name=f"line to {self.label}")

    async def _keep(self) -> None:
        failures = 0
        while True:
            self._set(replace(self._connection, link=Link.CONNECTING, since=self._clock.monotonic(), retry_at=None))
            try:
                self._line = await self._dial()
            except NoLine as error:
                found = error.verdict
            else:
                began = self._clock.monotonic()
                found = await self._stand(self._line)
                if self._clock.monotonic() - began >= STEADY:
                    failures = 0
            await self._pause(found, self._delays[min(failures, len(self._delays) - 1)])
            failures += 1

    async def _stand(self, line: Line) -> Verdict:
        """Until it stands no more; why."""
        host, generation = line.host, self._connection.generation + 1
        now = self._clock.monotonic()
        self._set(Connection(Link.CONNECTED, now, agent=host.agent, lacks=host.lacks, generation=generation))
        ended, silence = asyncio.ensure_future(host.ended()), asyncio.ensure_future(_silence(host))
        try:
            await asyncio.wait((ended, silence), return_when=asyncio.FIRST_COMPLETED)
            reason = ended.result().message if ended.done() else f"silent for {SILENCE_MOST:g} s"
            self._line = None
            self._set(replace(self._connection, link=Link.LOST, since=self._clock.monotonic(), reason=reason))
            return await line.ended() if ended.done() else Verdict(Link.LOST, reason)
        finally:
            ended.cancel()
            silence.cancel()
            self._line = None
            await asyncio.shield(line.close())

    async def _pause(self, found: Verdict, delay: float) -> None:
        """Wait before the next attempt: a while, or until somebody wants it."""
        now = self._clock.monotonic()
        retry_at = now + delay if found.link is Link.LOST else None
        self._try_now.clear()
        self._set(replace(self._connection, link=found.link, since=now, reason=found.reason, retry_at=retry_at))
        try:
            async with asyncio.timeout(None if retry_at is None else delay):
                await self._try_now.wait()
        except TimeoutError:
            return

    def _set(self, connection: Connection) -> None:
        self._connection = connection
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _far(self, path: str | None = None) -> FarHost:
        """The machine, when the line stands or is about to; NotConnected when it does not."""
        self._begin()
        while self._connection.link is Link.CONNECTING and not self._closed:
            await self._changed.wait()
        if self._line is None or self._closed:
            raise NotConnected(f"{self.label}: {self._connection.reason or 'not connected'}", path)
        return self._line.host

    async def _standing(self, after: int) -> FarHost:
        """The machine, as soon as the line stands that came after that generation."""
        self._begin()
        while self._connection.generation <= after or self._line is None:
            if self._closed:
                raise NotConnected(f"{self.label}: closed")
            await self._changed.wait()
        return self._line.host

    # The port

    def local_path(self, _path: str) -> str | None:
        """Nothing of it lies on this machine's disk."""
        return None

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        """The content there."""
        return await (await self._far(path)).read(path, limit=limit, offset=offset)

    async def write(self, path: str, data: bytes) -> None:
        """One write(2) there."""
        await (await self._far(path)).write(path, data)

    async def list(self, path: str) -> list[str]:
        """The names in a directory there."""
        return await (await self._far(path)).list(path)

    async def link(self, path: str) -> str:
        """Where a link points there."""
        return await (await self._far(path)).link(path)

    async def stat(self, path: str) -> FileFacts:
        """What stat(2) says there."""
        return await (await self._far(path)).stat(path)

    async def put(self, path: str, data: bytes, *, progress: Progress | None = None) -> None:
        """Install a file there."""
        await (await self._far(path)).put(path, data, progress=progress)

    async def remove(self, path: str) -> None:
        """Remove a file there."""
        await (await self._far(path)).remove(path)

    async def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        """The content whenever it differs, also from what it was before a break."""
        last: bytes | None = None
        generation = 0
        while True:
            far = await self._standing(generation)
            generation = self._connection.generation
            try:
                async for content in far.follow(path, every):
                    if content != last:
                        last = content
                        yield content
            except LineLost:
                continue
            return

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        """Every line once; after a reboot of the machine from the beginning again."""
        last, generation, boot = -1, 0, b""
        while True:
            far = await self._standing(generation)
            generation = self._connection.generation
            try:
                before, boot = boot, await _boot_of(far)
                last = last if boot == before and boot else -1
                async for line in far.kernel_log():
                    if line.sequence > last:
                        last = line.sequence
                        yield line
            except LineLost:
                continue
            return

    async def uevents(self) -> AsyncIterator[Uevent]:
        """Each event from now on, but those during a break."""
        generation = 0
        while True:
            far = await self._standing(generation)
            generation = self._connection.generation
            try:
                async for event in far.uevents():
                    yield event
            except LineLost:
                continue
            return

    async def open_endpoint(self, ctrl: str, name: str, src: int, dst: int) -> Endpoint:
        """Open one there; it ends with the line."""
        return await (await self._far(ctrl)).open_endpoint(ctrl, name, src, dst)

    async def close(self) -> None:
        """Hang up; nothing is tried again."""
        self._closed = True
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        self._set(self._connection)


async def _silence(host: FarHost) -> None:
    """Return when the agent says nothing though it was asked."""
    while True:
        heard = host.heard
        await asyncio.sleep(PING_EVERY)
        if host.heard != heard:
            continue
        try:
            await asyncio.wait_for(host.ping(), SILENCE_MOST)
        except (TimeoutError, OSError):
            if host.heard == heard:
                return


async def _boot_of(host: FarHost) -> bytes:
    try:
        return await host.read(BOOT_ID, limit=64)
    except LineLost:
        raise
    except OSError:
        return b""
