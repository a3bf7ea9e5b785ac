"""One line of a processor's trace, as it is kept and shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """What a line is."""

    TEXT = "text"
    """Firmware wrote it."""
    LOST = "lost"
    """Text was overwritten before it was read; the line says so."""
    RESTART = "restart"
    """The buffer began anew: a boot."""
    SEAM = "seam"
    """The place in a wrapped buffer where old and new text meet."""
    MARK = "mark"
    """A person set it."""
    KERNEL = "kernel"
    """A line of the kernel's log, merged in."""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One line with its times."""

    text: str
    """Sanitised, without line end."""
    arrived: float
    """Monotonic seconds when it was first seen."""
    kind: LineKind = LineKind.TEXT
    firmware_time: float | None = None
    """Seconds, where the firmware prints its own time."""
    partial: bool = False
    """No line end yet: a later line replaces it."""
