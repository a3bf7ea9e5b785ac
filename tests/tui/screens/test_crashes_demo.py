"""Screen 5 over the demo board: real firmware dies, and the line of C that killed it is shown."""

from __future__ import annotations

import asyncio
import os
import pathlib
from collections.abc import AsyncIterator
from typing import cast

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.emulator.board import DEMO_FIRMWARE
from rproc_tui.tui.app import RprocTui
from tests.demo_board import demo_board
from tests.tui.scripted import ScriptedController
from tests.tui.showing import Shown

pytestmark = pytest.mark.emulator

NULL_WRITE, ASSERTION = "0x101", "0x103"


class Patient(Shown):
    """Waits in real time: firmware takes what it takes."""

    async def sees(self, text: str) -> None:
        for _ in range(2000):
            if text in self.text():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{text} never came to be; the screen:\n{self.text()}")

    async def crash(self, word: str) -> None:
        """Crash the selected processor on purpose, as soon as nothing else is done to any."""
        await self.until(lambda: all(worker.is_finished for worker in self.app.workers))
        await self.until(lambda: all(one.pending is None for one in self.controller.snapshot.processors))
        await self.sees("● lab running")  # the report on the last crash may have come before its recovery was seen
        await self.press("x")
        await self.sees("Crash lab: how?")
        await self.type(word)
        await self.press("enter")
        await self.sees("Crash lab (")
        await self.press("y")


@pytest.fixture
async def shown(tmp_path: pathlib.Path) -> AsyncIterator[Shown]:
    settings = Settings(
        state_folder=str(tmp_path / "state"), capture=True, source_map=(("", os.path.dirname(DEMO_FIRMWARE)),)
    )
    controller = Controller([demo_board(str(tmp_path / "firmware"))], clock=SystemClock(), settings=settings)
    app = RprocTui(lambda: controller)
    async with app.run_test(size=(120, 40)) as pilot:
        shown = Patient(app, pilot, cast("ScriptedController", controller))
        await shown.sees("m4 · remoteproc0")
        await shown.press("colon")
        await shown.type("boot lab")
        await shown.press("enter")
        await shown.sees("lab: 0x10c NULL write in a thread")
        await shown.sees("boot done")
        await shown.press("c")  # on a busy machine the board may recover before its memory was looked at
        await shown.sees("coredump enabled")
        yield shown
    await controller.close()


async def test_two_crashes_from_the_key_to_the_lines_of_c_and_side_by_side(shown: Shown) -> None:
    assert isinstance(shown, Patient)
    await shown.press("5")
    await shown.sees("No crash has been kept so far.")
    await shown.crash(NULL_WRITE)
    await shown.sees("in store_offset  runtime/crash.c:21")
    await shown.sees("▶ 21 │         sensor->calibration->offset = offset;")
    await shown.press("equals_sign")
    await shown.crash(ASSERTION)
    await shown.sees("✖ failed assertion")
    await shown.press("equals_sign")
    await shown.sees("Compare: the marked crash, and the selected one")
    await shown.sees("write through a null pointer")
    await shown.press("1")
    await shown.sees("5 shows it")
