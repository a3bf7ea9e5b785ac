"""Processors that crash, under a controller that captures: the board of the conformance suite, and the demo board."""

from __future__ import annotations

import asyncio
import contextlib
import json
import pathlib
from collections.abc import AsyncIterator
from typing import Any

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.model.crash import CrashRecord, CrashStage
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import State
from tests.conformance.images import firmware
from tests.controller.conftest import processor, until

NAME = "vr-m4"
IMAGE = "vrproc-0.elf"


@contextlib.asynccontextmanager
async def capturing(host: Host, state: pathlib.Path, **settings: Any) -> AsyncIterator[Controller]:
    """A started controller."""
    controller = Controller(
        [host],
        clock=SystemClock(),
        settings=Settings(**{"capture": True, "state_every": 0.01, "state_folder": str(state), **settings}),
    )
    await controller.start()
    try:
        yield controller
    finally:
        await controller.close()


async def boot(controller: Controller, host: Host, name: str = NAME) -> None:
    """With firmware of the suite, where it has no own."""
    if name == NAME:
        await host.put(f"/lib/firmware/{IMAGE}", firmware(tick=20))
    outcome = await controller.act(processor(controller, name).key, Verb.BOOT)
    assert outcome.ok, outcome.message


async def report_crash(controller: Controller, host: Host, name: str = NAME, crash_type: bytes = b"2") -> None:
    """As somebody does who writes into debugfs."""
    await host.write(paths.debug_file(processor(controller, name).id, "crash"), crash_type)


async def next_crash(controller: Controller, before: CrashRecord | None, name: str = NAME) -> CrashRecord:
    """Wait for the report on another crash than the one `before`."""

    def is_there() -> bool:
        found = processor(controller, name).last_crash
        return (
            found is not None
            and found.stage is CrashStage.READY
            and found.id != (None if before is None else before.id)
        )

    await until(controller, is_there)
    found = processor(controller, name).last_crash
    assert found is not None
    return found


async def crash(
    controller: Controller, host: Host, name: str = NAME, crash_type: bytes = b"2"
) -> tuple[CrashRecord, pathlib.Path]:
    """Crash it; its record and its folder."""
    before = processor(controller, name).last_crash
    await report_crash(controller, host, name, crash_type)
    record = await next_crash(controller, before, name)
    assert record.folder is not None
    return record, pathlib.Path(record.folder)


async def running(controller: Controller, name: str = NAME) -> None:
    """Wait until it is up again."""
    await until(controller, lambda: processor(controller, name).state is State.RUNNING)


def read_json(path: pathlib.Path) -> Any:
    return json.loads(path.read_text())


async def settled(condition: Any) -> None:
    """Wait for something that no change tells of; fails after five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
