"""The lines of one trace that are kept, newest last: bounded by memory, numbered for good."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from rproc_tui.model.trace_line import LineKind, TraceLine

DEFAULT_CAPACITY = 16 * 1024 * 1024
"""Bytes: some 65 000 lines of usual length."""

LINE_OVERHEAD = 176
"""Bytes that a line costs besides its characters, measured on CPython 3.11, x86-64: the `TraceLine` with the garbage
collector's header (88), the head of its text (49), a firmware time (24), its place in the list (8), rounding."""

_WASTE = 2000
"""Dropped lines that may wait to be cut off together: their memory is not free before."""
_LANDMARKS = (LineKind.RESTART, LineKind.MARK)


class TraceRing:
    """Lines by number. The oldest go when the capacity is reached; the number of a line never changes."""

    def __init__(self, capacity_bytes: int = DEFAULT_CAPACITY) -> None:
        self.capacity_bytes = capacity_bytes
        self.size = 0
        """Bytes in use, by the account of `LINE_OVERHEAD`."""
        self.dropped = 0
        """Lines that went to make room; the same as `start`."""
        self.began = float("inf")
        """When the first line arrived, monotonic seconds; infinity before that."""
        self.generation = 0
        """Grows with every append that brought something."""
        self._lines: list[TraceLine] = []
        self._gone = 0  # at the start of _lines: dropped, not yet cut off
        self._landmarks: list[tuple[int, TraceLine]] = []
        """Restarts and marks with their numbers, the newest last; the newest of those that were dropped is kept."""

    @property
    def start(self) -> int:
        """Number of the oldest line kept."""
        return self.dropped

    @property
    def stop(self) -> int:
        """One past the number of the newest line."""
        return self.dropped + len(self._lines) - self._gone

    @property
    def runs(self) -> list[range]:
        """The numbers of the lines of each run that is kept, the newest last; a restart's mark begins its run."""
        restarts = (number for number, line in self._landmarks if line.kind is LineKind.RESTART)
        begins = [number for number in restarts if number > self.start]
        return [range(first, last) for first, last in zip([self.start, *begins], [*begins, self.stop], strict=True)]

    def landmark_before(self, moment: float) -> float | None:
        """When the last restart or mark up to a moment was (monotonic seconds); None where there was none."""
        place = bisect_right(self._landmarks, moment, key=lambda landmark: landmark[1].arrived)
        return self._landmarks[place - 1][1].arrived if place else None

    def append(self, lines: Iterable[TraceLine]) -> None:
        """Add lines. The first takes the place of a last line that is partial, which it repeats."""
        new = list(lines)
        if not new:
            return
        if len(self._lines) > self._gone and self._lines[-1].partial:
            self.size -= _cost(self._lines.pop())
        if self.stop == 0:
            self.began = new[0].arrived
        self._landmarks += [entry for entry in enumerate(new, self.stop) if entry[1].kind in _LANDMARKS]
        self._lines += new
        self.size += sum(map(_cost, new))
        self.generation += 1
        self._drop_oldest()

    def line(self, number: int) -> TraceLine:
        """The line of that number; IndexError where it is not kept."""
        if not self.start <= number < self.stop:
            raise IndexError(f"line {number} is not kept; the ring holds {self.start} to {self.stop - 1}")
        return self._lines[number - self.dropped + self._gone]

    def lines(self, first: int, last: int) -> list[TraceLine]:
        """The lines numbered `first` up to, but without, `last`, as far as they are kept."""
        offset = self._gone - self.dropped
        return self._lines[max(first, self.start) + offset : max(min(last, self.stop), self.start) + offset]

    def _drop_oldest(self) -> None:
        """The newest line always stays."""
        gone, newest = self._gone, len(self._lines) - 1
        while self.size > self.capacity_bytes and gone < newest:
            self.size -= _cost(self._lines[gone])
            gone += 1
        self.dropped += gone - self._gone
        self._gone = gone
        if gone > min(newest // 2, _WASTE):
            del self._lines[:gone]
            dropped = bisect_left(self._landmarks, self.dropped, key=lambda landmark: landmark[0])
            del self._landmarks[: max(0, dropped - 1)]
            self._gone = 0


def _cost(line: TraceLine) -> int:
    """Bytes that a line holds in memory: CPython stores one, two or four a character."""
    text = line.text
    return LINE_OVERHEAD + (len(text) if text.isascii() else 4 * len(text))
