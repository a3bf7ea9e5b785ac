"""What the kernel's log tells of one processor's past: crashes, the last boot, what it said lately."""

from __future__ import annotations

from collections import deque

from rproc_tui.linux.conditions import crash_count
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.kernel_log import KernelLine

FACTS_KEPT = 500
"""Kernel lines about one processor that are kept for outcomes and conditions."""


_BEGINNINGS = frozenset({Kind.POWERING_UP, Kind.BOOTING, Kind.ATTACHING, Kind.RECOVERING})
_ENDS = frozenset({Kind.UP, Kind.ATTACHED, Kind.BOOT_FAILED, Kind.DETACHED, Kind.RELEASED, Kind.AVAILABLE})


class History:
    """Grows with every line about the processor."""

    def __init__(self) -> None:
        self.facts: deque[KernelFact] = deque(maxlen=FACTS_KEPT)
        """Oldest first."""
        self.crashes: int | None = None
        """Since the driver was bound; None while no log was read."""
        self.boots: int | None = None
        """Times it came up, booted, attached or recovered; as `crashes` otherwise."""
        self.booted_size: int | None = None
        """Bytes of the image of the last boot, where the log tells."""
        self._uptime: float | None = None
        self._as_of = 0.0

    def begin(self, now: float, uptime: float | None) -> None:
        """The log was read up to `now`: what it does not tell did not happen.

        `uptime` is the machine's then; its last line may be old.
        """
        self.crashes, self.boots = self.crashes or 0, self.boots or 0
        if self._uptime is not None and uptime is not None and uptime > self._uptime:
            self._uptime, self._as_of = uptime, now

    def add(self, fact: KernelFact, now: float) -> None:
        """One more line, heard at `now` (monotonic seconds)."""
        self.facts.append(fact)
        self._uptime, self._as_of = fact.line.seconds, now
        if fact.kind is Kind.AVAILABLE:
            self.crashes = self.boots = 0
        elif fact.kind in (Kind.UP, Kind.ATTACHED):
            self.boots = (self.boots or 0) + 1
        elif fact.kind is Kind.BOOTING:
            self.booted_size = fact.number
        elif fact.kind is Kind.RECOVERING:  # the file is read again, and its size not told
            self.booted_size = None
        elif fact.kind is Kind.CRASH_HANDLED:
            self.crashes = crash_count(self.facts) or (self.crashes or 0) + 1

    def since(self, sequence: int) -> tuple[KernelLine, ...]:
        """The lines from a sequence number on."""
        return tuple(fact.line for fact in self.told_since(sequence))

    def told_since(self, sequence: int) -> tuple[KernelFact, ...]:
        """The same, with what they say."""
        return tuple(fact for fact in self.facts if fact.line.sequence >= sequence)

    @property
    def is_booting(self) -> bool:
        """A start, an attach or a recovery is on its way, by the last line that tells."""
        phases = (fact.kind for fact in reversed(self.facts) if fact.kind in _BEGINNINGS or fact.kind in _ENDS)
        return next(phases, None) in _BEGINNINGS

    @property
    def next_sequence(self) -> int:
        """One past the newest line."""
        return self.facts[-1].line.sequence + 1 if self.facts else 0

    def uptime(self, now: float) -> float | None:
        """Seconds since that machine's boot, at least; None while it has said nothing."""
        return None if self._uptime is None else self._uptime + now - self._as_of
