"""The report of a crash; up and down go from call to call, and the source follows."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message

from rproc_tui.crash.report_text import report_lines
from rproc_tui.tui.examined_crash import ExaminedCrash
from rproc_tui.tui.panels.columns import wrapped
from rproc_tui.tui.panels.crash_report import ReportRows, report_rows
from rproc_tui.tui.widgets.text_view import TextView


class FrameSelected(Message):
    """A person moved to another call."""


class CrashReportPanel(TextView):
    """What happened, and the calls."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._crash: ExaminedCrash | None = None
        self._sentence = ""
        self._rows = ReportRows(())
        self.frame: int | None = None
        """The selected call."""

    @property
    def text(self) -> str:
        """The whole report as plain text: it is for a bug report."""
        return self._sentence if self._crash is None else "\n".join(report_lines(self._crash.report))

    def show_crash(self, crash: ExaminedCrash | None, sentence: str = "") -> None:
        """Show another crash, from the call on in which it happened; or a sentence instead."""
        if crash is not None and crash is not self._crash:
            self.frame, self.top = crash.report.at_fault, 0
        self._crash, self._sentence = crash, sentence
        if crash is None:
            self.frame = None
        self.renew()

    def text_lines(self, width: int) -> Sequence[Content]:
        """The report."""
        if self._crash is None:
            self._rows = ReportRows(())
            return [Content.assemble((line, "$label")) for line in wrapped(self._sentence, width)]
        self._rows = report_rows(self._crash, self.frame, width)
        return self._rows.lines

    def show_lines(self, lines: Sequence[Content]) -> None:
        """The selected call is marked wherever its row is now."""
        super().show_lines(lines)
        row = self._row_of(self.frame)
        if row != self.cursor:
            top = self.top
            self.move_cursor(row)
            if top == 0 and row is not None and row < self.content_size.height:
                self.show_from(0)

    def action_row(self, step: int) -> None:
        """The next call; behind the last one the lines below."""
        rows = [number for _, number in self._rows.frame_rows]
        at = rows.index(self.frame) if self.frame in rows else None
        if at is not None and 0 <= at + step < len(rows):
            self._select(rows[at + step])
        else:
            super().action_row(step)

    def on_click(self, event: events.Click) -> None:
        """A click on a call selects it."""
        position = event.get_content_offset(self)
        if position is None:
            return
        row = self.top + position.y
        found = [number for first, number in self._rows.frame_rows if first == row]
        if found:
            self._select(found[0])

    def _select(self, frame: int) -> None:
        if frame != self.frame:
            self.frame = frame
            self.renew()
            self.post_message(FrameSelected())

    def _row_of(self, frame: int | None) -> int | None:
        return next((row for row, number in self._rows.frame_rows if number == frame), None)
