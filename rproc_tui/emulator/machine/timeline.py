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

    def stand_still(self) -> None:
        """Sleep until notified, on the condition, which is held; no time passes for the core from now on."""
        ...

    def go_on(self) -> None:
        """Time passes again; nothing when it did not stand still."""
        ...

    def executed(self, instructions: int) -> None:
        """A slice of so many instructions has ended."""
        ...

    def ended(self) -> None:
        """The core is over."""
        ...


class RealTime:
    """The host's time, or whatever clock is handed in, with real sleeping; less what a debugger has taken of it."""

    is_real = True
    may_run = True

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lost = 0.0
        self._still_since: float | None = None
        self.condition = threading.Condition()

    def now(self) -> float:
        """Seconds; never goes back."""
        return (self._monotonic() if self._still_since is None else self._still_since) - self._lost

    def wait(self, until: float | None) -> None:
        """Sleep until notified or until the moment comes."""
        self.condition.wait(None if until is None else max(0.0, until - self.now()))

    def stand_still(self) -> None:
        """Sleep until notified; what passes meanwhile is lost to the core."""
        if self._still_since is None:
            self._still_since = self._monotonic()
        self.condition.wait()

    def go_on(self) -> None:
        """Time passes again."""
        if self._still_since is not None:
            self._lost += self._monotonic() - self._still_since
            self._still_since = None

    def executed(self, instructions: int) -> None:
        """Real time passes by itself."""

    def ended(self) -> None:
        """Nobody waits for it."""
