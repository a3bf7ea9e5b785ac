"""A crash that was captured: who, when, of what, where its evidence lies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

WATCHDOG = "watchdog"
"""The kernel's word for a crash that a watchdog reported."""

WATCHDOG_LEAST = 1.0
"""Seconds; what crashes by the clock more often than that dies while it starts, and no watchdog bites so soon."""


class CrashStage(StrEnum):
    """How far the capture is."""

    COLLECTING = "collecting"
    """The evidence is being saved."""
    EXAMINING = "examining"
    """What the kernel throws away is saved; the report is being made."""
    READY = "ready"


@dataclass(frozen=True, slots=True)
class CrashRecord:
    """One crash of one processor. All texts are sanitised."""

    id: str
    """Name of its folder; unique."""
    host: str
    device: str
    """Path of the parent device below /sys."""
    processor: str
    """The processor's own name (`m4`)."""
    when: float
    """Seconds since the epoch."""
    folder: str | None = None
    """Where the evidence is, a path of this machine; None when no folder could be made."""
    host_kind: str | None = None
    """local, ssh, emulated or root."""
    processor_id: str | None = None
    """The kernel's name for it then."""
    type: str | None = None
    """The kernel's word: `mmufault`, `watchdog`, `fatal error`, `unknown`."""
    number: int | None = None
    """The kernel's number of it, from 1 since the driver was bound; None without a log."""
    stage: CrashStage = CrashStage.COLLECTING
    title: str | None = None
    """What it died of, in words; None until it was examined."""
    place: str | None = None
    """Where: `store_offset (runtime/crash.c:21)`."""
    firmware: str | None = None
    """Name of the firmware that it ran."""
    count: int = 1
    """Crashes of the loop up to this one; 1 where it stands alone."""
    period: float | None = None
    """Seconds from one crash of the loop to the next (median); None where it stands alone."""
    regular: bool = False
    """Whether they come like a clock, as a watchdog's do."""
    missed: int = 0
    """Crashes between the one before and this one that followed too quickly to be captured."""
    has_dump: bool = False
    """Whether memory was kept: the kernel's dump, or as it stood."""
    size: int = 0
    """Bytes on disk."""
    problems: tuple[str, ...] = ()
    """What could not be kept, and why; a sentence each."""

    @property
    def loop(self) -> str | None:
        """The loop that it belongs to, in words; None where it stands alone."""
        if self.period is None:
            return None
        times = f"{self.count} times"
        every = f"every {_seconds(self.period)}"
        if not self.regular:
            return f"about {every}, {times}"
        if self.type == WATCHDOG:
            return f"a watchdog {every}, {times}"
        return f"{every}, {times}" + (": as regular as a watchdog" if self.period >= WATCHDOG_LEAST else "")


def _seconds(period: float) -> str:
    return f"{period:.1f} s" if period >= 1 else f"{period * 1000:.0f} ms"
