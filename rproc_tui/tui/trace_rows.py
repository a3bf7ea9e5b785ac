"""Which lines a trace shows, row by row: those of one ring, or of several in the order of time, that a filter takes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Protocol

from rproc_tui.model.trace_line import TraceLine
from rproc_tui.trace.filter import LineFilter
from rproc_tui.trace.ring import TraceRing
from rproc_tui.trace.timeline import Timeline

SLICE = 20_000
"""Lines that are filtered in one go: 10 to 20 ms, so that keys are answered in between."""


class Rows(Protocol):
    """Rows as they were at the last `advance` and `scan`; a line may be gone from its ring since."""

    sources: tuple[str, ...]
    """The names of the rings, where there are several."""
    filter: LineFilter | None

    @property
    def count(self) -> int:
        """How many rows there are."""
        ...

    @property
    def went(self) -> int:
        """How many rows went at the top so far: with its row, a line's place for good."""
        ...

    @property
    def whole(self) -> int:
        """How many lines the filter chose from."""
        ...

    @property
    def changed(self) -> int:
        """The first row that may differ from what it was before the last `advance`."""
        ...

    def line(self, row: int) -> TraceLine | None:
        """The line in a row; None when it is no longer kept."""
        ...

    def place(self, row: int) -> tuple[int, int]:
        """Which of the rings the line in a row is of, and its number there: neither changes."""
        ...

    def moment(self, row: int) -> float:
        """When the line in a row was written, as far as can be told (monotonic seconds)."""
        ...

    def zero(self, moment: float) -> float:
        """What seconds are counted from: the last restart or mark before a moment, else the first line."""
        ...

    def advance(self) -> int:
        """Take what the rings hold now; how many rows went at the top because their lines are no longer kept."""
        ...

    def scan(self) -> bool:
        """Look through the next slice of lines that were not seen yet; False when there are more."""
        ...


class TraceRows:
    """The rows of one ring, or of one run in it."""

    sources: tuple[str, ...] = ()

    def __init__(self, ring: TraceRing, line_filter: LineFilter | None = None, run: range | None = None) -> None:
        self.ring = ring
        self.filter = line_filter
        self.run = run
        """The numbers to stay in; None goes on with the ring."""
        self.went = 0
        self.changed = 0
        self._matched: list[int] = []
        self._gone = 0
        self._scanned = self._start = self._stop = self._kept.start
        self._ends_partial = False
        """The last line had no end yet when it was seen: another will stand in its place."""

    @property
    def _kept(self) -> range:
        """The numbers that are kept now."""
        if self.run is None:
            return range(self.ring.start, self.ring.stop)
        stop = min(self.run.stop, self.ring.stop)
        return range(min(max(self.run.start, self.ring.start), stop), stop)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._stop - self._start if self.filter is None else len(self._matched) - self._gone

    @property
    def whole(self) -> int:
        """How many lines the filter chose from."""
        return self._stop - self._start

    def number(self, row: int) -> int:
        """The number of the line in a row."""
        return self._start + row if self.filter is None else self._matched[self._gone + row]

    def place(self, row: int) -> tuple[int, int]:
        """The number of the line in a row; there is one ring."""
        return 0, self.number(row)

    def line(self, row: int) -> TraceLine | None:
        """The line in a row; None when it is no longer kept."""
        return _line(self.ring, self.number(row))

    def moment(self, row: int) -> float:
        """When the line in a row arrived."""
        line = self.line(row)
        return 0.0 if line is None else line.arrived

    def zero(self, moment: float) -> float:
        """What seconds are counted from."""
        return _zero((self.ring,), moment)

    def advance(self) -> int:
        """Take what the ring holds now; how many rows went at the top."""
        before, count = self._start, self.count
        self._start, self._stop = self._kept.start, self._kept.stop
        fell = self._start - before if self.filter is None else self._let_go()
        self.went += fell
        self.changed = max(0, count - fell - self._ends_partial)
        last = self.ring.lines(self._stop - 1, self._stop)
        self._ends_partial = bool(last) and last[0].partial
        return fell

    def scan(self) -> bool:
        """Look through the next slice of lines; False when there are more."""
        if self.filter is None:
            return True
        first = self._first_unseen()
        last = min(self._stop, first + SLICE)
        matches = self.filter.matches
        lines = self.ring.lines(first, last)
        self._matched += [number for number, line in enumerate(lines, first) if matches(line)]
        self._scanned = last
        return last == self._stop

    def _let_go(self) -> int:
        gone = bisect_left(self._matched, self._start, self._gone)
        fell, self._gone = gone - self._gone, gone
        if self._gone > SLICE:
            del self._matched[: self._gone]
            self._gone = 0
        return fell

    def _first_unseen(self) -> int:
        """Where to go on: the last line seen may have been partial then and be longer now."""
        first = max(self._scanned, self._start)
        if first > self._start:
            first -= 1
            if self._matched and self._matched[-1] == first:
                self._matched.pop()
        return first


class MergedRows:
    """The rows of several rings in the order of time."""

    def __init__(self, rings: Mapping[str, TraceRing], line_filter: LineFilter | None = None) -> None:
        self.rings = rings
        self.sources = tuple(rings)
        self.filter = line_filter
        self.went = 0
        self._timeline = Timeline(rings, line_filter)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._timeline)

    @property
    def whole(self) -> int:
        """How many lines the filter chose from."""
        return self._timeline.whole

    @property
    def changed(self) -> int:
        """The first row that may differ: a line that came late goes between others."""
        return max(0, self._timeline.changed - self.went)

    def place(self, row: int) -> tuple[int, int]:
        """Which ring the line in a row is of, and its number there."""
        return self._timeline.at(row)

    def line(self, row: int) -> TraceLine | None:
        """The line in a row; None when it is no longer kept."""
        source, number = self._timeline.at(row)
        return _line(self.rings[self.sources[source]], number)

    def moment(self, row: int) -> float:
        """When the line in a row was written, which orders the rows: it may have arrived a little later."""
        return self._timeline.when(row)

    def zero(self, moment: float) -> float:
        """What seconds are counted from."""
        return _zero(tuple(self.rings.values()), moment)

    def advance(self) -> int:
        """Let go of what is no longer kept; how many rows went at the top."""
        fell = self._timeline.drop()
        self.went += fell
        return fell

    def scan(self) -> bool:
        """Merge the next slice of lines in; False when there are more."""
        return self._timeline.take()


def _line(ring: TraceRing, number: int) -> TraceLine | None:
    try:
        return ring.line(number)
    except IndexError:
        return None


def _zero(rings: tuple[TraceRing, ...], moment: float) -> float:
    found = [zero for ring in rings if (zero := ring.landmark_before(moment)) is not None]
    return max(found) if found else min((ring.began for ring in rings), default=moment)
