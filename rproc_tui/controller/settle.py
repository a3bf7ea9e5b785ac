"""When a file that is being changed has become one that may be taken. Pure: looks in, decisions out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells two versions of a file apart without reading it."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    """Of the last change to content or inode: nobody sets it back, as `cp -p` does with the other."""


@dataclass(frozen=True, slots=True)
class Settling:
    """A file at rest since some moment."""

    fingerprint: Fingerprint | None
    """None while there is no file."""
    since: float
    """Monotonic seconds of the look that first saw it so."""


def look(before: Settling | None, now_there: Fingerprint | None, *, busy: bool, now: float) -> Settling:
    """Take one more look; a file that changed, or that somebody still writes, begins its rest anew."""
    if before is None or busy or before.fingerprint != now_there:
        return Settling(now_there, now)
    return before


def is_settled(settling: Settling, now: float, settle: float) -> bool:
    """Whether it has rested for `settle` seconds."""
    return now - settling.since >= settle
