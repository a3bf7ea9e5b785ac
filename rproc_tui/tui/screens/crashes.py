"""Crashes: the history, and what was kept of one of them: report, source, registers, logs, memory; two side by side."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import WorkType

from rproc_tui.controller.controller import Controller
from rproc_tui.errors import RprocTuiError
from rproc_tui.model.crash import CrashRecord
from rproc_tui.model.processor import ProcessorKey
from rproc_tui.tui.bindings import CRASHES_SCREEN
from rproc_tui.tui.crash_export import write_report
from rproc_tui.tui.crash_reading import CrashReading, is_under_way, newest_crashes
from rproc_tui.tui.examined_crash import ExaminedCrash
from rproc_tui.tui.export import trace_file_name
from rproc_tui.tui.layout import SMALLEST, Layout
from rproc_tui.tui.messages import CommandGiven, PanelOpened
from rproc_tui.tui.panels.crash_advice import no_crash_lines
from rproc_tui.tui.panels.crash_evidence import debugger_command
from rproc_tui.tui.panels.crash_memory import find_address, held_text
from rproc_tui.tui.panels.state import home_relative
from rproc_tui.tui.screens.board_screen import BoardScreen
from rproc_tui.tui.view import View
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.crash_detail import CrashDetail
from rproc_tui.tui.widgets.crash_list import CrashList, CrashSelected
from rproc_tui.tui.widgets.crash_report_panel import FrameSelected
from rproc_tui.tui.widgets.key_line import KeyLine
from rproc_tui.tui.widgets.made_panel import MadePanel
from rproc_tui.tui.widgets.notice import Notice
from rproc_tui.tui.widgets.panel import Panel
from rproc_tui.tui.widgets.panel_tabs import PanelTabs, TabPressed
from rproc_tui.tui.widgets.processor_tree import ProcessorTree
from rproc_tui.tui.widgets.prompt import Prompt
from rproc_tui.tui.widgets.status_line import StatusLine
from rproc_tui.tui.widgets.too_small import TooSmall

GO_TO = "go-to"
"""What a prompt for an address is for."""
HISTORY_EVERY = 0.5
"""Seconds between two looks at the history, at most: a crash loop may add forty crashes a second."""
HISTORY_SHARE = 0.2
"""Part of the time in which it may be read: a short one is read again at once, a report waits for it."""
_PARTS = ("#too-small", "#status", "#processors", "#tabs", "#body", "#crashes", "#detail", "#nothing", "#keys")
_ORDER = ("crashes", *CrashDetail.TABS, "processors")
"""Panels in the order of the tab key."""


class CrashesScreen(BoardScreen):
    """The list on top, below it what is known of the selected crash."""

    CSS_PATH = "crashes.tcss"
    AUTO_FOCUS = "#crashes"
    tells_of_crashes = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *CRASHES_SCREEN,
        Binding("left,h", "panel(-1)", show=False),
        Binding("right,l", "panel(1)", show=False),
    ]

    def __init__(self, controller: Controller, wall: WallTime) -> None:
        super().__init__(controller, wall)
        self.reading = CrashReading(controller)
        self._layout = Layout.WIDE
        self._tab = "report"
        self._zoomed = False
        self._selected: str | None = None
        self._marked: CrashRecord | None = None
        self._seen: tuple[CrashRecord, ...] | None = None
        """The newest crashes that the history was read for."""
        self._came_back = True
        self._read_next = 0.0
        """When the history may be read again, in monotonic seconds."""
        self._reading_soon: Timer | None = None

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield StatusLine(id="status")
        yield TooSmall(SMALLEST, id="too-small")
        yield ProcessorTree(id="processors")
        yield CrashList(id="crashes")
        yield PanelTabs(CrashDetail.TABS, id="tabs")
        with Container(id="body"):
            yield CrashDetail(id="detail")
            yield MadePanel(id="nothing")
        yield Notice(id="notice")
        yield Prompt(id="prompt")
        yield KeyLine(id="keys")

    def on_screen_resume(self) -> None:
        """In sight again: the newest crash of the selected processor is wanted, if it is new."""
        self._came_back, self._seen = True, None
        super().on_screen_resume()

    def show_view(self, view: View) -> None:
        """Hand the moment to the panels; look for crashes when there are new ones."""
        self.lay_out(self._layout)
        for panel in self.query(Panel):
            panel.present(view)
        newest = newest_crashes(view.snapshot)
        if newest != self._seen:
            self._seen = newest
            self._want_history()

    @property
    def crashes(self) -> CrashList:
        """The history."""
        return self.query_one(CrashList)

    @property
    def detail(self) -> CrashDetail:
        """What is known of one crash."""
        return self.query_one(CrashDetail)

    @property
    def record(self) -> CrashRecord | None:
        """The selected crash."""
        return next((record for record in self.reading.records if record.id == self._selected), None)

    @property
    def crash(self) -> ExaminedCrash | None:
        """The same, once it is examined."""
        record = self.record
        return None if record is None else self.reading.known(record)

    def on_crash_selected(self, message: CrashSelected) -> None:
        """Another crash: the keys of a processor are for its processor now."""
        message.stop()
        record = self.crashes.selected
        if record is None:
            return
        self._selected = record.id
        key = ProcessorKey(record.host, record.device)
        if self.view.snapshot.find(key) is not None:
            self.select(record.host, key)
        self._show_record()

    def on_processor_selected(self) -> None:
        """Another processor: its newest crash, where there is one."""
        self.catch_up()
        record, key = self.record, self.selection[1]
        newest = self._newest_of(key)
        if newest is not None and record is not None and ProcessorKey(record.host, record.device) != key:
            self._selected = newest.id
            self._show_records()

    def on_frame_selected(self, message: FrameSelected) -> None:
        """Another call: its source."""
        message.stop()
        self._want_source()

    def on_panel_opened(self, message: PanelOpened) -> None:
        """Enter: from the strip to the list, from the list to the report, on that it alone."""
        message.stop()
        focused = self.focused.id if self.focused is not None else None
        if focused == "processors":
            self.set_focus(self.crashes)
        elif focused == "crashes":
            self.open_panel(self._tab)
        else:
            self.action_maximise()

    def on_tab_pressed(self, message: TabPressed) -> None:
        """A click on a tab."""
        self.open_panel(message.panel)

    def action_panel(self, step: int) -> None:
        """The next panel gets the focus, and comes into sight."""
        names = [name for name in _ORDER if self._can_open(name)]
        here = self.focused.id if self.focused is not None and self.focused.id in names else names[0]
        self.open_panel(names[(names.index(str(here)) + step) % len(names)])

    def open_panel(self, name: str) -> None:
        """Bring a panel into sight and give it the focus."""
        if name in CrashDetail.TABS:
            self._tab = name
        else:
            self._zoomed = False
        self.lay_out(self._layout)
        self.set_focus(self.query_one(f"#{name}"))

    def action_maximise(self) -> None:
        """The panels without the list, or with it again."""
        self._zoomed = not self._zoomed and bool(self.reading.records)
        self.lay_out(self._layout)
        if self._zoomed and self.focused is self.crashes:
            self.open_panel(self._tab)

    async def action_back(self) -> None:
        """Out of one thing at a time: what was said, what is maximised, a panel, the mark, the screen."""
        if self.notice.dismiss():
            return
        if self._zoomed:
            self.action_maximise()
        elif self.focused is not self.crashes and self.reading.records:
            self.open_panel("crashes")
        elif self._marked is not None:
            self._marked = None
            self._show_records()
        else:
            await self.app.run_action("app.show('overview')")

    def action_compare(self) -> None:
        """Mark the selected crash; with another one marked, show both."""
        self.notice.dismiss()
        record = self.record
        if record is None:
            self.say("there is no crash to compare")
        elif self._marked is None or self._marked.id == record.id:
            self._marked = None if self._marked is not None else record
            self._show_records()
        else:
            self.open_panel("comparison")

    def action_go_to(self) -> None:
        """Type an address."""
        if self._examined() is not None:
            hint = "0x20000000, a register, or the name of a function or variable"
            self.type_into(GO_TO, "address ", "", hint)

    async def on_prompt_ended(self, message: Prompt.Ended) -> None:
        """An address was typed; the memory takes the focus after everybody else is done with the prompt."""
        if message.purpose == GO_TO and message.accepted and message.text.strip():
            self.call_later(self.go_to, message.text)

    def on_command_given(self, message: CommandGiven) -> None:
        """`go-to ADDRESS`; other words are for the program."""
        if message.name == GO_TO:
            message.stop()
            self.go_to(message.argument)

    def go_to(self, text: str) -> None:
        """Show the memory at what a person typed."""
        crash, rows = self._examined(), self.detail.memory_rows
        if crash is None or rows is None:
            return
        address = find_address(text, rows)
        if address is None:
            self.say(f"{text.strip()} is neither an address nor a name that the firmware has")
        elif rows.row_of(address) is None:
            self.say(f"{address:#010x} is not in the dump: it has {held_text(rows.dump)}")
        else:
            self.open_panel("memory")
            self.detail.memory.go_to(address)

    def action_export(self) -> None:
        """The report goes into files."""
        crash = self._examined()
        if crash is None:
            return
        name = trace_file_name(crash.record.processor, crash.record.when).removesuffix(".log")
        folder = os.path.join(self.controller.folder, "reports")
        try:
            stem = write_report(folder, name, crash.report)
        except OSError as error:
            self.say(f"the report could not be saved: {error.strerror}: {folder}")
        else:
            self.say(f"saved as text and as Markdown: {home_relative(stem)}.txt and .md")

    def action_debugger(self) -> None:
        """The command line for gdb goes to the terminal's clipboard."""
        crash = self._examined()
        command = None if crash is None else debugger_command(crash)
        if command is not None:
            self.app.copy_to_clipboard(command)
            self.say(f"copied to the terminal's clipboard (where it takes OSC 52): {command}")
        elif crash is not None:
            self.say("no memory with registers was kept of this crash: gdb has nothing to open")

    def action_copy(self) -> None:
        """The text of the focused panel goes to the terminal's clipboard; from the list it is the report."""
        focused = None if self.focused is None else self.focused.id
        text = self.detail.text_of(focused if focused in CrashDetail.TABS else "report")
        self.app.copy_to_clipboard(text)
        lines = text.count("\n") + 1
        self.say(f"copied {lines} line{'s' if lines > 1 else ''} to the terminal's clipboard (where it takes OSC 52)")

    def _examined(self) -> ExaminedCrash | None:
        """The crash that a key is for."""
        self.notice.dismiss()
        if self.crash is None:
            self.say("no crash is selected" if self.record is None else "the crash is still being examined")
        return self.crash

    def _want_history(self) -> None:
        """Read it soon, and not too often."""
        if self._reading_soon is None:
            wait = self._read_next - time.monotonic()
            self._reading_soon = self.set_timer(max(wait, 0.001), self._read_soon)

    def _read_soon(self) -> None:
        self._reading_soon, self._read_next = None, time.monotonic() + HISTORY_EVERY
        self._begin(self._read_history, "crash-history")

    async def _read_history(self) -> None:
        before = {record.id for record in self.reading.records}
        followed = self._is_following()
        began = time.monotonic()
        await self.reading.read_history()
        took = time.monotonic() - began
        self._read_next = began + min(HISTORY_EVERY, took / HISTORY_SHARE)
        if self._reading_soon is not None:  # it was wanted again meanwhile
            self._reading_soon.stop()
            self._reading_soon = None
            self._want_history()
        newest = self._newest_of(self.selection[1]) if self._came_back else None
        if newest is not None and newest.id not in before:
            self._selected = newest.id
        elif (followed or self.record is None) and self.reading.records:
            self._selected = self.reading.records[0].id
        self._came_back = False
        self._show_records()

    def _is_following(self) -> bool:
        """Whether the newest crash is selected, and nobody looks into its report."""
        records = self.reading.records
        return bool(records) and records[0].id == self._selected and self.focused is self.crashes

    def _show_records(self) -> None:
        if not self._is_whole():
            return
        marked = None if self._marked is None else self._marked.id
        self.crashes.show_records(self.reading.records, self._selected, marked)
        self.lay_out(self._layout)
        self._show_record()

    def _show_record(self) -> None:
        """Show the selected crash, as far as it is known by now."""
        record = self.record
        self.detail.show_record(record, self.crash)
        self.lay_out(self._layout)
        if self.crash is not None:
            self._want_source()
        elif record is not None and record.folder is not None and not is_under_way(record, self.view.snapshot):
            self._begin(partial(self._examine, record), "crash-report")
        self._want_comparison()

    async def _examine(self, record: CrashRecord) -> None:
        try:
            crash = await self.reading.examine(record)
        except (RprocTuiError, OSError) as error:
            if self._is_whole() and record == self.record:
                self.detail.show_sentence(record, f"it cannot be examined: {error}")
            return
        if self._is_whole() and crash.record == self.record:
            self._show_record()

    def _want_source(self) -> None:
        if self.crash is not None:
            self._begin(partial(self._read_source, self.crash, self.detail.frame), "crash-source")

    async def _read_source(self, crash: ExaminedCrash, frame: int | None) -> None:
        excerpt = await self.reading.source(crash, frame)
        if self._is_whole() and crash is self.crash:
            self.detail.show_source(crash, frame, excerpt)

    def _want_comparison(self) -> None:
        record, marked = self.record, self._marked
        if record is None or marked is None or marked.id == record.id:
            self.detail.show_comparison(None, None)
        else:
            self._begin(partial(self._compare, marked, record), "crash-comparison")

    async def _compare(self, marked: CrashRecord, record: CrashRecord) -> None:
        try:
            pair = await self.reading.examine(marked), await self.reading.examine(record)
        except (RprocTuiError, OSError) as error:
            self.say(f"the two cannot be compared: {error}")
            return
        if self._is_whole() and record == self.record:
            self.detail.show_comparison(*pair)

    def _newest_of(self, key: ProcessorKey | None) -> CrashRecord | None:
        """The newest crash of a processor."""
        return next((one for one in self.reading.records if ProcessorKey(one.host, one.device) == key), None)

    def _is_whole(self) -> bool:
        """Whether there is something to show it in: what was begun may end while the screen is taken down."""
        return self.is_attached and len(self.query(", ".join(_PARTS))) == len(_PARTS)

    def _begin(self, work: WorkType[None], group: str) -> None:
        """In place of what was begun for the same; that may not even have started."""
        self.run_worker(work, group=group, exclusive=True, exit_on_error=True)

    def _can_open(self, name: str) -> bool:
        return name == "processors" or bool(self.reading.records)

    def lay_out(self, layout: Layout) -> None:
        """What is in sight."""
        self._layout = layout
        fits, some = layout is not Layout.TINY, bool(self.reading.records)
        self.set_class(layout is Layout.COMPACT, "-compact")
        self.query_one("#too-small").display = not fits
        self.query_one("#status").display = fits
        self.query_one("#processors").display = fits
        self.crashes.display = fits and some and not self._zoomed
        self.query_one("#tabs").display = fits and some
        self.query_one("#body").display = fits
        self.detail.display = some
        self.detail.show_tab(self._tab, together=layout is Layout.WIDE)
        self._show_nothing(visible=not some and self.reading.was_read)
        record = self.record
        about = "" if record is None else f"{record.processor} {time.strftime('%H:%M:%S', time.localtime(record.when))}"
        self.query_one(PanelTabs).show_tab(self._tab, about)
        self.query_one("#keys").display = fits and self.query_one(Prompt).purpose is None

    def _show_nothing(self, *, visible: bool) -> None:
        nothing: Widget = self.query_one("#nothing")
        nothing.display = visible
        if visible and isinstance(nothing, MadePanel):
            processor, folder = self.view.processor, self.controller.folder
            nothing.show_made(lambda width: no_crash_lines(processor, folder, width), None)
