"""A firmware file that is watched for changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WatchState(StrEnum):
    """What the watch is doing."""

    WAITING = "waiting"
    """For a change."""
    SETTLING = "settling"
    """The file changed and may still be written."""
    RELOADING = "reloading"
    REJECTED = "rejected"
    """The new file would not boot; the old firmware goes on."""
    MISSING = "missing"
    """The file is gone."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched, and how it stands."""

    path: str
    """A path on this machine."""
    state: WatchState = WatchState.WAITING
    message: str = ""
    """Why it was rejected, or what changed, in one sentence."""
    reloads: int = 0
    """How often it reloaded."""
    since: float = 0.0
    """Monotonic seconds of the last change of `state`."""
