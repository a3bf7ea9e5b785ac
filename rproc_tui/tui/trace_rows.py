"""Which lines of a trace are shown: all that are kept, or those that a filter takes."""

from __future__ import annotations

from bisect import bisect_left

from rproc_tui.model.trace_line import TraceLine
from rproc_tui.trace.filter import LineFilter
from rproc_tui.trace.ring import TraceRing

SLICE = 20_000
"""Lines that are filtered in one go: 10 to 20 ms, so that keys are answered in between."""


class TraceRows:
    """Rows over a ring as it was at the last `advance`; a line may be gone from the ring since."""

    def __init__(self, ring: TraceRing, line_filter: LineFilter | None = None) -> None:
        self.ring = ring
        self.filter = line_filter
        self._matched: list[int] = []
        self._gone = 0
        self._scanned = self._start = self._stop = ring.start

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._stop - self._start if self.filter is None else len(self._matched) - self._gone

    def number(self, row: int) -> int:
        """The number of the line in a row."""
        return self._start + row if self.filter is None else self._matched[self._gone + row]

    def line(self, row: int) -> TraceLine | None:
        """The line in a row; None when it is no longer kept."""
        try:
            return self.ring.line(self.number(row))
        except IndexError:
            return None

    def count_from(self, number: int) -> int:
        """How many rows show lines of this number and later."""
        if self.filter is None:
            return self._stop - max(number, self._start)
        return len(self._matched) - max(self._gone, bisect_left(self._matched, number))

    def advance(self) -> int:
        """Take what the ring holds now; how many rows went at the top because their lines are no longer kept."""
        before, self._start, self._stop = self._start, self.ring.start, self.ring.stop
        if self.filter is None:
            return self._start - before
        gone = bisect_left(self._matched, self._start, self._gone)
        fell, self._gone = gone - self._gone, gone
        if self._gone > SLICE:
            del self._matched[: self._gone]
            self._gone = 0
        return fell

    def scan(self) -> bool:
        """Look through the next slice of lines that the filter has not seen; False when there are more."""
        if self.filter is None:
            return True
        ring, first = self.ring, self._first_unseen()
        last = min(self._stop, first + SLICE)
        matches = self.filter.matches
        self._matched += [number for number, line in enumerate(ring.lines(first, last), first) if matches(line)]
        self._scanned = last
        return last == self._stop

    def _first_unseen(self) -> int:
        """Where to go on: the last line seen may have been partial then and be longer now."""
        first = max(self._scanned, self.ring.start)
        if first > self.ring.start:
            first -= 1
            if self._matched and self._matched[-1] == first:
                self._matched.pop()
        return first
