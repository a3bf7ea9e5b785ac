"""The screen program: starts the controller, hands what it says to the screen, leaves the terminal as it was."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.widgets import Static

from rproc_tui.errors import RprocTuiError
from rproc_tui.tui import themes
from rproc_tui.tui.bindings import APP
from rproc_tui.tui.key_names import renamed_keys
from rproc_tui.tui.keymap import read_keymap
from rproc_tui.tui.profile_looks import box_variables, line_filters
from rproc_tui.tui.remembered import Remembered, read_remembered, write_remembered
from rproc_tui.tui.terminal.controls import redraw, toggle_mouse
from rproc_tui.tui.terminal.driver import driver_for_terminals
from rproc_tui.tui.terminal.profile import FULL, Profile, style_classes
from rproc_tui.tui.theme_files import LOOK_EVERY, ThemeFiles
from rproc_tui.tui.theme_variables import defaults

if TYPE_CHECKING:
    from textual.theme import Theme

    from rproc_tui.controller.changes import Change
    from rproc_tui.controller.controller import Controller
    from rproc_tui.tui.messages import CommandGiven, KernelLogMoved, SnapshotPublished, TraceMoved
    from rproc_tui.tui.screens.board_screen import BoardScreen
    from rproc_tui.tui.screens.overview import Overview

_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
"""Ask the program to end; the terminal is restored first. Exit codes are the shell's: 128 and the number."""
_SPLASH = " rproc-tui   looking for remote processors …"
"""The first frame: everything of ours that it does not need is imported behind it."""
_SETTLED = 3.0
"""Seconds after which what there is stays: to look for garbage in it again and again would hold up keys (80 ms)."""


class RprocTui(App[None]):
    """The screen over one controller."""

    TITLE = "rproc-tui"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*APP]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        open_controller: Callable[[], Controller],
        *,
        theme: str | None = None,
        profile: Profile = FULL,
        keys: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self.profile = profile
        """What the terminal can show."""
        self._filters_of_profile = line_filters(profile)
        super().__init__(driver_class=driver_for_terminals())
        self.add_class(*style_classes(profile))
        self._open_controller = open_controller
        self.controller: Controller | None = None
        self.overview: Overview | None = None
        self.board: BoardScreen | None = None
        """The screen over the boards that is shown: the overview, or one above it."""
        self._boards: dict[str, BoardScreen] = {}
        self.failure: RprocTuiError | None = None
        self._theme_files = ThemeFiles(themes.user_folder())
        self.own_themes: dict[str, Theme] = {}
        problems = self._load_themes()
        self.theme = themes.theme_for(theme, profile, self.own_themes)
        self._theme_is_free = theme is None
        """Nobody says in the configuration which one it has to be."""
        self.remembered = Remembered()
        """How things were looked at the last time."""
        keymap = read_keymap(keys)
        self.set_keymap(dict(keymap.keys))
        self.renamed_keys = renamed_keys(keymap.keys)
        """Keys that sentences name otherwise than they are bound now."""
        self._complaints = (*keymap.problems, *problems)
        """What is wrong with what the user has set up, to be said once there is a screen."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours, for themes that do not set them, and the lines of frames."""
        return defaults(self.current_theme) | box_variables(self.profile)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What comes between what is painted and what is written."""
        return [*super().get_line_filters(), *self._filters_of_profile]

    def compose(self) -> ComposeResult:
        """The first frame."""
        yield Static(_SPLASH, id="splash", markup=False)

    def on_mount(self) -> None:
        """Paint first, then look for processors."""
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._end_by, number)
        self.call_after_refresh(self.run_worker, self._begin(), exit_on_error=True)

    def on_snapshot_published(self, _message: SnapshotPublished) -> None:
        """Something is known anew."""
        if self.board is not None and self.is_running:  # while the program ends, screens lose their parts
            self.board.renew_soon()

    def on_trace_moved(self, message: TraceMoved) -> None:
        """There are new trace lines."""
        if self.board is not None and self.is_running:
            self.board.advance(message.key)

    def on_events_moved(self) -> None:
        """Something happened."""
        if self.board is not None and self.is_running:
            self.board.happened()

    def on_kernel_log_moved(self, message: KernelLogMoved) -> None:
        """A kernel said something."""
        if self.board is not None and self.is_running:
            self.board.advance_kernel(message.host)

    def on_command_given(self, message: CommandGiven) -> None:
        """`theme NAME`."""
        if message.name == "theme":
            self.set_theme(message.argument)

    def on_key(self, event: events.Key) -> None:
        """Keys come here before their bindings are looked at."""
        if self.board is not None and self.screen is self.board and self.board.take_late_key(event):
            event.stop()
            event.prevent_default()

    def action_theme(self) -> None:
        """Choose a theme; each is shown while it is selected."""
        from rproc_tui.tui.screens.theme_picker import choose_theme  # noqa: PLC0415 (not before the first frame)

        self.run_worker(choose_theme(self), group="theme")

    def set_theme(self, name: str) -> None:
        """Take a theme."""
        if name in self.available_themes:
            self.theme = name
        elif self.board is not None:
            self.board.say(f"no theme is called {name}: `t` lists them")

    async def action_show(self, name: str) -> None:
        """Show a screen over the boards, with the selection of the one before; the overview lies below all others."""
        from rproc_tui.tui.screens.catalogue import OVERVIEW, make_screen  # noqa: PLC0415 (not before the first frame)

        overview, here, controller = self.overview, self.board, self.controller
        if overview is None or here is None or controller is None or self.screen is not here:
            return
        if name not in self._boards and name != OVERVIEW:
            self._boards[name] = make_screen(name, controller, overview.wall)
            self.install_screen(self._boards[name], name)  # what is installed goes on when it is out of sight
        wanted = self._boards.get(name, overview)
        if wanted is here:
            return
        here.catch_up()
        if here is not overview:
            await self.pop_screen()
        self.board = wanted
        wanted.select(*here.selection)
        if wanted is not overview:
            await self.push_screen(wanted)

    def action_redraw(self) -> None:
        """Something wrote over the screen."""
        if not redraw(self._driver):
            self.refresh(layout=True)

    def action_mouse(self) -> None:
        """The mouse is ours, or the terminal's."""
        said = toggle_mouse(self._driver)
        if self.board is not None:
            self.board.say(said)

    async def action_quit(self) -> None:
        """Leave; processors go on as they are."""
        self.exit()

    def exit(self, *arguments: Any, **options: Any) -> None:
        """Leave, however that came; how things were looked at is remembered."""
        overview, controller = self.overview, self.controller
        if overview is not None and controller is not None and overview.is_attached:
            theme = self.theme if self._theme_is_free and self.theme != themes.default_theme(self.profile) else None
            write_remembered(controller.folder, overview.remember(self.remembered, theme))
        super().exit(*arguments, **options)

    async def close_controller(self) -> None:
        """Let go of the boards."""
        if self.controller is not None:
            await self.controller.close()

    async def _begin(self) -> None:
        """Behind the first frame: the overview, then the controller; what cannot be had ends the program."""
        from rproc_tui.tui.screens.overview import Overview  # noqa: PLC0415 (not before the first frame)
        from rproc_tui.tui.wall_time import WallTime  # noqa: PLC0415

        try:
            controller = self.controller = self._open_controller()
            self.remembered = read_remembered(controller.folder)
            if self._theme_is_free:
                self.set_theme(themes.theme_or_default(self.remembered.theme, self.profile, self.own_themes))
            self.overview = Overview(controller, WallTime(controller.clock))
            self.board = self.overview
            await self.push_screen(self.overview)
            controller.subscribe(self._heard)
            await controller.start()
            self.overview.restore(self.remembered)
        except RprocTuiError as error:
            self.failure = error
            self.exit(return_code=error.exit_code)
        else:
            if self._complaints:
                self.overview.say("; ".join(self._complaints))
            if self._theme_files.exists:
                self.set_interval(LOOK_EVERY, self._look_at_themes)

    def _load_themes(self) -> tuple[str, ...]:
        """Read all theme files; what is wrong with them."""
        self.own_themes, errors = themes.load_themes(themes.folders())
        for each in self.own_themes.values():
            self.register_theme(each)
        return tuple(map(str, errors))

    def _look_at_themes(self) -> None:
        """A theme of the user's was saved: show it as it is now, or what is wrong with it."""
        if self._theme_files.have_changed():
            problems = self._load_themes()
            self.mutate_reactive(RprocTui.theme)
            if problems and self.board is not None:
                self.board.say("; ".join(problems))

    def _heard(self, change: Change) -> None:
        """The controller said something, on this loop: put it into the queue, where newer replaces older."""
        from rproc_tui.tui.messages import message_for  # noqa: PLC0415 (not before the first frame)

        self.post_message(message_for(change))

    def _end_by(self, number: signal.Signals) -> None:
        self.exit(return_code=128 + number)


async def _session(app: RprocTui, size: tuple[int, int] | None) -> None:
    asyncio.get_running_loop().call_later(_SETTLED, gc.freeze)
    try:
        await app.run_async(mouse=app.profile.mouse, size=size)
    finally:
        await app.close_controller()


def run(
    open_controller: Callable[[], Controller],
    *,
    theme: str | None = None,
    profile: Profile = FULL,
    size: tuple[int, int] | None = None,
    keys: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> int:
    """Show the screen until somebody leaves it; the answer is the exit code.

    `size` is the terminal's columns and rows where it does not tell them; `keys` are
    those of the configuration, by action.

    `open_controller` is called once, behind the first frame; what it raises is raised here after the terminal is
    restored. The controller is closed at the end.
    """
    app = RprocTui(open_controller, theme=theme, profile=profile, keys=keys)
    asyncio.run(_session(app, size))
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
