"""Screen 4 over the demo board: real firmware echoes, stops, crashes and comes back."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import AsyncIterator
from typing import cast

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.tui.app import RprocTui
from tests.demo_board import demo_board
from tests.tui.scripted import ScriptedController
from tests.tui.showing import Shown

pytestmark = pytest.mark.emulator


class Patient(Shown):
    """Waits in real time: firmware takes what it takes."""

    async def sees(self, text: str) -> None:
        async with asyncio.timeout(10):
            while text not in self.text():  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture
async def shown(tmp_path: pathlib.Path) -> AsyncIterator[Shown]:
    settings = Settings(state_folder=str(tmp_path / "state"))
    controller = Controller([demo_board(str(tmp_path / "firmware"))], clock=SystemClock(), settings=settings)
    app = RprocTui(lambda: controller)
    async with app.run_test(size=(120, 40)) as pilot:
        shown = Patient(app, pilot, cast("ScriptedController", controller))
        await shown.sees("m4 · remoteproc0")
        await shown.press("4")
        await shown.sees("ttyRPMSG0")
        yield shown
    await controller.close()


async def test_an_echo_comes_back_and_the_channel_ends_with_a_reason_and_resumes(shown: Shown) -> None:
    await shown.press("enter")
    await shown.type("ping")
    await shown.press("enter")
    await shown.sees("← ping")
    await shown.press("escape", "s")
    await shown.sees("m4 is offline: channels come with its firmware")
    await shown.press("b")
    await shown.sees("rpmsg-raw of m4 is gone: it was stopped")
    await shown.until(lambda: shown.text().count("listening to rpmsg-raw") == 2)
    await shown.press("i")
    await shown.type("again")
    await shown.press("enter")
    await shown.sees("← again")


async def test_a_message_that_crashes_the_firmware_ends_in_a_sentence(shown: Shown) -> None:
    await shown.press("down", "i")
    await shown.type("crash null")
    await shown.press("enter")
    await shown.sees("rpmsg-tty of m4 is gone: it crashed")
    await shown.until(lambda: shown.text().count("listening to rpmsg-tty") == 2)
    await shown.type("temp")
    await shown.press("enter")
    await shown.sees(" C ")
