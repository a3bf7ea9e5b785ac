"""The kernel's brake on repeated log lines (lib/ratelimit.c): ten in five seconds."""

from __future__ import annotations

from collections.abc import Callable

_INTERVAL = 5.0
"""Seconds."""
_BURST = 10


class RateLimit:
    """Says yes ten times, then no until five seconds after the first yes have passed."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._begin = float("-inf")
        self._said = 0

    def allows(self) -> bool:
        """Whether one more line may be written now."""
        now = self._monotonic()
        if now > self._begin + _INTERVAL:
            self._begin, self._said = now, 0
        self._said += 1
        return self._said <= _BURST
