"""The time that a processor lives in: the host's, or one of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol


class Timeline(Protocol):
    """Where a machine takes the time from and how it waits for a moment."""

    is_real: bool
    """It passes by itself, for people to see."""
    condition: threading.Condition
    """Guards the machine's messages; notifying it ends a wait."""

    def now(self) -> float:
        """Seconds; never goes back."""
        ...

    @property
    def may_run(self) -> bool:
        """The core may execute now; if not, it waits without an end."""
        ...

    def wait(self, until: float | None) -> None:
        """Sleep on the condition, which is held; at most to `until`, for ever when that is None."""
        ...

    def executed(self, instructions: int) -> None:
        """A slice of so many instructions has ended."""
        ...

    def ended(self) -> None:
        """The core is over."""
        ...


class RealTime:
    """The host's time, or whatever clock is handed in, with real sleeping."""

    is_real = True
    may_run = True

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.now = monotonic
        self.condition = threading.Condition()

    def wait(self, until: float | None) -> None:
        """Sleep until notified or until the moment comes."""
        self.condition.wait(None if until is None else max(0.0, until - self.now()))

    def executed(self, instructions: int) -> None:
        """Real time passes by itself."""

    def ended(self) -> None:
        """Nobody waits for it."""
