"""A controller over the board of plain memory."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import AsyncIterator, Callable

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.changes import Change
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.model.processor import Processor

Until = Callable[[Callable[[], bool]], "asyncio.Future[None]"]


@pytest.fixture
async def controller(plain_host: EmulatedHost, tmp_path: pathlib.Path) -> AsyncIterator[Controller]:
    """Started; its files are in the test's own folder."""
    settings = Settings(
        state_every=0.0, trace_every=0.0, table_every=0.0, settle=0.03, state_folder=str(tmp_path / "state")
    )
    controller = Controller([plain_host], clock=SystemClock(), settings=settings)
    await controller.start()
    yield controller
    await controller.close()


async def until(controller: Controller, condition: Callable[[], bool]) -> None:
    """Wait for a change after which something is so; fails after five seconds."""
    changed = asyncio.Event()

    def listen(_change: Change) -> None:
        changed.set()

    unsubscribe = controller.subscribe(listen)
    try:
        async with asyncio.timeout(5):
            while not condition():
                await changed.wait()
                changed.clear()
    finally:
        unsubscribe()


def processor(controller: Controller, name: str = "m4") -> Processor:
    """A processor as it is now."""
    return next(found for found in controller.snapshot.processors if found.name == name)
