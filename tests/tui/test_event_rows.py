from __future__ import annotations

import pytest

from rproc_tui.controller.event_log import EventLog
from rproc_tui.model.event import Event, EventKind
from rproc_tui.trace.filter import LineFilter
from rproc_tui.tui.event_rows import EventRows


def event(number: int, severity: str = "info") -> Event:
    return Event(float(number), EventKind.STATE, f"number {number}", "demo", severity=severity)


def log(*events: Event) -> EventLog:
    made = EventLog()
    for each in events:
        made.append(each)
    return made


def test_only_what_is_new_is_taken() -> None:
    events = log(event(1), event(2))
    rows = EventRows()
    assert rows.advance(events)
    assert not rows.advance(events)
    events.append(event(3))
    assert rows.advance(events)
    assert [each.at for each in rows.events] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        (EventRows(LineFilter.parse("number 2")), [2.0]),
        (EventRows(LineFilter.parse("!/[12]/")), [3.0]),
        (EventRows(trouble_only=True), [3.0]),
        (EventRows(LineFilter.parse("1"), trouble_only=True), []),
    ],
)
def test_only_what_is_wanted_is_kept(rows: EventRows, kept: list[float]) -> None:
    rows.advance(log(event(1), event(2), event(3, "error")))
    assert [each.at for each in rows.events] == kept


def test_what_the_log_has_dropped_is_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rproc_tui.tui.event_rows.EVENTS_MOST", 3)
    rows = EventRows()
    events = log(*map(event, range(3)))
    rows.advance(events)
    assert rows.dropped == 0
    events.append(event(3))
    events.append(event(4))
    rows.advance(events)
    assert (rows.dropped, [each.at for each in rows.events]) == (2, [2.0, 3.0, 4.0])
    rows.advance(events)
    assert rows.dropped == 0
