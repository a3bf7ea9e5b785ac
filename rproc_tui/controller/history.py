"""What the kernel's log tells of one processor's past: crashes, the last boot, what it said lately."""

from __future__ import annotations

from collections import deque

from rproc_tui.linux.conditions import crash_count
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.kernel_log import KernelLine

FACTS_KEPT = 500
"""Kernel lines about one processor that are kept for outcomes and conditions."""


class History:
    """Grows with every line about the processor."""

    def __init__(self) -> None:
        self.facts: deque[KernelFact] = deque(maxlen=FACTS_KEPT)
        """Oldest first."""
        self.crashes: int | None = None
        """Since the driver was bound; None while no log was read."""
        self.booted_size: int | None = None
        """Bytes of the image of the last boot, where the log tells."""
        self._heard_at = 0.0

    def begin(self) -> None:
        """A log can be read: what it does not tell did not happen."""
        self.crashes = self.crashes or 0

    def add(self, fact: KernelFact, now: float) -> None:
        """One more line, heard at `now` (monotonic seconds)."""
        self.facts.append(fact)
        self._heard_at = now
        if fact.kind is Kind.AVAILABLE:
            self.crashes = 0
        elif fact.kind is Kind.BOOTING:
            self.booted_size = fact.number
        elif fact.kind is Kind.CRASH_HANDLED:
            self.crashes = crash_count(self.facts) or (self.crashes or 0) + 1

    def since(self, sequence: int) -> tuple[KernelLine, ...]:
        """The lines from a sequence number on."""
        return tuple(fact.line for fact in self.facts if fact.line.sequence >= sequence)

    @property
    def next_sequence(self) -> int:
        """One past the newest line."""
        return self.facts[-1].line.sequence + 1 if self.facts else 0

    def uptime(self, now: float) -> float | None:
        """Seconds since that machine's boot, at least; None while it has said nothing."""
        return self.facts[-1].line.seconds + now - self._heard_at if self.facts else None
