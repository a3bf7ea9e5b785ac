"""A page that new lines fill from the top, over what stands there, for lines on which scrolling costs too much.

One line of the screen is left blank behind the newest: it shows where old and new meet.
"""

from __future__ import annotations

from collections.abc import Iterable


class Page:
    """Which of a growing number of lines stands where; a line is known by its place among all that ever were."""

    def __init__(self, total: int, height: int) -> None:
        self.height = max(2, height)
        self._begin = max(0, total - self.height + 1)
        """The line that stands at the top as long as the page was never full."""

    def at(self, y: int, total: int) -> int | None:
        """The line at `y` when there are `total`; None for the blank one, and for what was never filled."""
        ahead = (total - self._begin - y) % self.height
        place = total - ahead
        return place if ahead and place >= self._begin else None

    def dirty(self, first: int, total: int) -> Iterable[int]:
        """Where to paint when the lines from `first` on are new or other ones."""
        if total - first >= self.height:
            return range(self.height)
        return ((place - self._begin) % self.height for place in range(first, total + 1))
