"""The time that a processor lives in: real time here; a virtual one, moved by hand, fits the same protocol."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol


class Timeline(Protocol):
    """Where a machine takes the time from and how it waits for a moment."""

    def now(self) -> float:
        """Seconds; never goes back."""
        ...

    def wait(self, condition: threading.Condition, until: float | None) -> None:
        """Sleep on a condition that is held; at most to `until`, for ever when that is None."""
        ...

    def executed(self, instructions: int) -> None:
        """A slice of at most so many instructions has ended: virtual time moves by it, real time does not care."""
        ...


class RealTime:
    """The host's time, or whatever clock is handed in, with real sleeping."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.now = monotonic

    def wait(self, condition: threading.Condition, until: float | None) -> None:
        """Sleep until notified or until the moment comes."""
        condition.wait(None if until is None else max(0.0, until - self.now()))

    def executed(self, instructions: int) -> None:
        """Real time passes by itself."""
