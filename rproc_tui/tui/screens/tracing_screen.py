"""What the screens with a trace have in common: its keys, its filter and search, which lines it shows."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from rproc_tui.controller.controller import Controller
from rproc_tui.errors import UsageError
from rproc_tui.model.processor import ProcessorKey
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.sanitise import sanitise
from rproc_tui.trace.filter import LineFilter, is_unclosed
from rproc_tui.tui.export import trace_file_name, write_lines
from rproc_tui.tui.line_times import TimeStyle
from rproc_tui.tui.messages import CommandGiven
from rproc_tui.tui.screens.board_screen import BoardScreen
from rproc_tui.tui.shown_traces import clocks_sentence, shown_traces
from rproc_tui.tui.view import View
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.prompt import Prompt
from rproc_tui.tui.widgets.trace_log import TraceLog

if TYPE_CHECKING:
    from rproc_tui.tui.app import RprocTui

FILTER = "filter"
"""What a prompt for the trace's filter is for."""
FIND = "find"
"""What a prompt for the search is for."""
_PATTERN_HINT = "text, /regular expression/, ! in front inverts"
_LANDMARKS = (LineKind.MARK, LineKind.RESTART)
_MARK_MOST = 80
"""Characters of a mark's words."""


class TracingScreen(BoardScreen):
    """A screen with the trace of the selected processor on it, or with those of all."""

    def __init__(self, controller: Controller, wall: WallTime) -> None:
        super().__init__(controller, wall)
        self.merged = False
        """All processors by time, not the selected one alone."""
        self.with_kernel = False

    def on_screen_resume(self) -> None:
        """The trace went on meanwhile, too."""
        super().on_screen_resume()
        self.trace_log.advance()

    @property
    def page_mode(self) -> bool:
        """Whether scrolling costs too much on this terminal."""
        return cast("RprocTui", self.app).profile.page_mode

    @property
    def trace_log(self) -> TraceLog:
        """The panel of the trace."""
        return self.query_one(TraceLog)

    def advance(self, key: ProcessorKey) -> None:
        """There are new lines in a processor's trace."""
        if self.merged or (self.view.processor is not None and self.view.processor.key == key):
            self.trace_log.advance()

    def advance_kernel(self, host: str) -> None:
        """A kernel said something."""
        if self.with_kernel and (self.merged or host == self.selection[0]):
            self.trace_log.advance()

    def show_trace(self, view: View) -> None:
        """Show what is asked for."""
        shown = shown_traces(view, self.controller, merged=self.merged, kernel=self.with_kernel)
        self.trace_log.show_rings(shown.about, shown.rings, shown.empty)

    def back_out(self) -> bool:
        """Out of one thing of the trace at a time: the search, an earlier boot, the filter; whether there was one."""
        log = self.trace_log
        if log.sought_text:
            log.seek("", None)
        elif log.shows_past:
            log.show_newest_boot()
        elif log.filter_text:
            self.filter_trace("")
        else:
            return False
        return True

    def action_pause(self) -> None:
        """The trace stands still, or follows again."""
        self.trace_log.toggle_pause()

    def action_trace_page(self, step: int) -> None:
        """Scroll the trace from anywhere."""
        self.trace_log.action_page(step)

    def action_filter(self) -> None:
        """Type a filter; it works while it is typed."""
        self.type_into(FILTER, "filter ", self.trace_log.filter_text, _PATTERN_HINT)

    def action_find(self) -> None:
        """Type what to search for; matches are marked while it is typed."""
        self.type_into(FIND, "find ", self.trace_log.sought_text, _PATTERN_HINT)

    def on_prompt_typed(self, message: Prompt.Typed) -> None:
        """Filter and mark by what is there so far."""
        if message.purpose == FILTER:
            self.filter_trace(message.text)
        elif message.purpose == FIND:
            self._seek(message.text)

    async def on_prompt_ended(self, message: Prompt.Ended) -> None:
        """Esc takes the filter or the search away; enter goes to the last match."""
        if message.purpose == FILTER:
            self._take_filter(message.text if message.accepted else "")
        elif message.purpose == FIND:
            self._take_search(message.text if message.accepted else "")

    def on_command_given(self, message: CommandGiven) -> None:
        """`filter TEXT` and the like; other words are for the program."""
        takers: dict[str, Callable[[str], None]] = {
            FILTER: self._take_filter,
            FIND: self._take_search,
            "times": self._take_times,
            "mark": self._mark,
        }
        if message.name in takers:
            message.stop()
            takers[message.name](message.argument)

    def filter_trace(self, text: str) -> None:
        """Show only the lines of the trace that match; the last filter stays while a new one is no filter yet."""
        line_filter = self._parsed(text)
        if line_filter is not None:
            self.trace_log.filter_by(text, line_filter if line_filter.pattern is not None else None)

    def action_match(self, step: int) -> None:
        """The next or the previous line that the search finds."""
        log = self.trace_log
        condition = log.sought
        if condition is None:
            self.say("nothing is searched for: `F` asks what to find")
            return
        text = log.sought_text
        log.go(step, condition.finds, lambda: self.say(f"`{text}` is in none of {log.row_count} lines"))

    def action_landmark(self, step: int) -> None:
        """The next or the previous mark or boot."""
        self.trace_log.go(
            step,
            lambda line: line.kind in _LANDMARKS,
            lambda: self.say("there is neither a mark nor a boot: `m` marks"),
        )

    def action_mark(self) -> None:
        """A line of one's own in the trace."""
        self._mark("")

    def action_wrap(self) -> None:
        """Long lines go on below, or are cut."""
        self.trace_log.toggle_wrap()

    def action_times(self) -> None:
        """Another time before the lines."""
        self.trace_log.show_times(self.trace_log.times.next)

    def action_boot(self, step: int) -> None:
        """The lines of the boot before, or after."""
        if self.merged or self.with_kernel:
            self.say("boots are those of one processor: `M` and `O` leave the others and the kernel out")
        elif not self.trace_log.show_boot(step):
            self.say("no earlier boot is kept" if step < 0 else "this is the newest boot")

    def action_merge(self) -> None:
        """All processors by time, or the selected one alone."""
        self.merged = not self.merged
        clocks = clocks_sentence(self.view.snapshot) if self.merged else None
        if clocks is not None:
            self.say(clocks, lambda: self.merged)
        self.renew()

    def action_kernel_lines(self) -> None:
        """The kernel's lines between those of the firmware, or not."""
        self.with_kernel = not self.with_kernel
        self.renew()

    def action_export(self) -> None:
        """The whole trace, or what the filter shows of it, goes into a file."""
        lines = self.trace_log.texts()
        if lines:
            self.run_worker(self._export(lines), group="export")
        else:
            self.say("nothing to save: no line of a trace is shown")

    async def _export(self, lines: list[str]) -> None:
        name = "merged" if self.merged or self.view.processor is None else self.view.processor.name
        path = os.path.join(self.controller.folder, "traces", trace_file_name(name, self.controller.clock.wall()))
        try:
            await asyncio.to_thread(write_lines, path, lines)
        except OSError as error:
            self.say(f"the trace could not be saved: {error.strerror}: {sanitise(path)}")
        else:
            self.say(f"saved {len(lines)} line{'s' if len(lines) != 1 else ''} to {sanitise(path)}")

    def _mark(self, words: str) -> None:
        """Put a mark with the time into what is shown; where several are, into the selected processor's."""
        processor = self.view.processor
        if processor is None:
            self.say("mark: select a processor first")
            return
        now = self.controller.clock.monotonic()
        text = f"mark {self.wall.brief(now)} {sanitise(words, limit=_MARK_MOST)}".rstrip()
        self.controller.trace(processor.key).append([TraceLine(text, now, LineKind.MARK)])
        self.trace_log.advance()

    def _take_filter(self, text: str) -> None:
        """Filter by a text that is typed to its end."""
        self._say_unclosed(text)
        self.filter_trace(text)

    def _seek(self, text: str) -> bool:
        condition = self._parsed(text)
        if condition is None:
            return False
        self.trace_log.seek(text, condition if condition.pattern is not None else None)
        return condition.pattern is not None

    def _take_search(self, text: str) -> None:
        """Search for a text that is typed to its end, from the newest line upwards."""
        self._say_unclosed(text)
        if self._seek(text):
            self.action_match(-1)

    def _take_times(self, word: str) -> None:
        try:
            self.trace_log.show_times(TimeStyle(word))
        except ValueError:
            self.say(f"no time is called `{sanitise(word, limit=40)}`: there are {', '.join(TimeStyle)}")

    def _parsed(self, text: str) -> LineFilter | None:
        try:
            return LineFilter.parse(text)
        except UsageError as error:
            self.say(str(error))
            return None

    def _say_unclosed(self, text: str) -> None:
        if is_unclosed(text):
            self.say(f"`{text}` is searched for as text: as a regular expression it lacks the / at its end")
