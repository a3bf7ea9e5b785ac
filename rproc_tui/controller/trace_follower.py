"""Follows one trace file into a ring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from rproc_tui.clock import Clock
from rproc_tui.controller.trace_runs import TraceRuns
from rproc_tui.hosts.base import Host
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import TraceRing
from rproc_tui.trace.tail import Tail, advance, ended, restarted

_SHARE = 5
"""A flood is looked at for one part in so many of the time: the rest is for keys, the screen and other processors."""
_LONGEST_REST = 0.5
"""Seconds."""
_FIRST_LOOKS = (0.004, 0.008, 0.016)
"""Seconds after each of the first looks at a buffer that is empty: firmware greets within milliseconds of its start."""
_AGAIN = 0.02
_AGAIN_MOST = 25
"""Seconds between two looks, and how many there are at most, until following tells what was seen here."""
_FLOOD = 100
"""Lines of one look from which on it is a flood; what makes a shorter look long is somebody else's work."""


class TraceFollower:
    """One buffer of one processor, from its appearance to its end."""

    def __init__(
        self,
        host: Host,
        path: str,
        ring: TraceRing,
        clock: Clock,
        moved: Callable[[], None],
        *,
        runs: TraceRuns,
        size: int | None,
    ) -> None:
        self.path = path
        self.label: str | None = None
        """Put in front of its lines where a processor has several buffers."""
        self.run_number = runs.newest
        """The run that its lines are of."""
        self.run_began = clock.monotonic()
        """When it saw that run for the first time, monotonic seconds."""
        self._runs = runs
        self._host = host
        self._ring = ring
        self._clock = clock
        self._moved = moved
        self._tail = Tail(buffer_size=size)
        self._came_again = False
        self._expects_run = False
        self._saw_run = False
        """A run that was expected was seen before anybody told that it has begun."""
        self._seen: bytes | None = None
        """The newest content, however it was come by."""
        self._followed: bytes | None = None
        """The newest that following told of; it tells of the next only when that is another."""

    def came_after(self, run: int | None) -> None:
        """A file of that name was followed before, in that run: when this one is seen to be there, another begins."""
        if run is not None:
            self.run_number, self._came_again = run, True

    def expect_run(self) -> None:
        """The file was missing, or the processor was stopped: text without a relation to what was seen is a new run's.

        Without that, it would be text of the old run, and what stands between them be lost.
        """
        self._expects_run, self._saw_run = True, False

    async def run(self, every: float) -> None:
        """Until the file is gone."""
        with suppress(OSError):  # it went away while it was read, or we may not read it: the facts say so
            await self._await_greeting()
            async for content in self._host.follow(self.path, every):
                begun = self._clock.monotonic()
                self._followed = content
                if self._take(content) < _FLOOD:
                    continue
                rest = rest_after(self._clock.monotonic() - begun, every)
                if rest:
                    await asyncio.sleep(rest)
        self.finish()

    async def _await_greeting(self) -> None:
        """Look closely where a run may just have begun."""
        for pause in _FIRST_LOOKS:
            content = await self._host.read(self.path)
            self._take(content)
            if content.strip(b"\0"):
                return
            await asyncio.sleep(pause)

    def finish(self) -> None:
        """What came without a line end will have none."""
        self._keep(ended(self._tail, self._clock.monotonic()))

    async def look(self) -> bool:
        """Look at once: what is there now may be gone in a moment. False when it is gone already."""
        try:
            self._take(await self._host.read(self.path))
        except OSError:
            return False
        return True

    async def begin_anew(self) -> None:
        """The processor was booted again on the same buffer: what is there now is the new run's."""
        if self._saw_run:
            self._saw_run = False
            return
        self._expects_run = False
        self._tail, lines = restarted(self._tail, self._clock.monotonic())
        self._keep(lines)
        # Firmware says the same at every boot: what differs from the old run only now does not when it is followed.
        for _ in range(_AGAIN_MOST):
            if not await self.look() or self._followed in (None, self._seen):
                return
            await asyncio.sleep(_AGAIN)

    def _take(self, content: bytes) -> int:
        """The answer is how many lines it brought."""
        self._seen = content
        if self._came_again:
            self._came_again = False
            if self._is_news():
                self._runs.mark()
                self._moved()
        tail, lines = self._advanced(content)
        if self._expects_run and any(line.kind is LineKind.RESTART for line in lines):
            self._expects_run, self._saw_run = False, True
        self._tail = tail
        self._keep(lines)
        return len(lines)

    def _advanced(self, content: bytes) -> tuple[Tail, tuple[TraceLine, ...]]:
        now = self._clock.monotonic()
        tail, lines = advance(self._tail, content, now)
        if not self._expects_run or all(line.kind is not LineKind.LOST for line in lines):
            return tail, lines
        tail, marks = restarted(self._tail, now)
        tail, lines = advance(tail, content, now)
        return tail, marks + lines

    def _keep(self, lines: tuple[TraceLine, ...]) -> None:
        kept = [line for line in lines if line.kind is not LineKind.RESTART or self._is_news()]
        if self.label:
            kept = self._labelled(kept)
        if kept:
            self._ring.append(kept)
            self._moved()

    def _is_news(self) -> bool:
        """Whether no other buffer has told of the boot that this one sees."""
        is_news = self._runs.begins(self.run_number)
        self.run_number, self.run_began = self._runs.newest, self._clock.monotonic()
        return is_news

    def _labelled(self, lines: list[TraceLine]) -> list[TraceLine]:
        """With the buffer's name; incomplete lines wait, since another buffer's line may come between.

        A restart is one of the processor, so it bears no buffer's name.
        """
        return [
            line if line.kind is LineKind.RESTART else replace(line, text=f"{self.label}: {line.text}")
            for line in lines
            if not line.partial
        ]


def rest_after(spent: float, every: float) -> float:
    """Seconds to wait, besides the usual `every`, after a look that took `spent`."""
    return max(0.0, min(spent * (_SHARE - 1) - every, _LONGEST_REST))
