"""Makes the pictures of the README from the demo board: `python -m screenshots.make [NAME...]`."""

from __future__ import annotations

import asyncio
import os
import pathlib
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import resvg_py
from textual._context import visible_screen_stack
from textual.pilot import Pilot

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.emulator.board import DEMO_FIRMWARE
from rproc_tui.hosts.emulated.open_board import open_board
from rproc_tui.model.processor import Processor, State
from rproc_tui.tui.app import RprocTui
from rproc_tui.tui.screens.crashes import CrashesScreen
from rproc_tui.tui.terminal.profile import FULL, SERIAL, Profile
from screenshots.drawing import Paper, Row, moving_picture, picture, rows_of

HERE = pathlib.Path(__file__).parent
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
        self.moments: list[tuple[float, tuple[Row, ...]]] = []
        """What was shown, each with the seconds for which it stays."""

    def processor(self, name: str) -> Processor | None:
        """One processor, as it is now."""
        return next((found for found in self._controller.snapshot.processors if found.name == name), None)

    @property
    def paper(self) -> Paper:
        """What it is drawn on."""
        app = self.pilot.app
        columns, rows = app.size
        theme = app.current_theme
        if theme.ansi:
            return Paper(columns, rows, "#101010", "#d0d0d0", "picocom /dev/ttyUSB0")
        ground, word = str(theme.background), str(theme.foreground)
        return Paper(columns, rows, ground, word, "rproc-tui --demo")

    async def show(self, seconds: float) -> None:
        """Take what is on the screen now into the picture, for so long."""
        await self.pilot.pause()
        visible_screen_stack.set(self.pilot.app._background_screens)  # noqa: SLF001 (what lies behind a window, too)
        strips = self.pilot.app.screen._compositor.render_strips()  # noqa: SLF001 (the screen as it is painted)
        self.moments.append((seconds, rows_of(strips, self.paper)))

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


async def serial(scene: Scene) -> None:
    """A board's console of 80x24 at the end of a serial line."""
    await scene.until(lambda: scene.lines("m4") > 5)


async def session(scene: Scene) -> None:
    """From the crash of a processor to its next start."""
    await scene.until(lambda: scene.lines("m4") > 3)
    await scene.show(2.0)
    for key in ("j", "j", "j"):
        await scene.press(key)
        await scene.show(0.4)
    await scene.press("b")
    await scene.until(lambda: scene.lines("lab") > 1)
    await scene.show(1.5)
    await scene.press("R")
    await scene.until(lambda: (lab := scene.processor("lab")) is not None and lab.recovery == "disabled")
    await scene.press("x")
    await scene.show(1.5)
    await scene.press(*NULL_WRITE)
    await scene.show(1.0)
    await scene.press("enter")
    await scene.pilot.pause(0.3)
    await scene.show(1.5)
    await scene.press("y")
    await scene.until(lambda: (lab := scene.processor("lab")) is not None and lab.state is State.CRASHED)
    await scene.pilot.pause(0.5)
    await scene.show(3.0)
    await scene.press("5")
    await scene.until(
        lambda: isinstance(scene.pilot.app.screen, CrashesScreen) and scene.pilot.app.screen.crash is not None
    )
    await scene.pilot.pause(0.5)
    await scene.show(6.0)
    await scene.press("b")
    await scene.pilot.pause(0.3)
    await scene.show(1.5)
    await scene.press("y")
    await scene.until(lambda: (lab := scene.processor("lab")) is not None and lab.state is State.RUNNING)
    await scene.press("1")
    await scene.pilot.pause(0.5)
    await scene.show(4.0)


@dataclass(frozen=True)
class Picture:
    """What is done, and on which terminal."""

    scene: Callable[[Scene], Awaitable[None]]
    size: tuple[int, int] = (120, 38)
    profile: Profile = FULL
    moves: bool = False


PICTURES = {
    "overview": Picture(overview),
    "reload": Picture(reload),
    "crash": Picture(crash),
    "serial": Picture(serial, (80, 24), replace(SERIAL, ascii=True)),
    "session": Picture(session, (100, 30), moves=True),
}


async def make(name: str) -> None:
    """One picture."""
    wanted = PICTURES[name]
    with tempfile.TemporaryDirectory() as home:
        for variable in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
            os.environ.pop(variable, None)
        os.environ["HOME"] = home
        firmware = pathlib.Path(home) / ".local" / "share" / "rproc-tui" / "demo" / "firmware"
        settings = Settings(capture=True, source_map=(("", os.path.dirname(DEMO_FIRMWARE)),))
        controller = Controller([open_board()], clock=SystemClock(), settings=settings)
        app = RprocTui(lambda: controller, profile=wanted.profile)
        async with app.run_test(size=wanted.size) as pilot:
            scene = Scene(pilot, controller, firmware)
            await wanted.scene(scene)
            await scene.show(0)
            save(name, scene, home)


def save(name: str, scene: Scene, home: str) -> None:
    """The picture as SVG; where nothing moves in it, as PNG too. No path of this machine stands in it."""
    paper = scene.paper
    moves = PICTURES[name].moves
    drawn = moving_picture(scene.moments[:-1], paper) if moves else picture(scene.moments[-1][1], paper)
    if home in drawn:
        raise RuntimeError(f"{name}: a path of this machine would be in the picture")
    (HERE / f"{name}.svg").write_text(drawn, encoding="utf-8")
    if not moves:
        png = resvg_py.svg_to_bytes(
            svg_string=drawn, font_family="DejaVu Sans Mono", monospace_family="DejaVu Sans Mono"
        )
        (HERE / f"{name}.png").write_bytes(bytes(png))
    print(HERE / f"{name}.svg")


def main() -> None:
    """Those that are named, else all, one after the other."""
    for name in sys.argv[1:] or PICTURES:
        asyncio.run(make(name))


if __name__ == "__main__":
    main()
