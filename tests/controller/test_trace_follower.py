from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.controller.trace_follower import TraceFollower, rest_after
from rproc_tui.controller.trace_runs import TraceRuns
from rproc_tui.trace.ring import TraceRing
from tests.linux.memory_host import MemoryHost

PATH = "/sys/kernel/debug/remoteproc/remoteproc0/trace0"


class LateHost(MemoryHost):
    """Each reading finds what is next in `contents`, and then always the last of it; changes are told never."""

    def __init__(self, *contents: bytes) -> None:
        super().__init__({PATH: contents[-1]})
        self._contents = list(contents)

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        return self._contents.pop(0) if len(self._contents) > 1 else self._contents[0]

    async def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        await asyncio.get_running_loop().create_future()
        yield b""


class RecoveringHost(LateHost):
    """The buffer is emptied and filled again between two looks of who follows it."""

    def __init__(self, *contents: bytes) -> None:
        super().__init__(*contents)
        self.is_followed = asyncio.Event()

    async def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        yield b"build one\n"
        self.is_followed.set()
        await asyncio.get_running_loop().create_future()


@pytest.mark.parametrize(
    "contents",
    [(b"starting\n",), (b"", b"starting\n"), (bytes(64), bytes(64), b"starting\n" + bytes(55))],
    ids=["at once", "after an empty buffer", "after a cleared buffer"],
)
async def test_a_greeting_does_not_wait_for_the_usual_look(contents: tuple[bytes, ...]) -> None:
    clock, ring, came = ManualClock(), TraceRing(), asyncio.Event()
    runs = TraceRuns(ring, clock)
    follower = TraceFollower(LateHost(*contents), PATH, ring, clock, came.set, runs=runs, size=None)
    following = asyncio.ensure_future(follower.run(3600.0))
    await asyncio.wait_for(came.wait(), 10)
    following.cancel()
    assert ring.line(0).text == "starting"


async def test_a_run_that_says_just_what_the_one_before_said_is_shown_though_nobody_sees_its_buffer_filled() -> None:
    clock, ring, came = ManualClock(), TraceRing(), asyncio.Event()
    host = RecoveringHost(b"build one\n", b"", b"", b"build one\n")
    runs = TraceRuns(ring, clock)
    follower = TraceFollower(host, PATH, ring, clock, came.set, runs=runs, size=None)
    following = asyncio.ensure_future(follower.run(3600.0))
    await asyncio.wait_for(host.is_followed.wait(), 10)
    follower.expect_run()
    await asyncio.wait_for(follower.begin_anew(), 10)
    following.cancel()
    texts = [ring.line(number).text for number in range(ring.start, ring.stop)]
    assert texts == ["build one", "restart", "build one"]


@pytest.mark.parametrize(
    ("spent", "rest"),
    [(0.0, 0.0), (0.012, 0.0), (0.02, 0.03), (0.1, 0.35), (5.0, 0.5)],
    ids=["nothing to do", "little to do", "a flood", "a flood on a slow machine", "at most"],
)
def test_a_look_that_took_long_is_followed_by_a_rest(spent: float, rest: float) -> None:
    assert rest_after(spent, every=0.05) == pytest.approx(rest)
