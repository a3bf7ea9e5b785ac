"""A kernel's log as a trace, so that its lines can stand between those of its processors' firmware."""

from __future__ import annotations

from rproc_tui.clock import Clock
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import TraceRing

CAPACITY = 2 * 1024 * 1024
"""Bytes: some 8 000 lines."""


class KernelTrace:
    """Grows with every line; those of before we came stand at the time when the kernel said them."""

    def __init__(self, clock: Clock) -> None:
        self.ring = TraceRing(CAPACITY)
        self._clock = clock
        self._booted: float | None = None
        """When that machine booted, on our clock."""

    def begin(self, booted: float | None) -> None:
        """Its log is about to be read; `booted` is when that machine was, on our clock, where that is known."""
        self._booted = booted

    def hear(self, line: KernelLine, *, is_old: bool) -> None:
        """One more line."""
        arrived = self._clock.monotonic()
        if is_old and self._booted is not None:
            arrived = min(arrived, self._booted + line.seconds)
        self.ring.append([TraceLine(line.text, arrived, LineKind.KERNEL, firmware_time=line.seconds)])
