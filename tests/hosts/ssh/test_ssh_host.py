"""A line is made when it is needed, told of, made again when it broke; what was on its way then is unknown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.errors import AnswerLost, LineLost, NotConnected
from rproc_tui.hosts.agent_host import AgentHost
from rproc_tui.hosts.base import Remote
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.far import Verdict
from rproc_tui.hosts.read_only import read_only
from rproc_tui.hosts.ssh import SshHost
from rproc_tui.model.connection import Connection, Link
from tests.hosts.ssh.lines import Exchange

STATE = "/sys/class/remoteproc/remoteproc0/state"
LOST = Verdict(Link.LOST, "no route to host")
REFUSED = Verdict(Link.REFUSED, "no key")


@pytest.fixture
async def exchange(plain_host: EmulatedHost) -> Exchange:
    return Exchange(plain_host)


@pytest.fixture
async def host(exchange: Exchange) -> AsyncIterator[SshHost]:
    host = SshHost("board", exchange, ManualClock(), delays=(0.0, 0.001))
    yield host
    await host.close()


async def comes(host: SshHost, link: Link, *, generation: int | None = None) -> Connection:
    """Wait until the line is in a state."""
    async with asyncio.timeout(10):
        async for connection in host.connections():
            if connection.link is link and generation in (None, connection.generation):
                return connection
    raise AssertionError("it ended")


async def test_nothing_is_dialled_before_somebody_asks(host: SshHost, exchange: Exchange) -> None:
    assert host.connection.link is Link.CONNECTING
    await asyncio.sleep(0)
    assert exchange.attempts == 0
    assert await host.read(STATE) == b"offline\n"
    assert exchange.attempts == 1


async def test_many_who_ask_at_once_share_one_line(host: SshHost, exchange: Exchange) -> None:
    assert set(await asyncio.gather(*(host.read(STATE) for _ in range(20)))) == {b"offline\n"}
    assert exchange.attempts == 1


async def test_who_answers_there_is_told(host: SshHost) -> None:
    connection = await comes(host, Link.CONNECTED)
    assert connection.agent is not None
    assert connection.agent.startswith("rproc-tui ")
    assert (connection.generation, connection.reason, connection.lacks) == (1, None, ())


async def test_a_lost_line_is_made_again_and_counted(host: SshHost, exchange: Exchange) -> None:
    await comes(host, Link.CONNECTED)
    exchange.cut()
    await comes(host, Link.CONNECTED, generation=2)
    assert await host.read(STATE) == b"offline\n"
    assert exchange.lines[0].closed


async def test_a_machine_that_is_not_there_yet_is_tried_until_it_is(host: SshHost, exchange: Exchange) -> None:
    exchange.refusals = [LOST] * 5
    await comes(host, Link.CONNECTED)
    assert exchange.attempts == 6


async def test_while_it_is_lost_whatever_is_asked_fails_at_once_with_the_reason(exchange: Exchange) -> None:
    exchange.refusals = [LOST]
    host = SshHost("board", exchange, ManualClock(), delays=(1000.0,))
    with pytest.raises(NotConnected, match="no route"):
        await host.write(STATE, b"start")
    with pytest.raises(NotConnected, match="no route"):
        await host.read(STATE)
    connection = host.connection
    assert (connection.link, connection.reason, connection.retry_at) == (Link.LOST, "no route to host", 1000.0)
    await host.close()


async def test_a_refusal_is_not_tried_again_by_itself_but_when_somebody_wants(exchange: Exchange) -> None:
    exchange.refusals = [REFUSED]
    host = SshHost("board", exchange, ManualClock(), delays=(0.0,))
    connection = await comes(host, Link.REFUSED)
    assert connection.retry_at is None
    for _ in range(20):
        await asyncio.sleep(0)
    assert exchange.attempts == 1
    host.reconnect()
    assert await host.read(STATE) == b"offline\n"
    await host.close()


async def test_what_is_on_its_way_when_the_line_breaks_is_unknown_and_not_done(
    host: SshHost, exchange: Exchange, plain_host: EmulatedHost
) -> None:
    await comes(host, Link.CONNECTED)
    arrived, release = asyncio.Event(), asyncio.Event()

    async def slow(_path: str, _data: bytes) -> None:
        arrived.set()
        await release.wait()

    plain_host.write = slow  # type: ignore[method-assign, assignment]
    writing = asyncio.ensure_future(host.write(STATE, b"start"))
    await arrived.wait()
    exchange.cut()
    with pytest.raises(AnswerLost) as caught:
        await writing
    assert not isinstance(caught.value, NotConnected)
    assert isinstance(caught.value, OSError)
    assert caught.value.errno_name == "ECONNRESET"
    release.set()


async def test_a_followed_file_is_followed_on_after_a_break(
    host: SshHost, exchange: Exchange, plain_host: EmulatedHost
) -> None:
    contents = host.follow(STATE, 0.01)
    assert await anext(contents) == b"offline\n"
    exchange.cut()
    await plain_host.write(STATE, b"start")
    assert await asyncio.wait_for(anext(contents), 10) == b"running\n"


async def test_a_file_that_is_gone_ends_what_follows_it(host: SshHost) -> None:
    async with asyncio.timeout(10):
        assert [content async for content in host.follow("/sys/class/remoteproc/remoteproc9/state", 0.01)] == []


async def test_kernel_lines_are_told_once_through_all_breaks_of_one_boot(
    host: SshHost, exchange: Exchange, plain_host: EmulatedHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rproc_tui.hosts.ssh.BOOT_ID", "/proc/sys/kernel/osrelease")
    lines = host.kernel_log()
    seen = [await anext(lines)]
    await host.log_told()
    for generation in (2, 3):
        exchange.cut()
        await comes(host, Link.CONNECTED, generation=generation)
    await plain_host.write(STATE, b"start")
    async with asyncio.timeout(10):
        while "is now up" not in seen[-1].text:
            seen.append(await anext(lines))
    numbers = [line.sequence for line in seen]
    assert numbers == sorted(set(numbers))


async def test_after_another_boot_the_log_begins_anew(host: SshHost, exchange: Exchange) -> None:
    """The boot of a board without a boot id is another one at each connection."""
    lines = host.kernel_log()
    first = await anext(lines)
    exchange.cut()
    async with asyncio.timeout(10):
        while (await anext(lines)) != first:
            pass


async def test_device_events_go_on_after_a_break(host: SshHost, exchange: Exchange, plain_host: EmulatedHost) -> None:
    coming = asyncio.ensure_future(anext(host.uevents()))
    await comes(host, Link.CONNECTED)
    exchange.cut()
    await comes(host, Link.CONNECTED, generation=2)
    async with asyncio.timeout(10):
        while not coming.done():
            await plain_host.write("/sys/class/remoteproc/remoteproc0/uevent", b"change")
            await host.list("/sys")
    assert coming.result().action == "change"


async def test_an_agent_that_is_silent_though_asked_is_lost(
    host: SshHost, exchange: Exchange, plain_host: EmulatedHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rproc_tui.hosts.ssh.PING_EVERY", 0.01)
    monkeypatch.setattr("rproc_tui.hosts.ssh.SILENCE_MOST", 0.01)
    monkeypatch.setattr(AgentHost, "ping", lambda _host: asyncio.Event().wait())
    await comes(host, Link.CONNECTED)
    connection = await comes(host, Link.LOST)
    assert "silent" in (connection.reason or "")


async def test_an_idle_agent_that_answers_stays(host: SshHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rproc_tui.hosts.ssh.PING_EVERY", 0.001)
    monkeypatch.setattr("rproc_tui.hosts.ssh.SILENCE_MOST", 5.0)
    answered = asyncio.Semaphore(0)

    async def ping(host: AgentHost) -> None:
        await real(host)
        answered.release()

    real = AgentHost.ping
    monkeypatch.setattr(AgentHost, "ping", ping)
    await comes(host, Link.CONNECTED)
    async with asyncio.timeout(10):
        for _ in range(5):
            await answered.acquire()
    assert host.connection.generation == 1


async def test_closing_ends_whoever_waits_for_the_line(exchange: Exchange) -> None:
    exchange.refusals = [LOST]
    host = SshHost("board", exchange, ManualClock(), delays=(1000.0,))
    waiting = asyncio.ensure_future(anext(host.kernel_log()))
    await comes(host, Link.LOST)
    await host.close()
    with pytest.raises(LineLost):
        await asyncio.wait_for(waiting, 10)
    assert [connection async for connection in host.connections()] == []


async def test_read_only_refuses_writes_and_shows_the_line(host: SshHost) -> None:
    closed = read_only(host)
    assert isinstance(closed, Remote)
    with pytest.raises(OSError, match="read-only"):
        await closed.write(STATE, b"start")
    assert await closed.read(STATE) == b"offline\n"
    assert closed.connection.link is Link.CONNECTED
