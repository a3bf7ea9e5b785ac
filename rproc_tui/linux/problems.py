"""What a parser could not read, as sentences: few, so that hostile text cannot fill the screen."""

from __future__ import annotations

PROBLEMS_MOST = 8
"""Sentences that are kept of one text."""


class Problems:
    """Collects sentences about one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._sentences: list[str] = []
        self._more = 0

    def add(self, sentence: str) -> None:
        """One more; the first ones are kept, the others counted."""
        if len(self._sentences) < PROBLEMS_MOST:
            self._sentences.append(f"{self._file}: {sentence}")
        else:
            self._more += 1

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that are kept, and how many there were besides."""
        more = (f"{self._file}: {self._more} more problems",) if self._more else ()
        return (*self._sentences, *more)
