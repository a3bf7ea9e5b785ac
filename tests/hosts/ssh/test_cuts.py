"""The line breaks at any byte of what is done over it: nothing hangs, nothing claims a success that is none, and no
half file is left. Without ssh, whose part in it is to end: `RPROC_TUI_CUTS=200` makes as many cuts of a real ssh.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import pathlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.crash_dump import collect_dump
from rproc_tui.errors import HostError, LineLost
from rproc_tui.hosts.agent_host import AgentHost
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.far import NoLine, Verdict
from rproc_tui.hosts.ssh import SshHost
from rproc_tui.hosts.ssh_line import dial
from rproc_tui.linux import paths
from rproc_tui.model.connection import Link
from tests.controller.test_crash_dump import WAITING, DumpHost, any_room, dump_of
from tests.hosts.ssh.conftest import Conversations, Servers, agent_at
from tests.hosts.ssh.proxy import Proxy, proxy
from tests.hosts.ssh.server import BOARD

CUTS = 50
"""For each of four things that are done."""
CUTS_OF_SSH = int(os.environ.get("RPROC_TUI_CUTS", "4"))
PATIENCE = 60.0
FOLDER = "/lib/firmware"
STATE = "/sys/class/remoteproc/remoteproc0/state"
FIRMWARE = "/sys/class/remoteproc/remoteproc0/firmware"


class PlainLine:
    """A line through the proxy, without ssh."""

    def __init__(self, host: AgentHost) -> None:
        self.host = host

    async def ended(self) -> Verdict:
        return Verdict(Link.LOST, (await self.host.ended()).message)

    async def close(self) -> None:
        await self.host.close()


async def dial_plainly(port: int) -> PlainLine:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 26)
        return PlainLine(await AgentHost.connect(BOARD, reader, writer))
    except OSError as error:
        raise NoLine(Verdict(Link.LOST, str(error))) from None


@contextlib.asynccontextmanager
async def behind_proxy(real: Host) -> AsyncIterator[tuple[SshHost, Proxy]]:
    """A host of this process, through a line that can be cut at a byte."""
    conversations = Conversations(real)
    listener = await asyncio.start_server(conversations.begin, "127.0.0.1", 0, limit=1 << 26)
    async with proxy(listener.sockets[0].getsockname()[1]) as between:
        host = SshHost(BOARD, functools.partial(dial_plainly, between.port), SystemClock(), delays=(0.0,))
        yield host, between
        await host.close()
    listener.close()
    await conversations.end()


async def whole_length(between: Proxy, host: SshHost, act: Callable[[], Awaitable[object]]) -> int:
    """How many bytes pass when nothing is cut."""
    await host.list("/")
    before = between.passed
    await act()
    return between.passed - before


async def attempt(act: Callable[[], Awaitable[object]]) -> bool:
    """Whether it says that it was done; what else it may say is that the line was lost."""
    async with asyncio.timeout(PATIENCE):
        try:
            await act()
        except (LineLost, HostError):
            return False
        return True


async def asked_again(host: SshHost) -> None:
    """Wait until the machine answers again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(LineLost):
                await host.list("/")
                return
            host.reconnect()
            await asyncio.sleep(0)


async def cut_anywhere(
    host: SshHost,
    between: Proxy,
    act: Callable[[], Awaitable[object]],
    check: Callable[[bool], Awaitable[None]],
    *,
    cuts: int = CUTS,
) -> int:
    """Do it again and again, each time with a cut somewhere; the answer is how often it was done nevertheless."""
    chance = random.Random(8)  # noqa: S311 (the same cuts at every run)
    length = await whole_length(between, host, act)
    await check(True)  # noqa: FBT003
    done = 0
    for _ in range(cuts):
        await asked_again(host)
        between.cut_at = between.passed + chance.randrange(1, length + 1)
        well = await attempt(act)
        between.cut_at = None
        done += well
        await check(well)
    return done


class Boots:
    """Starts a processor and stops it."""

    def __init__(self, real: Host, host: Host) -> None:
        self._real = real
        self._host = host

    async def act(self) -> None:
        await self._host.write(STATE, b"start")
        assert await self._host.read(STATE) == b"running\n"

    async def check(self, well: bool) -> None:
        state = await self._real.read(STATE)
        assert not well or state == b"running\n"
        if state == b"running\n":
            await self._real.write(STATE, b"stop")


class Puts:
    """Replaces a firmware file by another build."""

    def __init__(self, real: Host, host: Host) -> None:
        self._real = real
        self._host = host
        self._builds = [os.urandom(90_000), os.urandom(120_000)]

    async def act(self) -> None:
        await self._host.put(f"{FOLDER}/build.elf", self._builds[-1])

    async def check(self, well: bool) -> None:
        there = await self._real.read(f"{FOLDER}/build.elf")
        assert there in self._builds
        assert not well or there == self._builds[-1]
        assert [name for name in await self._real.list(FOLDER) if name.startswith(".")] == []
        self._builds.reverse()


class Reloads:
    """Stops a processor, sends a build, names it, starts it."""

    def __init__(self, real: Host, host: Host, build: bytes) -> None:
        self._real = real
        self._host = host
        self._build = build + bytes(100_000)

    async def act(self) -> None:
        if await self._host.read(STATE) == b"running\n":
            await self._host.write(STATE, b"stop")
        await self._host.put(f"{FOLDER}/next.elf", self._build)
        await self._host.write(FIRMWARE, b"next.elf")
        await self._host.write(STATE, b"start")

    async def check(self, well: bool) -> None:
        if well:
            assert await self._real.read(STATE) == b"running\n"
            assert await self._real.read(FIRMWARE) == b"next.elf\n"
        if "next.elf" in await self._real.list(FOLDER):
            assert await self._real.read(f"{FOLDER}/next.elf") == self._build
            await self._real.remove(f"{FOLDER}/next.elf")


async def test_of_a_boot_that_was_cut_off_nobody_claims_that_it_was_done(plain_host: EmulatedHost) -> None:
    async with behind_proxy(plain_host) as (host, between):
        boots = Boots(plain_host, host)
        assert await cut_anywhere(host, between, boots.act, boots.check) < CUTS


async def test_a_file_whose_way_was_cut_off_is_the_old_or_the_new_one(plain_host: EmulatedHost) -> None:
    async with behind_proxy(plain_host) as (host, between):
        puts = Puts(plain_host, host)
        assert await cut_anywhere(host, between, puts.act, puts.check) < CUTS


async def test_a_reload_that_was_cut_off_leaves_no_half_build(
    plain_host: EmulatedHost, firmware_folder: pathlib.Path
) -> None:
    async with behind_proxy(plain_host) as (host, between):
        reloads = Reloads(plain_host, host, (firmware_folder / "m4.elf").read_bytes())
        assert await cut_anywhere(host, between, reloads.act, reloads.check) < CUTS


async def test_a_dump_that_was_cut_off_is_with_the_kernel_or_whole_with_us(tmp_path: pathlib.Path) -> None:
    content = dump_of(150_000)
    real = DumpHost({paths.dump_data(WAITING): content, paths.OSRELEASE: b"6.12\n"})
    real.list = _no_names  # type: ignore[method-assign, assignment]
    ours = tmp_path / "dump.core"

    async with behind_proxy(real) as (host, between):

        async def check(well: bool) -> None:
            if well:
                assert real.freed
            if real.freed or ours.exists():
                assert ours.read_bytes() == content
            ours.unlink(missing_ok=True)
            real.freed = False

        act = functools.partial(collect_dump, host, WAITING, str(ours), room=any_room, keep=False)
        assert await cut_anywhere(host, between, act, check) < CUTS


async def _no_names(_path: str) -> list[str]:
    return []


@pytest.mark.parametrize("kind", ["boots", "puts"])
async def test_the_same_through_a_real_ssh(
    servers: Servers, plain_host: EmulatedHost, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    board = servers("agent")
    async with agent_at(board, plain_host), proxy(board.port) as between:
        monkeypatch.setenv("PATH", board.way(between.port))
        host = SshHost(BOARD, functools.partial(dial, BOARD), SystemClock(), delays=(0.01,))
        subject = Boots(plain_host, host) if kind == "boots" else Puts(plain_host, host)
        await cut_anywhere(host, between, subject.act, subject.check, cuts=CUTS_OF_SSH // 2)
        await host.close()
