"""The runs whose text one ring holds: each buffer of a processor sees a boot by itself, and one mark stands for it."""

from __future__ import annotations

from rproc_tui.clock import Clock
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.restart import RESTARTED
from rproc_tui.trace.ring import TraceRing


class TraceRuns:
    """Counts the runs of one processor; the run in which watching began is 0."""

    def __init__(self, ring: TraceRing, clock: Clock) -> None:
        self.newest = 0
        self._ring = ring
        self._clock = clock

    def begins(self, run: int) -> bool:
        """A buffer in `run` saw a boot; whether that is news, so that the ring needs its mark."""
        if run != self.newest:
            return False
        self.newest += 1
        return True

    def mark(self) -> None:
        """Put a mark into the ring: not where no text stands before it."""
        last = self._ring.lines(self._ring.stop - 1, self._ring.stop)
        if last and last[0].kind is not LineKind.RESTART:
            self._ring.append([TraceLine(RESTARTED, self._clock.monotonic(), LineKind.RESTART)])
