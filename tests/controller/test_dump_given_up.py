"""A dump that comes slowly is given up by whoever waits for it; the kernel has its own, and it can be had later."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import AsyncIterator

import pytest

from rproc_tui.controller.controller import Controller
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.linux import paths
from rproc_tui.model.outcome import Result, Verb
from tests.conformance.hosts import emulated
from tests.controller.conftest import processor, until
from tests.controller.crash_rig import NAME, boot, capturing, next_crash, report_crash


class SlowDumps:
    """A board whose dumps stop coming after their first piece, until there is a way."""

    def __init__(self, folder: str) -> None:
        self.way = asyncio.Event()
        self.host = emulated("v6.12", folder)
        self._read = self.host.read
        self.host.read = self._read_slowly  # type: ignore[method-assign]

    async def _read_slowly(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        if path.endswith("/data") and offset:
            await self.way.wait()
        return await self._read(path, limit=limit, offset=offset)


@pytest.fixture
def slow(tmp_path: pathlib.Path) -> SlowDumps:
    (tmp_path / "firmware").mkdir()
    return SlowDumps(str(tmp_path / "firmware"))


async def crashed(controller: Controller, host: EmulatedHost) -> None:
    """It was booted, is to leave a dump, and crashes."""
    await boot(controller, host)
    await host.write(paths.attribute(processor(controller, NAME).id, "coredump"), b"enabled")
    await report_crash(controller, host)


async def some_came(controller: Controller) -> None:
    def has_come() -> bool:
        progress = processor(controller, NAME).dump_progress
        return progress is not None and progress.size > 0

    await until(controller, has_come)


async def given_up(controller: Controller) -> None:
    controller.give_up_dump(processor(controller, NAME).key)
    await until(controller, lambda: processor(controller, NAME).dump_progress is None)


@pytest.fixture
async def controller(slow: SlowDumps, tmp_path: pathlib.Path) -> AsyncIterator[Controller]:
    async with capturing(slow.host, tmp_path / "state") as controller:
        yield controller


async def test_the_dump_of_a_captured_crash_is_given_up_and_collected_later_by_hand(
    controller: Controller, slow: SlowDumps, tmp_path: pathlib.Path
) -> None:
    await crashed(controller, slow.host)
    await some_came(controller)
    await given_up(controller)
    record = await next_crash(controller, None)
    assert [problem for problem in record.problems if "given up" in problem]
    assert not list(tmp_path.rglob("*.core"))
    collecting = asyncio.ensure_future(controller.act(processor(controller, NAME).key, Verb.COREDUMP))
    await some_came(controller)
    await given_up(controller)
    outcome = await asyncio.wait_for(collecting, 10)
    assert (outcome.result, "given up" in outcome.message) == (Result.REFUSED, True)
    assert not list(tmp_path.rglob("*.core"))
    slow.way.set()
    outcome = await asyncio.wait_for(controller.act(processor(controller, NAME).key, Verb.COREDUMP), 10)
    assert outcome.ok
    assert pathlib.Path(outcome.path or "").stat().st_size > 0


async def test_where_no_dump_comes_there_is_nothing_to_give_up(controller: Controller, slow: SlowDumps) -> None:
    await boot(controller, slow.host)
    controller.give_up_dump(processor(controller, NAME).key)
    assert processor(controller, NAME).dump_progress is None
