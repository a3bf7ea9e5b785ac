"""Events: everything that happened, the kernel's own lines beside our actions, and all that is known of one."""

from __future__ import annotations

import os
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from rproc_tui.controller.controller import Controller
from rproc_tui.errors import UsageError
from rproc_tui.trace.filter import LineFilter
from rproc_tui.tui.bindings import EVENTS
from rproc_tui.tui.export import trace_file_name, write_lines
from rproc_tui.tui.layout import SMALLEST, Layout
from rproc_tui.tui.messages import CommandGiven, PanelOpened
from rproc_tui.tui.panels.events import event_lines, event_title
from rproc_tui.tui.screens.board_screen import BoardScreen
from rproc_tui.tui.view import View
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.event_list import EventList
from rproc_tui.tui.widgets.key_line import KeyLine
from rproc_tui.tui.widgets.made_panel import MadePanel
from rproc_tui.tui.widgets.notice import Notice
from rproc_tui.tui.widgets.panel import Panel
from rproc_tui.tui.widgets.processor_tree import ProcessorTree
from rproc_tui.tui.widgets.prompt import Prompt
from rproc_tui.tui.widgets.status_line import StatusLine
from rproc_tui.tui.widgets.too_small import TooSmall

FILTER = "filter"
"""What a prompt for the filter is for."""
REPAINT_EVERY = 0.1
"""Seconds that events wait for those right behind them: a kernel says a boot in twenty lines."""
_ORDER = ("events", "event", "processors")
"""Panels in the order of the tab key."""


class EventsScreen(BoardScreen):
    """The list, and below it the selected event in full."""

    CSS_PATH = "events.tcss"
    AUTO_FOCUS = "#events"
    BINDINGS: ClassVar[list[BindingType]] = [*EVENTS]

    def __init__(self, controller: Controller, wall: WallTime) -> None:
        super().__init__(controller, wall)
        self._zoomed = False
        self._layout = Layout.WIDE
        self._soon: Timer | None = None

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield StatusLine(id="status")
        yield TooSmall(SMALLEST, id="too-small")
        yield ProcessorTree(id="processors")
        yield EventList(self.wall, id="events")
        yield MadePanel(id="event")
        yield Notice(id="notice")
        yield Prompt(id="prompt")
        yield KeyLine(id="keys")

    def show_view(self, view: View) -> None:
        """Hand the moment to the panels."""
        for panel in self.query(Panel):
            panel.present(view)
        self.lay_out(self._layout)
        self.list.show_log(self.controller.events)

    @property
    def list(self) -> EventList:
        """The events."""
        return self.query_one(EventList)

    def happened(self) -> None:
        """Something happened: show it soon, with what happens right behind it."""
        super().happened()
        if self._soon is None and self.is_attached:
            self._soon = self.set_timer(REPAINT_EVERY, self._show_log)

    def on_event_selected(self) -> None:
        """Another event: all of it below."""
        event = self.list.selected
        panel = self.query_one("#event", MadePanel)
        panel.retitle(event_title(event, self.wall))
        panel.show_made(lambda width: event_lines(event, width), event)

    def on_panel_opened(self, message: PanelOpened) -> None:
        """Enter: from the strip to the list, from the list to the event, on that it alone."""
        message.stop()
        focused = self.focused.id if self.focused is not None else None
        if focused == "event":
            self.action_maximise()
        else:
            self.set_focus(self.query_one("#events" if focused == "processors" else "#event"))

    def action_panel(self, step: int) -> None:
        """The next panel gets the focus."""
        here = self.focused.id if self.focused is not None and self.focused.id in _ORDER else _ORDER[0]
        self._leave_zoom()
        self.set_focus(self.query_one(f"#{_ORDER[(_ORDER.index(str(here)) + step) % len(_ORDER)]}"))

    def action_maximise(self) -> None:
        """The focused panel alone, or both again."""
        self._zoomed = not self._zoomed and self.focused is not None and self.focused.id in _ORDER[:2]
        self.lay_out(self._layout)

    async def action_back(self) -> None:
        """Out of one thing at a time: what was said, what is maximised, the filter, the event, the screen."""
        if self.notice.dismiss():
            return
        if self._zoomed:
            self._leave_zoom()
        elif self.list.filter_text:
            self.list.filter_by("", None)
        elif self.list.trouble_only:
            self.list.toggle_trouble()
        elif self.focused is not self.list:
            self.set_focus(self.list)
        else:
            await self.app.run_action("app.show('overview')")

    def action_faulty(self) -> None:
        """Only warnings and errors, or all again."""
        self.list.toggle_trouble()

    def action_pause(self) -> None:
        """The list stands still, or follows again."""
        self.list.toggle_pause()

    def action_filter(self) -> None:
        """Type a filter; it works while it is typed."""
        self.type_into(FILTER, "filter ", self.list.filter_text, "text, /regular expression/, ! in front inverts")

    def on_prompt_typed(self, message: Prompt.Typed) -> None:
        """Filter by what is there so far."""
        if message.purpose == FILTER:
            self._filter(message.text)

    async def on_prompt_ended(self, message: Prompt.Ended) -> None:
        """Esc takes the filter away."""
        if message.purpose == FILTER:
            self._filter(message.text if message.accepted else "")

    def on_command_given(self, message: CommandGiven) -> None:
        """`filter TEXT`; other words are for the program."""
        if message.name == FILTER:
            message.stop()
            self._filter(message.argument)

    def action_copy(self) -> None:
        """The event goes to the terminal's clipboard, or from the list all that are shown."""
        panel = self.query_one("#event", MadePanel) if self.focused is not self.list else self.list
        self.copy(panel.text)

    def action_export(self) -> None:
        """What is listed goes into a file."""
        path = os.path.join(self.controller.folder, "events", trace_file_name("events", self.controller.clock.wall()))
        try:
            count = write_lines(path, self.list.text_lines())
        except OSError as error:
            self.say(f"the events could not be saved: {error.strerror}: {path}")
        else:
            self.say(f"saved {count} event{'s' if count != 1 else ''} to {path}")

    def _filter(self, text: str) -> None:
        try:
            line_filter = LineFilter.parse(text)
        except UsageError as error:
            self.say(str(error))
            return
        self.list.filter_by(text, line_filter if line_filter.pattern is not None else None)

    def _show_log(self) -> None:
        self._soon = None
        if self.is_attached and self.app.is_running:
            self.list.show_log(self.controller.events)

    def _leave_zoom(self) -> None:
        self._zoomed = False
        self.lay_out(self._layout)

    def lay_out(self, layout: Layout) -> None:
        """What is in sight."""
        self._layout = layout
        fits, focused = layout is not Layout.TINY, self.focused.id if self.focused is not None else None
        self.set_class(layout is Layout.COMPACT, "-compact")
        self.set_class(self._zoomed, "-zoomed")
        self.query_one("#too-small").display = not fits
        self.query_one("#status").display = self.query_one("#processors").display = fits
        for name in _ORDER[:2]:
            self.query_one(f"#{name}").display = fits and (not self._zoomed or focused == name)
        self.query_one("#keys").display = fits and self.query_one(Prompt).purpose is None
