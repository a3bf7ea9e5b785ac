"""What the kernel's log tells of one processor's past: crashes, the last boot, what it said lately."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.kernel_log import KernelLine

LINES_KEPT = 500
"""Kernel lines about one processor that are kept for outcomes and reports."""

CRASHES_KEPT = 20


@dataclass(slots=True)
class History:
    """Grows with every line about the processor."""

    lines: deque[KernelLine] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))
    crash_times: deque[float] = field(default_factory=lambda: deque(maxlen=CRASHES_KEPT))
    """Kernel seconds of the crashes that were handled."""
    crashes: int | None = None
    """Since the driver was bound; None while no log was read."""

    booted_size: int | None = None
    """Bytes of the image of the last boot, where the log tells."""

    def begin(self) -> None:
        """A log can be read: what it does not tell did not happen."""
        self.crashes = self.crashes or 0

    def add(self, fact: KernelFact) -> None:
        """One more line."""
        self.lines.append(fact.line)
        if fact.kind is Kind.AVAILABLE:
            self.crashes = 0
            self.crash_times.clear()
        elif fact.kind is Kind.BOOTING:
            self.booted_size = fact.number
        elif fact.kind is Kind.CRASH_HANDLED:
            self.crashes = fact.number if fact.number is not None else (self.crashes or 0) + 1
            self.crash_times.append(fact.line.seconds)

    def since(self, sequence: int) -> tuple[KernelLine, ...]:
        """The lines from a sequence number on."""
        return tuple(line for line in self.lines if line.sequence >= sequence)

    @property
    def next_sequence(self) -> int:
        """One past the newest line."""
        return self.lines[-1].sequence + 1 if self.lines else 0
