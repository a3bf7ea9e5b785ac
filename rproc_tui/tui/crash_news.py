"""Crashes that became known while a screen was in sight: who looks elsewhere is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from rproc_tui.model.event import Event, EventKind

_KEPT = "; kept in "
"""What an event says behind the place of the crash: where its evidence lies."""


class CrashNews:
    """Knows up to which event everything was seen."""

    def __init__(self) -> None:
        self._last: Event | None = None

    def catch_up(self, log: Sequence[Event]) -> None:
        """All of it was seen."""
        self._last = log[-1] if log else None

    def newest(self, log: Sequence[Event]) -> Event | None:
        """The newest crash that was examined since; all is seen now."""
        news = list(takewhile(lambda event: event is not self._last, reversed(log)))
        self.catch_up(log)
        return next((event for event in news if event.kind is EventKind.CAPTURED), None)


def crash_sentence(event: Event, *, stays: bool, looks: str | None, recovers: str | None) -> str:
    """`lab crashed: failed assertion, in check (main.c:5); 5 shows where and why`, with the keys as they are bound.

    `stays` says that nobody recovers it. A crash of which no place is known does not promise one.
    """
    what = event.text.partition(_KEPT)[0]
    is_placed = event.crash is not None and event.crash.place is not None
    hints = [f"`{looks}` shows " + ("where and why" if is_placed else "what was kept of it")] if looks else []
    hints += [f"`{recovers}` recovers it"] if stays and recovers else []
    return "; ".join([what, *hints])
