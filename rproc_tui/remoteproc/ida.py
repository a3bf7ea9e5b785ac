"""Numbers that are given out lowest first and taken back (`struct ida`)."""

from __future__ import annotations

import threading


class Ida:
    """An allocator of small numbers; callable from any thread."""

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._lock = threading.Lock()

    def alloc(self) -> int:
        """The lowest number that nobody holds."""
        with self._lock:
            number = 0
            while number in self._taken:
                number += 1
            self._taken.add(number)
            return number

    def free(self, number: int) -> None:
        """Give a number back; one that nobody holds is no error."""
        with self._lock:
            self._taken.discard(number)
