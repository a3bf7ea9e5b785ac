"""Several traces as one, in the order of time, growing as they grow.

A look finds all the lines since the last look at one moment, so arrival alone would put whole batches behind each
other. Where firmware prints its time, that orders the lines of different processors inside a batch: the clock of each
run is laid on ours by the line that arrived the soonest after its time.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from heapq import merge
from operator import itemgetter

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.filter import LineFilter
from rproc_tui.trace.ring import TraceRing

LOOK_PERIOD = 1.0
"""Seconds: no line is placed longer before its arrival than looks are apart, whatever time the firmware prints."""
SLICE = 20_000
"""Lines that are merged in one go: some 50 ms."""

_BY_TIME = itemgetter(0)


class Timeline:
    """The lines of several rings that a filter takes; a line that is not complete yet waits.

    A full ring drops its oldest lines, and what the others said at that time would stand there as if nothing had been
    said besides: so with a line that is dropped, all that is older goes, of every ring.
    """

    def __init__(self, rings: Mapping[str, TraceRing], line_filter: LineFilter | None = None) -> None:
        self.sources = tuple(rings)
        self.filter = line_filter
        self.total = 0
        """Entries that ever were; those that went included."""
        self.changed = 0
        """The first place that differs from what it was before `take`, counted like `total`."""
        self._tracks = [_Track(ring) for ring in rings.values()]
        self._when = array("d")
        """When each line was written, as far as can be told."""
        self._places = array("q")
        """The number of its line in its ring, times the count of sources, plus the place of its source."""
        self._gone = 0
        """Entries at the start that went."""

    def __len__(self) -> int:
        return len(self._when) - self._gone

    @property
    def whole(self) -> int:
        """How many lines the rings keep, whatever the filter takes."""
        return sum(track.ring.stop - track.ring.start for track in self._tracks)

    def at(self, index: int) -> tuple[int, int]:
        """Which source (its place in `sources`) an entry is of, and the number of the line there."""
        number, source = divmod(self._places[self._gone + index], len(self._tracks))
        return source, number

    def line(self, index: int) -> TraceLine:
        """The line of an entry; IndexError when its ring has dropped it since."""
        source, number = self.at(index)
        return self._tracks[source].ring.line(number)

    def when(self, index: int) -> float:
        """When the line of an entry was written, as far as can be told (monotonic seconds); these never go back."""
        return self._when[self._gone + index]

    def drop(self) -> int:
        """Let go of what rings have dropped, and of all before it; how many entries went."""
        before = self._gone
        missing = sum(track.lost() for track in self._tracks)
        while missing:
            source, number = self.at(0)
            missing -= number < self._tracks[source].ring.start
            self._tracks[source].let_go()
            self._gone += 1
        fell = self._gone - before
        if self._gone > SLICE:
            del self._when[: self._gone], self._places[: self._gone]
            self._gone = 0
        return fell

    def take(self) -> bool:
        """Merge the next lines in; False when there are more."""
        self.changed = self.total
        count = len(self._tracks)
        share = max(1, SLICE // max(1, count))
        batches = (
            [(when, number * count + source) for when, number in track.take(share, self.filter)]
            for source, track in enumerate(self._tracks)
        )
        self._insert(list(merge(*batches, key=_BY_TIME)))
        return all(track.is_done for track in self._tracks)

    def _insert(self, new: list[tuple[float, int]]) -> None:
        """Put entries where they belong; as a rule that is the end, or not far before it."""
        if not new:
            return
        place = bisect_right(self._when, new[0][0], self._gone)
        self.changed = self.total - (len(self._when) - place)
        late = list(zip(self._when[place:], self._places[place:], strict=True))
        del self._when[place:], self._places[place:]
        ordered = list(merge(late, new, key=_BY_TIME)) if late else new
        self._when.extend(when for when, _ in ordered)
        self._places.extend(place for _, place in ordered)
        self.total += len(new)


class _Track:
    """How far one ring has been merged, and how its clock lies on ours."""

    def __init__(self, ring: TraceRing) -> None:
        self.ring = ring
        self._numbers = array("q")
        """Of the lines that were taken, and not let go of since but for the first few."""
        self._gone = 0
        self._next = ring.start
        self._zero: float | None = None
        """Our time at which the clock of the run stood at zero; None while it prints no time."""
        self._latest = float("-inf")

    @property
    def is_done(self) -> bool:
        """Whether all that is complete was taken."""
        left = self.ring.stop - max(self._next, self.ring.start)
        return left == 0 or (left == 1 and self.ring.line(self.ring.stop - 1).partial)

    def lost(self) -> int:
        """How many lines that were taken the ring has dropped."""
        return bisect_left(self._numbers, self.ring.start, self._gone) - self._gone

    def let_go(self) -> None:
        """The oldest line is no longer shown."""
        self._gone += 1
        if self._gone > SLICE:
            del self._numbers[: self._gone]
            self._gone = 0

    def take(self, most: int, line_filter: LineFilter | None) -> list[tuple[float, int]]:
        """When and number of the next lines that the filter takes, of `most` lines; they never go back in time."""
        first = max(self._next, self.ring.start)
        lines = self.ring.lines(first, first + most)
        if lines and lines[-1].partial:
            lines.pop()
        self._next = first + len(lines)
        taken = [
            (when, number)
            for number, line, when in zip(range(first, self._next), lines, self._times(lines), strict=True)
            if line_filter is None or line_filter.matches(line)
        ]
        self._numbers.extend(number for _, number in taken)
        return taken

    def _times(self, lines: list[TraceLine]) -> Iterator[float]:
        for line, zero in zip(lines, self._clock_zeros(lines), strict=True):
            when = line.arrived
            if zero is not None and line.firmware_time is not None:
                when = min(max(zero + line.firmware_time, when - LOOK_PERIOD), when)
            self._latest = max(self._latest, when)
            yield self._latest

    def _clock_zeros(self, lines: list[TraceLine]) -> Iterator[float | None]:
        """For each line our time at which the clock of its run stood at zero; None for runs that print no time."""
        begin = 0
        for end in [*(at for at, line in enumerate(lines) if line.kind is LineKind.RESTART), len(lines)]:
            run = lines[begin:end]
            if run and run[0].kind is LineKind.RESTART:
                self._zero = None
            zeros = [line.arrived - line.firmware_time for line in run if line.firmware_time is not None]
            if self._zero is not None:
                zeros.append(self._zero)
            self._zero = min(zeros, default=None)
            yield from (self._zero for _ in run)
            begin = end
