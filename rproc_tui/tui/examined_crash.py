"""One captured crash with everything that a screen shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rproc_tui.crash.evidence import Evidence
from rproc_tui.crash.report import CrashReport, ReportedFrame
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Registers
from rproc_tui.model.crash import CrashRecord


@dataclass(frozen=True, slots=True)
class ExaminedCrash:
    """Who crashed, what was kept of it, and what that means."""

    record: CrashRecord
    evidence: Evidence = field(repr=False, compare=False)
    report: CrashReport
    symbols: Symbols = field(repr=False, compare=False)
    """Of its firmware; they know nothing where that was not kept. For one thread at a time."""

    @property
    def frames(self) -> tuple[ReportedFrame, ...]:
        """The innermost first."""
        return self.report.frames

    def registers(self) -> Registers | None:
        """Those of the moment in which it happened, the surest; None where none were found."""
        at_fault = self.report.at_fault
        if at_fault is not None:
            return self.frames[at_fault].frame.registers
        return self.report.registers[0] if self.report.registers else None
