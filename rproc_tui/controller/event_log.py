"""What happened, in order, bounded; the oldest go first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import overload

from rproc_tui.model.event import Event

EVENTS_MOST = 10_000


class EventLog(Sequence[Event]):
    """A sequence that only grows at its end."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=EVENTS_MOST)

    def append(self, event: Event) -> None:
        """Add the newest."""
        self._events.append(event)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | Sequence[Event]:
        if isinstance(index, slice):
            return list(self._events)[index]
        return self._events[index]

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)
