"""The line to a machine elsewhere: whether it stands, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Link(StrEnum):
    """The state of a line."""

    CONNECTING = "connecting"
    """On the way; what is asked meanwhile waits for the end of this attempt."""
    CONNECTED = "connected"
    LOST = "lost"
    """It broke, or nobody answers; it is tried again by itself at `retry_at`."""
    REFUSED = "refused"
    """The other end, or ssh for it, said no: trying again by itself would only lock somebody out."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A line at one moment; replaced, never changed."""

    link: Link
    since: float
    """Monotonic seconds from which on it is in this state: for LOST, when the machine was last heard."""
    reason: str | None = None
    """Why it is lost or refused, in one sentence, safe to show; None while connected."""
    retry_at: float | None = None
    """Monotonic seconds of the next attempt; None where none is planned."""
    agent: str | None = None
    """Who answers at the other end (`rproc-tui 0.1.0`, `sh (busybox ash)`); of the last connection while it is lost."""
    lacks: tuple[str, ...] = ()
    """What that one cannot do, one sentence each."""
    generation: int = 0
    """How often it was connected; another number than before means that everything there may be another."""
