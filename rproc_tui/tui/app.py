"""The screen program: starts the controller, hands what it says to the screen, leaves the terminal as it was."""

from __future__ import annotations

import asyncio
import signal
from typing import ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.content import Content
from textual.theme import Theme

from rproc_tui.controller.changes import Change, EventHappened, SnapshotChanged, TraceAdvanced
from rproc_tui.controller.controller import Controller
from rproc_tui.errors import RprocTuiError, ThemeError
from rproc_tui.tui import themes
from rproc_tui.tui.bindings import APP
from rproc_tui.tui.messages import CommandGiven, EventReported, SnapshotPublished, TraceMoved
from rproc_tui.tui.screens.overview import Overview
from rproc_tui.tui.screens.picker import Choice, Picker
from rproc_tui.tui.theme_variables import defaults
from rproc_tui.tui.wall_time import WallTime

_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
"""Ask the program to end; the terminal is restored first. Exit codes are the shell's: 128 and the number."""


class RprocTui(App[None]):
    """The screen over one controller."""

    TITLE = "rproc-tui"
    BINDINGS: ClassVar[list[BindingType]] = [*APP]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, controller: Controller, *, theme: str | None = None) -> None:
        self._theme_errors: list[ThemeError] = []
        super().__init__()
        self.controller = controller
        self.failure: RprocTuiError | None = None
        found, self._theme_errors = themes.load_themes((themes.shipped_folder(), themes.user_folder()))
        self._own_themes = found
        for each in found.values():
            self.register_theme(each)
        if theme is not None and theme not in self.available_themes:
            raise ThemeError(
                f"no theme is called {theme}", hint=f"there are {', '.join(sorted(self.available_themes))}"
            )
        self.theme = theme or themes.DEFAULT_THEME
        self.overview = Overview(controller, WallTime(controller.clock))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours, for themes that do not set them."""
        return defaults(self.current_theme)

    def on_mount(self) -> None:
        """Paint first, then look for processors."""
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._end_by, number)
        self.controller.subscribe(self._heard)
        self.push_screen(self.overview)
        if self._theme_errors:
            self.call_after_refresh(self.overview.say, "; ".join(str(error) for error in self._theme_errors))
        self.call_after_refresh(self.run_worker, self._start_controller(), exit_on_error=True)

    def on_snapshot_published(self, _message: SnapshotPublished) -> None:
        """Something is known anew."""
        self.overview.renew()

    def on_trace_moved(self, message: TraceMoved) -> None:
        """There are new trace lines."""
        self.overview.advance(message.key)

    def action_theme(self) -> None:
        """Choose a theme; each is shown while it is selected."""
        self.run_worker(self._choose_theme(), group="theme")

    def on_command_given(self, message: CommandGiven) -> None:
        """`theme NAME`."""
        if message.name == "theme":
            self.set_theme(message.argument)

    def set_theme(self, name: str) -> None:
        """Take a theme."""
        if name in self.available_themes:
            self.theme = name
        else:
            self.overview.say(f"no theme is called {name}: `t` lists them")

    async def action_quit(self) -> None:
        """Leave; processors go on as they are."""
        self.exit()

    async def _choose_theme(self) -> None:
        before = self.theme
        names = sorted(self.available_themes, key=lambda name: (name not in self._own_themes, name))
        choices = [Choice(name, _theme_label(self.available_themes[name]), name) for name in names]
        picker = Picker("Theme", choices, chosen=names.index(before), preview=self.set_theme)
        chosen = await self.push_screen_wait(picker)
        self.theme = chosen or before

    def _heard(self, change: Change) -> None:
        """The controller said something, on this loop: put it into the queue, where newer replaces older."""
        match change:
            case SnapshotChanged(snapshot):
                self.post_message(SnapshotPublished(snapshot))
            case TraceAdvanced(key):
                self.post_message(TraceMoved(key))
            case EventHappened(event):
                self.post_message(EventReported(event))

    async def _start_controller(self) -> None:
        try:
            await self.controller.start()
        except RprocTuiError as error:
            self.failure = error
            self.exit(return_code=error.exit_code)

    def _end_by(self, number: signal.Signals) -> None:
        self.exit(return_code=128 + number)


def _theme_label(theme: Theme) -> Content:
    """Its name and its colours."""
    colours = [theme.primary, theme.accent, theme.success, theme.warning, theme.error]
    swatch = [("██", colour) for colour in colours if colour]
    return Content.assemble(
        (f"{theme.name:<24}", "bold"), (f"{'dark' if theme.dark else 'light':<7}", "$label"), *swatch
    )


async def _session(app: RprocTui) -> None:
    try:
        await app.run_async()
    finally:
        await app.controller.close()


def run(controller: Controller, *, theme: str | None = None) -> int:
    """Show the screen until somebody leaves it; the answer is the exit code. The controller is closed then."""
    app = RprocTui(controller, theme=theme)
    asyncio.run(_session(app))
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
