"""A board whose line breaks: what was under way is unknown and never done; what is asked later is not sent."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pathlib
from collections.abc import AsyncIterator

from rproc_tui.clock import ManualClock, SystemClock
from rproc_tui.controller.changes import Change
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.far import Verdict
from rproc_tui.hosts.ssh import SshHost
from rproc_tui.model.connection import Link
from rproc_tui.model.event import EventKind
from rproc_tui.model.outcome import Result, Verb
from tests.controller.conftest import processor, until
from tests.hosts.ssh.lines import Exchange
from tests.plain_board import firmware

CLASS = "/sys/class/remoteproc/remoteproc0"


@contextlib.asynccontextmanager
async def far_board(
    plain_host: EmulatedHost, tmp_path: pathlib.Path, *, delay: float
) -> AsyncIterator[tuple[Controller, Exchange, SshHost]]:
    """A controller over a board behind a line that is made again after `delay`."""
    exchange = Exchange(plain_host)
    host = SshHost("board", exchange, ManualClock(), delays=(delay,))
    settings = Settings(state_every=0.0, trace_every=0.0, table_every=0.0, state_folder=str(tmp_path / "state"))
    controller = Controller([host], clock=SystemClock(), settings=settings)
    await controller.start()
    try:
        yield controller, exchange, host
    finally:
        await controller.close()


async def test_an_action_under_way_when_the_line_breaks_is_unknown(
    plain_host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    began, release = asyncio.Event(), asyncio.Event()
    write = plain_host.write

    async def slow(path: str, data: bytes) -> None:
        began.set()
        await release.wait()
        await write(path, data)

    async with far_board(plain_host, tmp_path, delay=1000.0) as (controller, exchange, _host):
        plain_host.write = slow  # type: ignore[method-assign]
        booting = asyncio.ensure_future(controller.act(processor(controller).key, Verb.BOOT))
        await began.wait()
        exchange.cut()
        outcome = await asyncio.wait_for(booting, 10)
        release.set()
    assert outcome.result is Result.UNKNOWN
    assert "whether it was done is unknown" in outcome.message


async def test_crashes_from_before_we_came_are_no_news_however_late_the_log_comes(
    plain_host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    await plain_host.write(f"{CLASS}/recovery", b"disabled")
    await plain_host.write(f"{CLASS}/state", b"start")
    await plain_host.write("/sys/kernel/debug/remoteproc/remoteproc0/crash", b"1")
    async with asyncio.timeout(10):
        async for state in plain_host.follow(f"{CLASS}/state", 0.0):
            if state == b"crashed\n":
                break
    async with far_board(plain_host, tmp_path, delay=0.0) as (controller, _exchange, _host):
        await until(controller, lambda: processor(controller).crashes == 1)
        assert [event for event in controller.events if event.kind is EventKind.CRASHED] == []


async def test_nothing_is_sent_to_a_board_that_is_lost(plain_host: EmulatedHost, tmp_path: pathlib.Path) -> None:
    async with far_board(plain_host, tmp_path, delay=1000.0) as (controller, exchange, host):
        key = processor(controller).key
        exchange.cut()
        async for connection in host.connections():
            if connection.retry_at is not None:
                break
        outcome = await controller.act(key, Verb.BOOT)
        assert outcome.result is Result.REFUSED
        assert "board is lost" in outcome.message
    assert await plain_host.read("/sys/class/remoteproc/remoteproc0/state") == b"offline\n"


async def test_a_board_that_is_not_reached_at_all_says_why_and_nothing_about_its_kernel(
    plain_host: EmulatedHost,
) -> None:
    exchange = Exchange(plain_host)
    exchange.refusals = [Verdict(Link.REFUSED, "no key of yours is known there")]
    controller = Controller([SshHost("board", exchange, ManualClock())], clock=SystemClock(), settings=Settings())
    await controller.start()
    (board,) = controller.snapshot.hosts
    await controller.close()
    assert "no key of yours" in (board.error or "")
    assert not [advice for advice in board.advice if "root" in advice]


async def test_a_refused_board_says_why(plain_host: EmulatedHost, tmp_path: pathlib.Path) -> None:
    async with far_board(plain_host, tmp_path, delay=0.0) as (controller, exchange, host):
        key = processor(controller).key
        exchange.refusals = [Verdict(Link.REFUSED, "no key of yours is known there")]
        exchange.cut()
        async for connection in host.connections():
            if connection.link is Link.REFUSED:
                break
        outcome = await controller.act(key, Verb.STOP)
        assert "no key of yours" in outcome.message


async def test_a_build_of_this_machine_is_sent_and_how_far_it_is_is_shown(
    plain_host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    build = firmware() + os.urandom(700_000)
    said: set[str] = set()
    async with far_board(plain_host, tmp_path, delay=0.0) as (controller, _exchange, _host):

        def listen(change: Change) -> None:
            watch = processor(controller).watch
            said.add("" if watch is None else watch.message)

        controller.subscribe(listen)
        (tmp_path / "out.elf").write_bytes(build)
        await controller.act(processor(controller).key, Verb.BOOT)
        await controller.act(processor(controller).key, Verb.WATCH, str(tmp_path / "out.elf"))
        await until(controller, lambda: (watch := processor(controller).watch) is not None and watch.reloads == 1)
        installed = f"/lib/firmware/{processor(controller).firmware}"
        assert await plain_host.read(installed) == build
    assert [message for message in said if message.startswith("sending the build: ")]
