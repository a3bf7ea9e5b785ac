"""When a file that is being changed has become one that may be taken. Pure: looks in, decisions out."""

from __future__ import annotations

from dataclasses import dataclass

BELIEVED = 0.4
"""The share of the time to settle that may have gone by before anybody looked."""


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


def look(
    before: Settling | None, now_there: Fingerprint | None, *, busy: bool, now: float, rested: float = 0.0
) -> Settling:
    """Take one more look; a file that changed, or that somebody still writes, begins its rest anew.

    `rested` are the seconds for which a file that changed is believed to have been at rest before this look.
    """
    if before is None or before.fingerprint != now_there:
        return Settling(now_there, now - rested)
    return Settling(now_there, now) if busy else before


def rested_before(now_there: Fingerprint | None, *, busy: bool, wall: float, settle: float) -> float:
    """Seconds for which a file says itself that it has not changed, `wall` being the seconds since the epoch.

    Its time may be another machine's, so that is believed of less than half of the time to settle.
    """
    if now_there is None or busy:
        return 0.0
    return min(max(0.0, wall - now_there.ctime_ns / 1e9), settle * BELIEVED)


def left(settling: Settling, now: float, settle: float) -> float:
    """Seconds that it still has to rest; 0 or less when it has rested for `settle` seconds."""
    return settle - (now - settling.since)
