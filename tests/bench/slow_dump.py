"""A dump of 32 MB over a line of 1 MB/s, behind a real ssh: how long, how often it tells, how soon it is given up."""

from __future__ import annotations

import asyncio
import functools
import os
import pathlib
import tempfile
import time
from collections.abc import Iterator

from rproc_tui.clock import SystemClock
from rproc_tui.controller.crash_dump import collect_dump
from rproc_tui.controller.dump_collection import DumpCollection
from rproc_tui.errors import GivenUp
from rproc_tui.hosts.ssh import SshHost
from rproc_tui.hosts.ssh_line import dial
from rproc_tui.linux import paths
from tests.bench.dump_agent import SIZE
from tests.bench.measure import Measure
from tests.controller.test_crash_dump import WAITING, any_room
from tests.hosts.ssh.proxy import proxy
from tests.hosts.ssh.server import SSH, SSHD, Server, programs, python, server

RATE = 1_000_000
"""Bytes per second towards us."""
GIVEN_UP_AFTER = 5 << 20
"""Bytes."""


def run() -> Iterator[Measure]:
    """Skipped where there is no OpenSSH."""
    if SSHD is None or SSH is None:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with server(folder, str(programs(folder / "programs", agent=python("tests.bench.dump_agent")))) as there:
            yield from asyncio.run(_measure(there, folder))


async def _measure(there: Server, folder: pathlib.Path) -> list[Measure]:
    async with proxy(there.port, rate=RATE) as between:
        os.environ["PATH"] = there.way(between.port)
        host = SshHost("board", functools.partial(dial, "board"), SystemClock())
        path = folder / "dump.core"
        given_up = await _give_up(host, path)
        assert not path.exists()
        assert await _is_held(host)
        steps = 0

        def count() -> None:
            nonlocal steps
            steps += 1

        began = time.perf_counter()
        await collect_dump(host, WAITING, str(path), room=any_room, keep=False, collection=DumpCollection(count))
        took = time.perf_counter() - began
        assert path.stat().st_size > SIZE
        assert not await _is_held(host)
        await host.close()
    return [
        Measure(
            "32 MB dump at 1 MB/s: time",
            took / (SIZE / RATE),
            1.7,
            "x line",
            f"{took:.1f} s; four bytes travel for three",
        ),
        Measure("32 MB dump at 1 MB/s: steps that are told", steps, 30, at_least=True),
        Measure("32 MB dump at 1 MB/s: given up in", given_up * 1e3, 100, "ms", "the kernel's is left alone"),
    ]


async def _give_up(host: SshHost, path: pathlib.Path) -> float:
    """Seconds from the wish to give a dump up until that is done."""
    wished = 0.0

    def came() -> None:
        nonlocal wished
        if not wished and collection.progress.size >= GIVEN_UP_AFTER:
            wished = time.perf_counter()
            asyncio.get_running_loop().call_later(0.5, wish)

    def wish() -> None:
        nonlocal wished
        wished = time.perf_counter()
        collection.give_up()

    collection = DumpCollection(came)
    try:
        await collect_dump(host, WAITING, str(path), room=any_room, keep=False, collection=collection)
    except GivenUp:
        return time.perf_counter() - wished
    raise AssertionError("it was not given up")


async def _is_held(host: SshHost) -> bool:
    """Whether the kernel there has its own."""
    try:
        return bool(await host.read(paths.dump_data(WAITING), limit=1))
    except FileNotFoundError:
        return False
