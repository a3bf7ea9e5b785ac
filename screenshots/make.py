"""Makes the pictures of the README from the demo board: `python -m screenshots.make`."""

from __future__ import annotations

import asyncio
import os
import pathlib
import tempfile
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.emulator.board import DEMO_FIRMWARE
from rproc_tui.hosts.emulated.open_board import open_board
from rproc_tui.model.processor import Processor, State
from rproc_tui.tui.app import RprocTui
from rproc_tui.tui.screens.crashes import CrashesScreen

HERE = pathlib.Path(__file__).parent
SIZE = (120, 38)
NULL_WRITE = "0x101"
"""The mailbox word at which the laboratory's firmware writes through a NULL pointer."""

PATIENCE = 30.0
"""Seconds that a moment worth a picture may take to come."""


class Scene:
    """The program on the demo board, and what a person does with it."""

    def __init__(self, pilot: Pilot[None], controller: Controller, firmware: pathlib.Path) -> None:
        self.pilot = pilot
        self.firmware = firmware
        self._controller = controller

    def processor(self, name: str) -> Processor | None:
        """One processor, as it is now."""
        return next((found for found in self._controller.snapshot.processors if found.name == name), None)

    async def press(self, *keys: str) -> None:
        """Type."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a moment; TimeoutError when it does not come."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.05)

    def lines(self, name: str) -> int:
        """How many lines a processor's trace has."""
        processor = self.processor(name)
        return 0 if processor is None else self._controller.trace(processor.key).stop


async def overview(scene: Scene) -> None:
    """The board as it comes up, with some lines of trace."""
    await scene.until(lambda: scene.lines("m4") > 10)


async def reload(scene: Scene) -> None:
    """A watched firmware file that was replaced by another build."""
    await scene.until(lambda: scene.lines("m4") > 4)
    await scene.press("w")
    build = scene.firmware / ".build"
    build.write_bytes((scene.firmware / "hub-next.elf").read_bytes())
    build.replace(scene.firmware / "hub.elf")
    await scene.until(
        lambda: (m4 := scene.processor("m4")) is not None and m4.watch is not None and m4.watch.reloads == 1
    )
    await scene.until(lambda: scene.lines("m4") > 9)


async def crash(scene: Scene) -> None:
    """A processor that was told to crash, with recovery off: what it died of."""
    await scene.until(lambda: scene.processor("lab") is not None)
    await scene.press("j", "j", "j", "b")
    await scene.until(lambda: scene.lines("lab") > 1)
    await scene.press("R")
    await scene.until(lambda: (lab := scene.processor("lab")) is not None and lab.recovery == "disabled")
    await scene.press("x", *NULL_WRITE, "enter")
    await scene.pilot.pause(0.3)
    await scene.press("y")
    await scene.until(lambda: (lab := scene.processor("lab")) is not None and lab.state is State.CRASHED)
    await scene.press("5")
    await scene.until(
        lambda: isinstance(scene.pilot.app.screen, CrashesScreen) and scene.pilot.app.screen.crash is not None
    )
    await scene.press("enter")
    await scene.pilot.pause(0.5)


SCENES: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "overview": overview,
    "reload": reload,
    "crash": crash,
}


async def make(name: str) -> None:
    """One picture."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= dict.fromkeys(("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"), home)
        firmware = pathlib.Path(home) / "rproc-tui" / "demo" / "firmware"
        settings = Settings(capture=True, source_map=(("", os.path.dirname(DEMO_FIRMWARE)),))
        controller = Controller([open_board()], clock=SystemClock(), settings=settings)
        app = RprocTui(lambda: controller)
        async with app.run_test(size=SIZE) as pilot:
            await SCENES[name](Scene(pilot, controller, firmware))
            await pilot.pause()
            picture = app.export_screenshot(title="rproc-tui --demo")
        (HERE / f"{name}.svg").write_text(picture, encoding="utf-8")
        print(HERE / f"{name}.svg")


def main() -> None:
    """All of them, one after the other."""
    for name in SCENES:
        asyncio.run(make(name))


if __name__ == "__main__":
    main()
