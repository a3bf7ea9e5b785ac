"""The trace alone: of one processor, or of all by time."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from rproc_tui.controller.controller import Controller
from rproc_tui.tui.bindings import TRACE_SCREEN
from rproc_tui.tui.layout import SMALLEST, Layout
from rproc_tui.tui.messages import PanelOpened
from rproc_tui.tui.screens.tracing_screen import TracingScreen
from rproc_tui.tui.view import View
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.key_line import KeyLine
from rproc_tui.tui.widgets.notice import Notice
from rproc_tui.tui.widgets.panel import Panel
from rproc_tui.tui.widgets.processor_tree import ProcessorTree
from rproc_tui.tui.widgets.prompt import Prompt
from rproc_tui.tui.widgets.status_line import StatusLine
from rproc_tui.tui.widgets.too_small import TooSmall
from rproc_tui.tui.widgets.trace_log import TraceLog


class TraceScreen(TracingScreen):
    """Processors in one line, and below it as many lines of the trace as there is room for."""

    CSS_PATH = "trace.tcss"
    AUTO_FOCUS = "#trace"
    BINDINGS: ClassVar[list[BindingType]] = [*TRACE_SCREEN]

    def __init__(self, controller: Controller, wall: WallTime) -> None:
        super().__init__(controller, wall)
        self._fits = True

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield StatusLine(id="status")
        yield TooSmall(SMALLEST, id="too-small")
        yield ProcessorTree(id="processors")
        yield TraceLog(self.wall, page_mode=self.page_mode, id="trace")
        yield Notice(id="notice")
        yield Prompt(id="prompt")
        yield KeyLine(id="keys")

    def show_view(self, view: View) -> None:
        """Hand the moment to the panels."""
        for panel in self.query(Panel):
            panel.present(view)
        self.query_one("#keys").display = self.query_one(Prompt).purpose is None and self._fits
        self.show_trace(view)

    def action_panel(self, step: int) -> None:  # noqa: ARG002 (of two panels, the other one is both next and previous)
        """The other panel gets the focus."""
        self.set_focus(self.query_one("#processors" if self.focused is self.trace_log else "#trace"))

    def on_panel_opened(self, message: PanelOpened) -> None:
        """Enter: from the strip to the trace."""
        message.stop()
        self.set_focus(self.trace_log)

    async def action_back(self) -> None:
        """Out of what was said, the search, the filter; then out of the screen."""
        if not self.notice.dismiss() and not self.back_out():
            await self.app.run_action("app.show('overview')")

    def lay_out(self, layout: Layout) -> None:
        """What is in sight."""
        self._fits = layout is not Layout.TINY
        self.query_one("#too-small").display = not self._fits
        for name in ("status", "processors", "trace"):
            self.query_one(f"#{name}").display = self._fits
        self.query_one("#keys").display = self._fits and self.query_one(Prompt).purpose is None
