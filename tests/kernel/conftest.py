"""What only a kernel can show, asked inside the machine that `python -m tests.kernel` boots; skipped elsewhere."""

from __future__ import annotations

import os
import pathlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.local import LocalHost
from tests.conformance.machine import Machine
from tests.conformance.processor import DRIVER

HERE = pathlib.Path(__file__).parent
TOLD_MOST = 6000
"""Characters of a failure that are told while the tests go on."""
IMAGES = ("good.elf", "vrproc-0.elf", "vrproc-2.elf", "rproc-vr-r5-fw")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A machine with the lab's driver is needed, and no other must be touched."""
    if os.path.isdir(DRIVER):
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="no kernel of the lab under us: make test-kernel"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Say at once what failed: a machine that is switched off would take it along."""
    if report.failed:
        print(f"\n{report.nodeid}\n{report.longreprtext[-TOLD_MOST:]}", flush=True)


@pytest_asyncio.fixture
async def machine() -> AsyncIterator[Machine]:
    """The machine that we are in, at rest, with firmware that boots."""
    machine = Machine(LocalHost())
    await machine.open()
    await machine.reset()
    for name in IMAGES:
        await machine.install(name)
    yield machine
    await machine.close()


@pytest_asyncio.fixture
async def controller(machine: Machine, tmp_path: pathlib.Path) -> AsyncIterator[Controller]:
    """The controller as the program starts it; what it keeps is in the test's own folder."""
    controller = Controller(
        [LocalHost(label="lab")], clock=SystemClock(), settings=Settings(state_folder=str(tmp_path / "state"))
    )
    await controller.start()
    yield controller
    await controller.close()
