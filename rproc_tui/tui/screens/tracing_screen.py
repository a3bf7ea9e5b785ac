"""What the screens with a trace have in common: its keys, its filter, which lines it shows."""

from __future__ import annotations

import os

from rproc_tui.errors import NoSuchProcessor, UsageError
from rproc_tui.model.processor import Note, Processor, ProcessorKey, State
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.filter import LineFilter, is_unclosed
from rproc_tui.trace.ring import TraceRing
from rproc_tui.tui.export import trace_file_name, write_trace
from rproc_tui.tui.messages import CommandGiven
from rproc_tui.tui.panels.advice import without_debugfs
from rproc_tui.tui.screens.board_screen import BoardScreen
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.prompt import Prompt
from rproc_tui.tui.widgets.trace_log import TraceLog

FILTER = "filter"
"""What a prompt for the trace's filter is for."""


class TracingScreen(BoardScreen):
    """A screen with the trace of the selected processor on it."""

    def on_screen_resume(self) -> None:
        """The trace went on meanwhile, too."""
        super().on_screen_resume()
        self.trace_log.advance()

    @property
    def trace_log(self) -> TraceLog:
        """The panel of the trace."""
        return self.query_one(TraceLog)

    def advance(self, key: ProcessorKey) -> None:
        """There are new lines in a processor's trace."""
        if self.view.processor is not None and self.view.processor.key == key:
            self.trace_log.advance()

    def show_trace(self, view: View) -> None:
        """Show the trace of the selected processor."""
        self.trace_log.show_ring(*self._shown_trace(view))

    def action_pause(self) -> None:
        """The trace stands still, or follows again."""
        self.trace_log.toggle_pause()

    def action_filter(self) -> None:
        """Type a filter; it works while it is typed."""
        self.type_into(FILTER, "filter ", self.trace_log.filter_text, "text, /regular expression/, ! in front inverts")

    def on_prompt_typed(self, message: Prompt.Typed) -> None:
        """Filter by what is there so far."""
        if message.purpose == FILTER:
            self.filter_trace(message.text)

    async def on_prompt_ended(self, message: Prompt.Ended) -> None:
        """Esc takes the filter away."""
        if message.purpose == FILTER:
            self._take_filter(message.text if message.accepted else "")

    def on_command_given(self, message: CommandGiven) -> None:
        """`filter TEXT`; other words are for the program."""
        if message.name == FILTER:
            message.stop()
            self._take_filter(message.argument)

    def filter_trace(self, text: str) -> None:
        """Show only the lines of the trace that match; the last filter stays while a new one is no filter yet."""
        try:
            line_filter = LineFilter.parse(text)
        except UsageError as error:
            self.say(str(error))
            return
        self.trace_log.filter_by(text, line_filter if line_filter.pattern is not None else None)

    def _take_filter(self, text: str) -> None:
        """Filter by a text that is typed to its end."""
        if is_unclosed(text):
            self.say(f"`{text}` is searched for as text: as a regular expression it lacks the / at its end")
        self.filter_trace(text)

    def action_mark(self) -> None:
        """A line of one's own in the trace."""
        ring = self.trace_log.ring
        if ring is not None:
            now = self.controller.clock.monotonic()
            ring.append([TraceLine(f"mark {self.wall.brief(now)}", now, LineKind.MARK)])
            self.trace_log.advance()

    def action_export(self) -> None:
        """The whole trace, or what the filter shows of it, goes into a file."""
        ring, name = self.trace_log.ring, self.view.processor.name if self.view.processor is not None else ""
        if ring is None:
            self.say("no trace to save: select a processor first")
            return
        lines = self.trace_log.shown_lines()
        if not lines:
            self.say(f"nothing to save: no line of {name}'s trace is shown")
            return
        path = os.path.join(self.controller.folder, "traces", trace_file_name(name, self.controller.clock.wall()))
        try:
            count = write_trace(path, lines, self.wall)
        except OSError as error:
            self.say(f"the trace could not be saved: {error.strerror}: {path}")
        else:
            self.say(f"saved {count} line{'s' if count != 1 else ''} to {path}")

    def action_trace_page(self, step: int) -> None:
        """Scroll the trace from anywhere."""
        self.trace_log.action_page(step)

    def _shown_trace(self, view: View) -> tuple[str, TraceRing | None, str]:
        """Name, lines, and what to say when there are none."""
        if view.processor is None:
            return "", None, "select a processor to see its trace"
        try:
            ring = self.controller.trace(view.processor.key)
        except NoSuchProcessor:
            return view.processor.name, None, "the processor is gone"
        return view.processor.name, ring, _why_empty(view.processor)


def _why_empty(processor: Processor) -> str:
    """Why a processor has no trace lines."""
    if processor.traces:
        return "the trace buffer is empty so far"
    if processor.state in (State.RUNNING, State.ATTACHED):
        return without_debugfs(processor) or "no trace: the firmware has no trace entry in its resource table"
    if Note.STUCK in processor.notes:
        return "no trace while it is stuck: its driver has to be bound anew"
    return f"no trace while it is {processor.state}: `b` boots it"
