"""A board whose line breaks keeps its last facts; when the line is back everything is looked at again."""

from __future__ import annotations

import asyncio
import contextlib
import pathlib
from collections.abc import AsyncIterator

import pytest

from rproc_tui.clock import ManualClock, SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.far import Verdict
from rproc_tui.hosts.ssh import BOOT_ID, SshHost
from rproc_tui.model.connection import Link
from rproc_tui.model.event import EventKind
from rproc_tui.model.kernel_log import KernelLine, Uevent
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import HostState, State
from tests.controller.conftest import processor, until
from tests.controller.test_lost_line import CLASS, far_board
from tests.hosts.ssh.lines import Exchange, SocketLine
from tests.linux.board import processor as files_of
from tests.linux.memory_host import MemoryHost

NEVER = 1000.0


def board(controller: Controller) -> HostState:
    return controller.snapshot.hosts[-1]


def told(controller: Controller, kind: EventKind) -> list[str]:
    return [event.text for event in controller.events if event.kind is kind]


async def break_it(controller: Controller, exchange: Exchange) -> None:
    exchange.cut()
    await until(controller, lambda: (line := board(controller).connection) is not None and line.retry_at is not None)


async def test_a_lost_board_is_tried_again_at_once_when_somebody_asks(
    plain_host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    async with far_board(plain_host, tmp_path, delay=NEVER) as (controller, exchange, _host):
        await break_it(controller, exchange)
        controller.reconnect("another board")
        assert not board(controller).is_reached
        controller.reconnect("board")
        await until(controller, lambda: board(controller).is_reached)


async def test_a_lost_board_keeps_its_processors_as_they_were_seen_last(
    plain_host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    async with far_board(plain_host, tmp_path, delay=NEVER) as (controller, exchange, _host):
        key = processor(controller).key
        await controller.act(key, Verb.BOOT)
        await controller.look(key)
        before = controller.snapshot.processors
        await break_it(controller, exchange)
        await controller.look(key)
        lost = board(controller)
        assert lost.processors == before
        assert not lost.is_reached
        assert lost.last_seen is not None
        assert (lost.error or "").startswith("board is lost: ")
        assert "board is lost" in (controller.why_not(key, Verb.STOP) or "")
        assert [text for text in told(controller, EventKind.HOST) if "lost" in text] == [lost.error]


async def test_what_happened_meanwhile_is_seen_when_the_line_is_back(
    plain_host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    async with far_board(plain_host, tmp_path, delay=NEVER) as (controller, exchange, host):
        await controller.act(processor(controller).key, Verb.BOOT)
        await break_it(controller, exchange)
        await plain_host.write(f"{CLASS}/state", b"stop")
        await plain_host.write(f"{CLASS}/recovery", b"disabled")
        assert processor(controller).state is State.RUNNING
        host.reconnect()
        await until(controller, lambda: processor(controller).recovery == "disabled")
        await until(controller, lambda: processor(controller).state is State.OFFLINE)
        assert board(controller).is_reached
        assert board(controller).error is None
        assert board(controller).last_seen is None
        assert told(controller, EventKind.VANISHED) == []
        assert told(controller, EventKind.HOST)[-1] == "board is connected"


async def test_attempts_that_fail_like_the_one_before_are_told_once(
    plain_host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    async with far_board(plain_host, tmp_path, delay=0.0) as (controller, exchange, host):
        exchange.refusals = [Verdict(Link.REFUSED, "no key"), *[Verdict(Link.LOST, "no route to it")] * 5]
        exchange.cut()
        await until(controller, lambda: board(controller).error == "board is refused: no key")
        assert len([text for text in told(controller, EventKind.HOST) if "board is lost" in text]) == 1
        host.reconnect()
        await until(controller, lambda: board(controller).is_reached)


async def test_an_action_whose_answer_was_lost_is_looked_at_again(
    plain_host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    began, release, written = asyncio.Event(), asyncio.Event(), asyncio.Event()
    write = plain_host.write

    async def slow(path: str, data: bytes) -> None:
        began.set()
        await asyncio.shield(release.wait())
        await write(path, data)
        written.set()

    async with far_board(plain_host, tmp_path, delay=NEVER) as (controller, exchange, host):
        plain_host.write = slow  # type: ignore[method-assign]
        booting = asyncio.ensure_future(controller.act(processor(controller).key, Verb.BOOT))
        await began.wait()
        await break_it(controller, exchange)
        assert (await asyncio.wait_for(booting, 10)).result is Result.UNKNOWN
        plain_host.write = write  # type: ignore[method-assign]
        await write(f"{CLASS}/state", b"start")
        host.reconnect()
        seen = "m4 is running now that board was looked at again"
        await until(controller, lambda: (last := processor(controller).outcome) is not None and last.advice == (seen,))
        last = processor(controller).outcome
        assert last is not None
        assert last.result is Result.UNKNOWN
        assert f"boot: {seen}" in told(controller, EventKind.ACTION)


class Machine(MemoryHost):
    """One processor; its kernel's log, and which boot of it this is, are the test's."""

    def __init__(self) -> None:
        super().__init__(files_of(0, "soc/10000000.m4", state="running"))
        self.lines: list[KernelLine] = []
        self.more = asyncio.Event()

    def boot(self, number: int, *crashes: int) -> None:
        """Another boot, of whose crashes its log tells."""
        self.files[BOOT_ID] = f"boot {number}\n".encode()
        self.lines = []
        for crash in crashes:
            self.crash(crash)

    def crash(self, number: int) -> None:
        at = len(self.lines)
        texts = ("crash detected in m4: type watchdog", f"handling crash #{number} in m4")
        self.lines += [
            KernelLine(at + index, float(at + index), 3, f"remoteproc remoteproc0: {text}", "remoteproc")
            for index, text in enumerate(texts)
        ]
        self.more.set()

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        lines, told = self.lines, 0
        while True:
            while told < len(lines):
                yield lines[told]
                told += 1
            self.more.clear()
            await self.more.wait()

    async def uevents(self) -> AsyncIterator[Uevent]:
        await asyncio.Event().wait()
        yield Uevent("add", "/devices/x", "net")

    async def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        yield await self.read(path)
        await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def far_machine(machine: Machine, folder: pathlib.Path) -> AsyncIterator[tuple[Controller, Exchange, SshHost]]:
    exchange = Exchange(machine)
    host = SshHost("board", exchange, ManualClock(), delays=(NEVER,))
    controller = Controller([host], clock=SystemClock(), settings=Settings(state_folder=str(folder)))
    await controller.start()
    try:
        yield controller, exchange, host
    finally:
        await controller.close()


async def test_what_the_kernel_of_a_rebooted_board_said_before_is_no_news(tmp_path: pathlib.Path) -> None:
    machine = Machine()
    machine.boot(1, 1, 2, 3)
    async with far_machine(machine, tmp_path) as (controller, exchange, host):
        assert processor(controller).crashes == 3
        await break_it(controller, exchange)
        machine.boot(2, 1, 2)
        host.reconnect()
        await until(controller, lambda: processor(controller).crashes == 2)
        await controller.act(processor(controller).key, Verb.RECOVERY, "on")  # waits until all old lines were heard
        assert told(controller, EventKind.CRASHED) == []
        machine.crash(3)
        await until(controller, lambda: bool(told(controller, EventKind.CRASHED)))
        assert processor(controller).crashes == 3


async def test_what_the_kernel_said_while_the_line_was_lost_is_news(tmp_path: pathlib.Path) -> None:
    machine = Machine()
    machine.boot(1, 1)
    async with far_machine(machine, tmp_path) as (controller, exchange, host):
        await break_it(controller, exchange)
        machine.crash(2)
        host.reconnect()
        await until(controller, lambda: len(told(controller, EventKind.CRASHED)) == 1)
        assert processor(controller).crashes == 2


async def test_a_processor_that_is_gone_when_the_line_is_back_is_gone(tmp_path: pathlib.Path) -> None:
    machine = Machine()
    machine.boot(1)
    async with far_machine(machine, tmp_path) as (controller, exchange, host):
        await break_it(controller, exchange)
        machine.files = {"/sys/class/net": b""}
        assert controller.snapshot.processors
        host.reconnect()
        await until(controller, lambda: controller.snapshot.processors == ())
        assert told(controller, EventKind.VANISHED) == ["m4 (remoteproc0) is gone"]


class Late:
    """Answers when it is let."""

    def __init__(self, exchange: Exchange) -> None:
        self.go = asyncio.Event()
        self._exchange = exchange

    async def __call__(self) -> SocketLine:
        await self.go.wait()
        return await self._exchange()


@pytest.fixture
async def late(plain_host: EmulatedHost, tmp_path: pathlib.Path) -> AsyncIterator[tuple[Controller, Late]]:
    """A controller over a machine that answers and one that does not yet, on which a crash has been."""
    machine = Machine()
    machine.boot(1, 1, 2)
    dial = Late(Exchange(machine))
    hosts: list[Host] = [plain_host, SshHost("board", dial, ManualClock())]
    controller = Controller(
        hosts, clock=SystemClock(), settings=Settings(answer=0.0, state_folder=str(tmp_path), capture=True)
    )
    async with asyncio.timeout(10):
        await controller.start()
    yield controller, dial
    await controller.close()


async def test_a_board_that_does_not_answer_holds_up_no_other(late: tuple[Controller, Late]) -> None:
    controller, _ = late
    there, missing = controller.snapshot.hosts
    assert [found.name for found in there.processors] == ["m4", "dsp"]
    assert missing.connection is not None
    assert missing.connection.link is Link.CONNECTING
    assert missing.error == "board is not connected yet"


async def test_a_board_that_answers_late_is_looked_at_and_its_past_is_no_news(late: tuple[Controller, Late]) -> None:
    controller, dial = late
    dial.go.set()
    await controller.reached()
    assert [(found.name, found.crashes) for found in board(controller).processors] == [("m4", 2)]
    assert told(controller, EventKind.CRASHED) == []
    assert told(controller, EventKind.CAPTURED) == []


async def test_a_controller_ends_while_a_board_does_not_answer(late: tuple[Controller, Late]) -> None:
    controller, _ = late
    async with asyncio.timeout(10):
        await controller.close()
