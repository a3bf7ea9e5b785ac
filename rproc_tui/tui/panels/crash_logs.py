"""The firmware's log up to its crash, and the kernel's lines around it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from rproc_tui.crash.evidence import Evidence
from rproc_tui.tui.panels.crash_report import heading
from rproc_tui.tui.panels.trace import level_style

NO_TRACE = "no line of its trace was kept: the firmware has no trace buffer, or it could not be read in time"
NO_KERNEL_LINES = "no line of the kernel's log was kept"


@dataclass(frozen=True, slots=True)
class CrashLogs:
    """Rows to be made one by one: a trace may have tens of thousands of lines."""

    trace: tuple[str, ...] = ()
    kernel: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Rows, with the headings and a sentence where there is nothing."""
        return 3 + max(1, len(self.trace)) + max(1, len(self.kernel))

    @property
    def crash_row(self) -> int:
        """The row behind the last line that the firmware wrote."""
        return 1 + max(1, len(self.trace))

    def row(self, number: int) -> Content:
        """One row."""
        before = self.crash_row
        if number == 0:
            return heading(f"Trace, {_lines(self.trace)} to the crash" if self.trace else "Trace")
        if number < before:
            return _log_line(self.trace, number - 1, NO_TRACE)
        if number == before:
            return Content("")
        if number == before + 1:
            return heading("Kernel")
        return _log_line(self.kernel, number - before - 2, NO_KERNEL_LINES)


def crash_logs(evidence: Evidence) -> CrashLogs:
    """Those of a crash."""
    return CrashLogs(tuple(evidence.trace), tuple(evidence.kernel_lines))


def _log_line(lines: tuple[str, ...], number: int, nothing: str) -> Content:
    if not lines:
        return Content.assemble((f"  {nothing}", "$label"))
    return Content.assemble("  ", (lines[number], level_style(lines[number])))


def _lines(lines: tuple[str, ...]) -> str:
    return f"{len(lines)} line{'s' if len(lines) != 1 else ''}"
