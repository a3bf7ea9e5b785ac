"""Screen 5 over crashes of which little is left: every one is shown, with what it lacks."""

from __future__ import annotations

import pathlib
from functools import partial
from typing import cast

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.tui.app import RprocTui
from rproc_tui.tui.screens.crashes import CrashesScreen
from rproc_tui.tui.widgets.crash_detail import CrashDetail
from tests.controller.kept_crashes import keep_poor_remains
from tests.tui.scripted import ScriptedController
from tests.tui.showing import Shown


@pytest.fixture
def said(tmp_path: pathlib.Path) -> dict[str, str]:
    """What is said of each crash on disk."""
    return keep_poor_remains(tmp_path / "state")


async def test_every_crash_is_shown_with_what_it_lacks(
    plain_host: EmulatedHost, tmp_path: pathlib.Path, said: dict[str, str]
) -> None:
    state = tmp_path / "state"
    controller = Controller([plain_host], clock=SystemClock(), settings=Settings(state_folder=str(state)))
    app = RprocTui(lambda: controller)
    async with app.run_test(size=(120, 40)) as pilot:
        shown = Shown(app, pilot, cast("ScriptedController", controller))
        await shown.sees("m4 · remoteproc0")
        await shown.press("5")
        for title in reversed(said):
            await shown.until(partial(is_examined, app, title))
            await shown.press("right")
            await shown.sees(" ".join(said[title].split()[:3]))
            others = len(CrashDetail.TABS) - 1 if title.startswith("dump") else 0
            await shown.press(*["right"] * others, "escape", "down")


def is_examined(app: RprocTui, title: str) -> bool:
    """The crash of that title is the selected one, and was examined."""
    screen = app.screen
    assert isinstance(screen, CrashesScreen)
    return screen.record is not None and screen.record.title == title and screen.crash is not None
