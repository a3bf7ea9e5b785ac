"""Several traces in the order of time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace import timeline
from rproc_tui.trace.filter import LineFilter
from rproc_tui.trace.ring import LINE_OVERHEAD, TraceRing
from rproc_tui.trace.timeline import Timeline


def ring_of(*lines: TraceLine) -> TraceRing:
    ring = TraceRing()
    ring.append(lines)
    return ring


def taken(rings: dict[str, TraceRing], line_filter: LineFilter | None = None) -> Timeline:
    merged = Timeline(rings, line_filter)
    while not merged.take():
        pass
    return merged


def texts(merged: Timeline) -> str:
    return " ".join(merged.line(index).text for index in range(len(merged)))


def test_lines_without_a_time_of_their_own_are_ordered_by_arrival() -> None:
    rings = {
        "m4": ring_of(TraceLine("a", 1.0), TraceLine("c", 3.0)),
        "r5": ring_of(TraceLine("b", 2.0), TraceLine("d", 4.0)),
    }
    assert texts(taken(rings)) == "a b c d"


def test_lines_of_one_look_are_ordered_by_the_firmwares_time() -> None:
    # Both clocks began elsewhere; each is laid on ours by the line that waited least for the look.
    rings = {
        "m4": ring_of(TraceLine("a", 1.0, firmware_time=10.1), TraceLine("c", 1.0, firmware_time=10.5)),
        "r5": ring_of(TraceLine("b", 1.0, firmware_time=70.3), TraceLine("d", 1.0, firmware_time=70.5)),
    }
    assert texts(taken(rings)) == "a b c d"


def test_a_restart_begins_another_clock() -> None:
    rings = {
        "m4": ring_of(
            TraceLine("a", 1.0, firmware_time=500.0),
            TraceLine("restart", 2.0, LineKind.RESTART),
            TraceLine("c", 3.0, firmware_time=0.1),
        ),
        "r5": ring_of(TraceLine("b", 2.5)),
    }
    assert texts(taken(rings)) == "a restart b c"


def test_a_line_that_was_written_before_those_that_are_shown_goes_between_them() -> None:
    rings = {"m4": ring_of(TraceLine("a", 1.0), TraceLine("c", 1.2)), "r5": TraceRing()}
    merged = taken(rings)
    rings["r5"].append([TraceLine("b", 1.25, firmware_time=7.0), TraceLine("d", 1.25, firmware_time=7.15)])
    merged.take()
    assert texts(merged) == "a b c d"
    assert merged.changed == 1


def test_a_line_without_its_end_waits_for_it() -> None:
    rings = {"m4": ring_of(TraceLine("hal", 1.0, partial=True)), "r5": ring_of(TraceLine("b", 2.0))}
    merged = taken(rings)
    assert texts(merged) == "b"
    rings["m4"].append([TraceLine("half", 3.0)])
    merged.take()
    assert texts(merged) == "b half"


def test_entries_tell_where_they_come_from() -> None:
    merged = taken({"m4": ring_of(TraceLine("a", 1.0), TraceLine("c", 3.0)), "r5": ring_of(TraceLine("b", 2.0))})
    assert [merged.at(index) for index in range(3)] == [(0, 0), (1, 0), (0, 1)]
    assert merged.sources == ("m4", "r5")


def test_only_lines_that_the_filter_takes_are_merged() -> None:
    rings = {"m4": ring_of(TraceLine("a", 1.0), TraceLine("b", 3.0)), "r5": ring_of(TraceLine("b", 2.0))}
    merged = taken(rings, LineFilter.parse("b"))
    assert texts(merged) == "b b"
    assert (merged.total, merged.whole) == (2, 3)


def test_with_a_line_that_is_dropped_all_that_is_older_goes() -> None:
    busy = TraceRing(4 * (LINE_OVERHEAD + 2))
    rings = {"busy": busy, "quiet": ring_of(*(TraceLine(f"q{second}", second + 0.5) for second in range(8)))}
    for second in range(4):
        busy.append([TraceLine(f"b{second}", float(second))])
    merged = taken(rings)
    assert merged.drop() == 0
    busy.append([TraceLine("b4", 4.0), TraceLine("b5", 5.0)])
    merged.take()
    assert merged.drop() == 3
    assert texts(merged) == "q1 b2 q2 b3 q3 b4 q4 b5 q5 q6 q7"


def test_many_lines_are_merged_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "SLICE", 10)
    rings = {
        name: ring_of(*(TraceLine(name, number + offset) for number in range(50)))
        for name, offset in (("a", 0.0), ("b", 0.5))
    }
    merged = Timeline(rings)
    assert not merged.take()
    assert len(merged) == 10
    while not merged.take():
        pass
    assert texts(merged) == " ".join(["a b"] * 50)


LINES = st.lists(
    st.tuples(st.integers(0, 2), st.floats(0, 0.3), st.none() | st.floats(0, 100), st.booleans(), st.booleans()),
    max_size=40,
)


@settings(max_examples=200)
@given(LINES, st.integers(1, 30), st.sampled_from(["", "!1"]))
def test_every_line_comes_once_and_those_of_one_ring_in_order_however_they_arrive(
    arrivals: list[tuple[int, float, float | None, bool, bool]], kept: int, typed: str
) -> None:
    rings = {name: TraceRing(kept * (LINE_OVERHEAD + 1)) for name in "abc"}
    line_filter = LineFilter.parse(typed)
    merged, now = Timeline(rings, line_filter if typed else None), 0.0
    for number, (source, wait, own, restart, look) in enumerate(arrivals):
        now += wait
        kind = LineKind.RESTART if restart else LineKind.TEXT
        rings["abc"[source]].append([TraceLine(str(number % 10), now, kind, own)])
        if look:
            merged.drop()
            while not merged.take():
                pass
    merged.drop()
    while not merged.take():
        pass
    places = [merged.at(index) for index in range(len(merged))]
    shown = [merged.line(index) for index in range(len(merged))]
    for source, ring in enumerate(rings.values()):
        expected = [number for number in range(ring.start, ring.stop) if line_filter.matches(ring.line(number))]
        mine = [number for which, number in places if which == source]
        assert mine == expected[len(expected) - len(mine) :]
        assert mine or not expected or any(other.start for other in rings.values())
    arrived = [line.arrived for line in shown]
    assert all(late - early <= timeline.LOOK_PERIOD for early, late in zip(arrived[1:], arrived, strict=False))


def test_the_time_of_an_entry_is_when_it_was_written_and_not_when_it_was_seen() -> None:
    rings = {
        "m4": ring_of(TraceLine("a", 1.0, firmware_time=10.0), TraceLine("b", 1.0, firmware_time=10.5)),
        "r5": ring_of(TraceLine("c", 1.5)),
    }
    merged = taken(rings)
    assert [merged.when(index) for index in range(3)] == [0.5, 1.0, 1.5]
