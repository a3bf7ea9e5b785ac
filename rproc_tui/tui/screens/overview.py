"""The screen that opens: processors, state, resource table, segments and trace of one of them, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from rproc_tui.controller.controller import Controller
from rproc_tui.model.processor import ProcessorKey
from rproc_tui.tui.bindings import OVERVIEW
from rproc_tui.tui.layout import SMALLEST, Layout, notice_rows
from rproc_tui.tui.messages import PanelOpened
from rproc_tui.tui.remembered import HostMemory, Remembered
from rproc_tui.tui.screens.tracing_screen import TracingScreen
from rproc_tui.tui.view import View
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.empty_state import EmptyState
from rproc_tui.tui.widgets.key_line import KeyLine
from rproc_tui.tui.widgets.line_view import LineView
from rproc_tui.tui.widgets.notice import Notice
from rproc_tui.tui.widgets.panel import Panel
from rproc_tui.tui.widgets.panel_tabs import PanelTabs, TabPressed
from rproc_tui.tui.widgets.processor_tree import ProcessorTree
from rproc_tui.tui.widgets.prompt import Prompt
from rproc_tui.tui.widgets.resource_panel import ResourcePanel
from rproc_tui.tui.widgets.segments_panel import SegmentsPanel
from rproc_tui.tui.widgets.state_panel import StatePanel
from rproc_tui.tui.widgets.status_line import StatusLine
from rproc_tui.tui.widgets.too_small import TooSmall
from rproc_tui.tui.widgets.trace_log import TraceLog

if TYPE_CHECKING:
    from rproc_tui.tui.app import RprocTui

_TABS = {"state": "State", "resources": "Resource table", "segments": "Segments"}
_ORDER = ("processors", *_TABS, "trace")
"""Panels in the order of the tab key."""


class Overview(TracingScreen):
    """Everything about one processor, and all the others in the tree."""

    CSS_PATH = "overview.tcss"
    AUTO_FOCUS = "#processors"
    BINDINGS: ClassVar[list[BindingType]] = [*OVERVIEW]

    def __init__(self, controller: Controller, wall: WallTime) -> None:
        super().__init__(controller, wall)
        self._layout = Layout.WIDE
        self._tab = "state"
        self._zoomed: str | None = None

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield StatusLine(id="status")
        yield TooSmall(SMALLEST, id="too-small")
        yield EmptyState(id="empty")
        with Container(id="upper"):
            yield ProcessorTree(id="processors")
            yield PanelTabs(_TABS, id="tabs")
            yield StatePanel(id="state")
            yield ResourcePanel(id="resources")
            yield SegmentsPanel(id="segments")
        yield Notice(id="notice")
        yield TraceLog(self.wall, page_mode=self.page_mode, id="trace")
        yield Prompt(id="prompt")
        yield KeyLine(id="keys")

    def show_view(self, view: View) -> None:
        """Hand the moment to all panels that are in sight or may come into it."""
        self.lay_out(self._layout)
        for panel in self.query(Panel):
            panel.present(view)
        self.show_trace(view)

    def restore(self, remembered: Remembered) -> None:
        """Look at the host that was looked at last, as it was looked at."""
        hosts = {host.label: host for host in self.controller.snapshot.hosts}
        label = remembered.host if remembered.host in hosts else next(iter(hosts), None)
        if label is None:
            return
        memory = remembered.of(label)
        key = ProcessorKey(label, memory.device or "")
        if self.controller.snapshot.find(key) is not None:
            self.select(label, key)
        self._tab = memory.tab if memory.tab in _TABS else self._tab
        self._zoomed = memory.maximised if memory.maximised in _ORDER else None
        self.filter_trace(memory.filter)
        if memory.faulty_only:
            self.action_faulty()
        self.lay_out(self._layout)
        if self._zoomed is not None:
            self.set_focus(self.query_one(f"#{self._zoomed}"))

    def remember(self, before: Remembered, theme: str | None) -> Remembered:
        """What to restore the next time."""
        board = cast("RprocTui", self.app).board or self
        label, key = board.selection
        if label is None:
            return before
        here = [one for one in self.controller.snapshot.processors if one.key.host == label]
        watched = {one.key.device: one.watch.path for one in here if one.watch is not None}
        memory = HostMemory(
            device=None if key is None else key.device,
            filter=self.trace_log.filter_text,
            tab=self._tab,
            maximised=self._zoomed,
            faulty_only=self.faulty_only,
            watched={**before.of(label).watched, **watched},
        )
        return before.with_host(label, memory, theme)

    def action_panel(self, step: int) -> None:
        """The next panel gets the focus; where panels share a place, it comes into sight."""
        names = [name for name in _ORDER if self.query_one(f"#{name}", LineView).can_focus]
        here = self.focused.id if self.focused is not None and self.focused.id in names else names[0]
        self.open_panel(names[(names.index(str(here)) + step) % len(names)])

    def open_panel(self, name: str) -> None:
        """Bring a panel into sight and give it the focus."""
        if name in _TABS:
            self._tab = name
        if self._zoomed is not None:
            self._zoomed = name
        self.lay_out(self._layout)
        self.set_focus(self.query_one(f"#{name}"))

    def action_maximise(self) -> None:
        """The focused panel alone, or all again."""
        focused = self.focused.id if self.focused is not None else None
        self._zoomed = focused if self._zoomed is None and focused in _ORDER else None
        self.lay_out(self._layout)

    def action_back(self) -> None:
        """Out of one thing at a time: what is maximised, what was said, the filter and the like, a panel."""
        if self._zoomed is not None:
            self.action_maximise()
        elif self.notice.dismiss() or self.back_out():
            return
        elif self.faulty_only:
            self.action_faulty()
        else:
            self.open_panel("processors")

    def on_panel_opened(self, message: PanelOpened) -> None:
        """Enter: from the tree to the panels, on a panel it alone."""
        message.stop()
        if self.focused is not None and self.focused.id == "processors":
            self.open_panel(self._tab if self._layout is Layout.COMPACT else "state")
        else:
            self.action_maximise()

    def on_tab_pressed(self, message: TabPressed) -> None:
        """A click on a tab."""
        self.open_panel(message.panel)

    def lay_out(self, layout: Layout) -> None:
        """What is in sight."""
        self._layout = layout
        empty = not self.view.snapshot.processors and not self._is_faulty_filter()
        shown = layout is not Layout.TINY and not empty
        self.set_class(layout is Layout.COMPACT, "-compact")
        self.set_class(self._zoomed is not None, "-zoomed")
        self.query_one("#too-small").display = layout is Layout.TINY
        self.query_one("#empty").display = layout is not Layout.TINY and empty
        for name in _ORDER:
            self.query_one(f"#{name}").display = shown and self._in_sight(name, layout)
        self.query_one("#upper").display = shown and self._zoomed != "trace"
        self.query_one("#tabs").display = layout is Layout.COMPACT and self._zoomed is None
        about = "" if self.view.processor is None else self.view.processor.name
        self.query_one(PanelTabs).show_tab(self._tab, about)
        self.notice.styles.max_height = notice_rows(layout, self.app.size.height)
        self.query_one("#status").display = layout is not Layout.TINY
        self.query_one("#keys").display = layout is not Layout.TINY and self.query_one(Prompt).purpose is None

    def _in_sight(self, name: str, layout: Layout) -> bool:
        if self._zoomed is not None:
            return name == self._zoomed
        return layout is Layout.WIDE or name not in _TABS or name == self._tab

    def _is_faulty_filter(self) -> bool:
        return self.faulty_only and bool(self.view.snapshot.hosts)
