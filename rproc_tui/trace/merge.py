"""Several traces as one, in the order of time.

A look finds all the lines since the last look at one moment, so arrival alone would put whole batches behind each
other. Where firmware prints its time, that orders the lines of different processors inside a batch: the clock of each
run is laid on ours by the line that arrived the soonest after its time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import TraceRing

LOOK_PERIOD = 1.0
"""Seconds: no line is placed longer before its arrival than looks are apart, whatever time the firmware prints."""


@dataclass(frozen=True, slots=True)
class MergedLine:
    """A line with the trace it comes from."""

    source: str
    """The key of its ring."""
    number: int
    """Its number there."""
    when: float
    """Monotonic seconds: the best guess of when it was written."""
    line: TraceLine


def merge(rings: Mapping[str, TraceRing], first: Mapping[str, int] | None = None) -> Iterator[MergedLine]:
    """All lines kept, or those from number `first[source]` on, by time; lines of one ring keep their order."""
    begins = first or {}
    sources = [_timed(source, ring, begins.get(source, ring.start)) for source, ring in rings.items()]
    return heapq.merge(*sources, key=lambda merged: merged.when)


def newest(rings: Mapping[str, TraceRing], count: int) -> list[MergedLine]:
    """The last `count` lines of all rings together."""
    merged = list(merge(rings, {source: ring.stop - count for source, ring in rings.items()}))
    return merged[-count:] if count > 0 else []


def _timed(source: str, ring: TraceRing, first: int) -> Iterator[MergedLine]:
    first = max(first, ring.start)
    lines = ring.lines(first, ring.stop)
    latest = float("-inf")
    for number, (line, zero) in enumerate(zip(lines, _clock_zeros(lines), strict=True), first):
        when = line.arrived
        if zero is not None and line.firmware_time is not None:
            when = min(max(zero + line.firmware_time, when - LOOK_PERIOD), when)
        latest = max(latest, when)
        yield MergedLine(source, number, latest, line)


def _clock_zeros(lines: list[TraceLine]) -> Iterator[float | None]:
    """For each line our time at which the clock of its run stood at zero; None for runs that print no time."""
    begin = 0
    for end in [*(at for at, line in enumerate(lines) if line.kind is LineKind.RESTART), len(lines)]:
        run = lines[begin:end]
        zero = min((line.arrived - line.firmware_time for line in run if line.firmware_time is not None), default=None)
        yield from (zero for _ in run)
        begin = end
