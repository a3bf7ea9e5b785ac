"""The whole screen over a scripted controller, without a terminal."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import cast

from textual._context import visible_screen_stack
from textual.pilot import Pilot

from rproc_tui.controller.controller import Controller
from rproc_tui.tui.app import RprocTui
from rproc_tui.tui.screens.overview import Overview
from rproc_tui.tui.terminal.profile import FULL, Profile
from rproc_tui.tui.widgets.trace_log import TraceLog
from tests.tui.scripted import ScriptedController

_TRIES = 600
_QUIET_ROUNDS = 5
"""Turns of the event loop without a message after which nothing is on its way: it may be in hand between two."""


class Shown:
    """A running screen and the hands on its keys."""

    def __init__(self, app: RprocTui, pilot: Pilot[None], controller: ScriptedController) -> None:
        self.app = app
        self.pilot = pilot
        self.controller = controller

    @property
    def overview(self) -> Overview:
        assert self.app.overview is not None
        return self.app.overview

    @property
    def trace(self) -> TraceLog:
        return self.overview.trace_log

    @property
    def selected(self) -> str | None:
        processor = self.overview.view.processor
        return None if processor is None else processor.name

    @property
    def focused(self) -> str | None:
        return self.app.focused.id if self.app.focused is not None else None

    def text(self) -> str:
        """What a person reads on the screen."""
        visible_screen_stack.set(self.app._background_screens)
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    async def press(self, *keys: str) -> None:
        for each in keys:
            await self.pilot.press(each)
            await self.rest()

    async def rest(self) -> None:
        """Until no part of the screen has a message left to handle, and what is known is on it."""
        quiet = 0
        while quiet < _QUIET_ROUNDS:
            await asyncio.sleep(0)
            parts = [
                self.app,
                *(part for screen in self.app.screen_stack for part in screen.walk_children(with_self=True)),
            ]
            is_behind = self.app.board is not None and self.app.board._soon is not None
            quiet = 0 if is_behind or any(part.message_queue_size for part in parts) else quiet + 1

    async def type(self, text: str) -> None:
        await self.press(*("space" if character == " " else character for character in text))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the screen work until something is so."""
        for _ in range(_TRIES):
            if condition():
                return
            await self.pilot.pause()
            await asyncio.sleep(0.005)
        raise AssertionError(f"it never came to be; the screen:\n{self.text()}")

    async def sees(self, text: str) -> None:
        await self.until(lambda: text in self.text())

    async def sees_no(self, text: str) -> None:
        await self.until(lambda: text not in self.text())


@contextlib.asynccontextmanager
async def showing(
    controller: ScriptedController | None = None,
    *,
    size: tuple[int, int] = (120, 40),
    theme: str | None = None,
    profile: Profile = FULL,
    keys: Mapping[str, Sequence[str]] | None = None,
    selects: bool = True,
) -> AsyncIterator[Shown]:
    """The screen, with the first snapshot on it and `m4` selected where there is one, unless not `selects`."""
    controller = ScriptedController() if controller is None else controller
    app = RprocTui(lambda: cast("Controller", controller), theme=theme, profile=profile, keys=keys or {})
    async with app.run_test(size=size) as pilot:
        shown = Shown(app, pilot, controller)
        await shown.until(lambda: app.overview is not None and bool(app.overview.view.snapshot.hosts))
        if (
            selects
            and controller.snapshot.processors
            and "m4" in {each.name for each in controller.snapshot.processors}
        ):
            await shown.until(lambda: shown.selected is not None)
            for _ in range(5):
                if shown.selected == "m4":
                    break
                await shown.press("up" if shown.selected == "dsp" else "down")
        yield shown
