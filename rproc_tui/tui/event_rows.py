"""Which events are shown: all, or those that a filter takes; grows with what happens."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from rproc_tui.controller.event_log import EVENTS_MOST
from rproc_tui.model.event import Event
from rproc_tui.model.trace_line import TraceLine
from rproc_tui.trace.filter import LineFilter
from rproc_tui.tui.panels.events import event_words, is_trouble


class EventRows:
    """The events of a log that keeps the newest, as far as they are wanted, oldest first."""

    def __init__(self, line_filter: LineFilter | None = None, *, trouble_only: bool = False) -> None:
        self._filter = line_filter
        self._trouble_only = trouble_only
        self._last: Event | None = None
        self.events: list[Event] = []
        self.dropped = 0
        """How many went at the top with the last `advance`: the log keeps no more than that."""

    def advance(self, log: Sequence[Event]) -> bool:
        """Take what is new in the log; whether there is more to show than before."""
        news = list(takewhile(lambda event: event is not self._last, reversed(log)))
        if not news:
            self.dropped = 0
            return False
        self._last = news[0]
        wanted = [event for event in reversed(news) if self._wants(event)]
        self.events += wanted
        self.dropped = max(0, len(self.events) - EVENTS_MOST)
        del self.events[: self.dropped]
        return bool(wanted)

    def _wants(self, event: Event) -> bool:
        if self._trouble_only and not is_trouble(event):
            return False
        return self._filter is None or self._filter.matches(TraceLine(event_words(event), event.at))
