"""How many lines a second arrive, as a figure that stands still when nothing does."""

from __future__ import annotations

from collections import deque

WINDOW = 5.0
"""Seconds that the figure looks back."""
SAMPLE = 1.0
"""Seconds between two samples: the figure changes no oftener."""


class Rate:
    """The mean over the last seconds of a number that only grows."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()
        self.value = 0
        """Lines a second, rounded; at least 1 while any arrive."""

    def sample(self, now: float, total: int) -> bool:
        """Take a sample when the last one is old enough; whether the figure changed."""
        if self._samples and now - self._samples[-1][0] < SAMPLE:
            return False
        self._samples.append((now, total))
        while len(self._samples) > 2 and now - self._samples[1][0] >= WINDOW:
            self._samples.popleft()
        first, at_first = self._samples[0]
        arrived = total - at_first
        before = self.value
        self.value = max(1, round(arrived / (now - first))) if arrived > 0 and now > first else 0
        return self.value != before
