"""The numbers that vdevs and rings of a processor are notified by (`remoteproc_allocate_id`): one bitmap for both."""

from __future__ import annotations

NOTIFY_ID_ANY = 0xFFFFFFFF
"""RSC_NOTIFY_ID_ANY: the host may choose, or everybody is meant."""

NOTIFY_IDS = 64
"""Bits of the bitmap, an `unsigned long` of the host."""


class NotifyIds:
    """Which numbers are taken."""

    def __init__(self, count: int = NOTIFY_IDS) -> None:
        """A 32-bit host has 32 of them."""
        self._count = count
        self._taken: set[int] = set()

    @property
    def taken(self) -> frozenset[int]:
        """Those that are."""
        return frozenset(self._taken)

    def allocate(self, wanted: int) -> int | None:
        """Take the number that is wanted, or the lowest for NOTIFY_ID_ANY; None when it cannot be had."""
        candidates = range(self._count) if wanted == NOTIFY_ID_ANY else (wanted,)
        for number in candidates:
            if number < self._count and number not in self._taken:
                self._taken.add(number)
                return number
        return None

    def free(self, number: int) -> None:
        """Give one back."""
        self._taken.discard(number)

    def clear(self) -> None:
        """Give all back."""
        self._taken.clear()
