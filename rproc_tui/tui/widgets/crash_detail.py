"""Everything that is known of one crash, in panels that share a place."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from rproc_tui.controller.source_lines import SourceExcerpt
from rproc_tui.crash.disassembly import disassemble
from rproc_tui.crash.values import Instruction
from rproc_tui.model.crash import CrashRecord, CrashStage
from rproc_tui.tui.examined_crash import ExaminedCrash
from rproc_tui.tui.panels.columns import wrapped
from rproc_tui.tui.panels.crash_comparison import HOW, comparison_lines
from rproc_tui.tui.panels.crash_evidence import evidence_lines
from rproc_tui.tui.panels.crash_logs import CrashLogs, crash_logs
from rproc_tui.tui.panels.crash_memory import MemoryRows, memory_rows
from rproc_tui.tui.panels.crash_source import instruction_rows, last_words, source_rows, source_title
from rproc_tui.tui.widgets.crash_logs_view import CrashLogsView
from rproc_tui.tui.widgets.crash_report_panel import CrashReportPanel
from rproc_tui.tui.widgets.hex_view import HexView
from rproc_tui.tui.widgets.made_panel import MadePanel
from rproc_tui.tui.widgets.rows_view import RowsView
from rproc_tui.tui.widgets.text_view import TextView

_KEYS = "e saves · y copies · D gdb"
WORDS_MOST = 20
"""Lines of the trace that stand where the source of a known place would."""
_WAITING = {
    CrashStage.COLLECTING: "what is left of it is being saved …",
    CrashStage.EXAMINING: "it is being examined …",
    CrashStage.READY: "it is being examined …",
}


class CrashDetail(Container):
    """Report, source, registers, logs, memory, comparison."""

    TABS: ClassVar[dict[str, str]] = {
        "report": "Report",
        "source": "Source",
        "evidence": "Registers",
        "logs": "Trace",
        "memory": "Memory",
        "comparison": "Compare",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self.memory_rows: MemoryRows | None = None
        self._crash: ExaminedCrash | None = None

    def compose(self) -> ComposeResult:
        """Side by side; `show_tab` says which are in sight."""
        yield CrashReportPanel(id="report")
        yield MadePanel(id="source")
        yield MadePanel(id="evidence")
        yield CrashLogsView(id="logs")
        yield HexView(id="memory")
        yield MadePanel(id="comparison")

    @property
    def report(self) -> CrashReportPanel:
        """The panel of the report."""
        return self.query_one(CrashReportPanel)

    @property
    def memory(self) -> HexView:
        """The panel of the memory."""
        return self.query_one(HexView)

    @property
    def frame(self) -> int | None:
        """The selected call."""
        return self.report.frame

    def show_tab(self, tab: str, *, together: bool) -> None:
        """Bring a panel into sight; report and source `together` where there is room for both."""
        pair = {"report", "source"}
        shown = pair if together and tab in pair else {tab}
        for name in self.TABS:
            self.query_one(f"#{name}").display = name in shown

    def show_record(self, record: CrashRecord | None, crash: ExaminedCrash | None) -> None:
        """Show a crash, or that it is not examined yet."""
        if crash is None:
            self.show_sentence(record, "" if record is None else _sentence(record))
            return
        if crash is self._crash:
            return
        self._crash = crash
        registers = crash.registers()
        values = {} if registers is None else registers.values
        self.memory_rows = memory_rows(crash.evidence.dump, crash.symbols, values)
        self.report.retitle(Content("Report"))
        self.report.border_subtitle = _KEYS
        self.report.show_crash(crash)
        self._made("evidence").retitle(Content("Registers and evidence"))
        self._made("evidence").show_made(lambda width: evidence_lines(crash, width), crash.record.id)
        self.query_one(CrashLogsView).retitle(Content("Trace and kernel log"))
        self.query_one(CrashLogsView).show_logs(crash_logs(crash.evidence), crash.record.id)
        self.memory.show_memory(self.memory_rows, crash.record)

    def show_sentence(self, record: CrashRecord | None, sentence: str) -> None:
        """Say why there is nothing to show."""
        self._crash = self.memory_rows = None
        self.report.show_crash(None, sentence)
        self.report.border_subtitle = ""
        self._made("source").retitle(Content("Source"))
        about = None if record is None else record.id
        for name in ("source", "evidence"):
            self._made(name).show_made(lambda _: (), about)
        self.query_one(CrashLogsView).show_logs(CrashLogs(), None)
        self.memory.show_memory(None, about)

    def show_source(self, crash: ExaminedCrash, frame: int | None, excerpt: SourceExcerpt | None) -> None:
        """Show the source of a call, and its instructions."""
        panel = self._made("source")
        place = None if frame is None else crash.frames[frame].frame.place
        at_fault = frame == crash.report.at_fault
        instructions = _instructions(crash, frame)
        panel.retitle(Content(source_title(place, max(20, panel.size.width - 8))))
        panel.show_made(
            lambda width: [
                *source_rows(place, excerpt, width, when=crash.record.when, at_fault=at_fault),
                *instruction_rows(instructions, width),
                *last_words(crash.report.trace[-WORDS_MOST:] if place is None else (), width),
            ],
            (crash.record.id, frame),
        )

    def show_comparison(self, left: ExaminedCrash | None, right: ExaminedCrash | None) -> None:
        """Show two crashes side by side, or how to get there."""
        panel = self._made("comparison")
        if left is None or right is None:
            panel.retitle(Content("Compare"))
            panel.show_made(lambda width: [Content.assemble((line, "$label")) for line in wrapped(HOW, width)], None)
            return
        panel.retitle(Content("Compare: the marked crash, and the selected one"))
        panel.show_made(lambda width: comparison_lines(left, right, width), (left.record.id, right.record.id))

    def text_of(self, tab: str) -> str:
        """A panel's text, for the clipboard."""
        panel = self.query_one(f"#{tab}")
        return panel.text if isinstance(panel, TextView | RowsView) else ""

    def _made(self, name: str) -> MadePanel:
        return self.query_one(f"#{name}", MadePanel)


def _sentence(record: CrashRecord) -> str:
    if record.folder is None:
        return " ".join(("nothing of it could be kept.", *record.problems))
    return _WAITING[record.stage]


def _instructions(crash: ExaminedCrash, frame: int | None) -> tuple[Instruction, ...] | None:
    """Around the program counter of a call."""
    if frame is None or frame == crash.report.at_fault:
        return crash.report.instructions
    pc = crash.frames[frame].frame.registers.pc
    return () if pc is None else disassemble(crash.symbols, pc, crash.report.machine)
