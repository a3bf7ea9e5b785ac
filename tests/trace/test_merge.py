"""Several traces in the order of time."""

from __future__ import annotations

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.merge import LOOK_PERIOD, merge, newest
from rproc_tui.trace.ring import TraceRing


def _ring(*lines: TraceLine) -> TraceRing:
    ring = TraceRing()
    ring.append(lines)
    return ring


def _texts(rings: dict[str, TraceRing]) -> str:
    return " ".join(merged.line.text for merged in merge(rings))


def test_lines_without_a_time_of_their_own_are_ordered_by_arrival() -> None:
    rings = {
        "m4": _ring(TraceLine("a", 1.0), TraceLine("c", 3.0)),
        "r5": _ring(TraceLine("b", 2.0), TraceLine("d", 4.0)),
    }
    assert _texts(rings) == "a b c d"


def test_lines_of_one_look_are_ordered_by_the_firmwares_time() -> None:
    # Both clocks began elsewhere; each is laid on ours by the line that waited least for the look.
    rings = {
        "m4": _ring(TraceLine("a", 1.0, firmware_time=10.1), TraceLine("c", 1.0, firmware_time=10.5)),
        "r5": _ring(TraceLine("b", 1.0, firmware_time=70.3), TraceLine("d", 1.0, firmware_time=70.5)),
    }
    assert _texts(rings) == "a b c d"


def test_a_restart_begins_another_clock() -> None:
    rings = {
        "m4": _ring(
            TraceLine("a", 1.0, firmware_time=500.0),
            TraceLine("restart", 2.0, LineKind.RESTART),
            TraceLine("c", 3.0, firmware_time=0.1),
        ),
        "r5": _ring(TraceLine("b", 2.5)),
    }
    assert _texts(rings) == "a restart b c"


def test_lines_of_one_ring_keep_their_order_whatever_time_they_claim() -> None:
    lines = [TraceLine(str(number), 1.0 + number / 100, firmware_time=float(-number % 7)) for number in range(20)]
    merged = list(merge({"m4": _ring(*lines), "r5": _ring(TraceLine("x", 1.05))}))
    assert [line.line for line in merged if line.source == "m4"] == lines
    assert all(line.line.arrived - LOOK_PERIOD <= line.when <= line.line.arrived for line in merged)


def test_only_new_lines_are_merged_when_numbers_are_given() -> None:
    ring = _ring(TraceLine("a", 1.0), TraceLine("b", 2.0), TraceLine("c", 3.0))
    assert [(line.number, line.line.text) for line in merge({"m4": ring}, {"m4": 1})] == [(1, "b"), (2, "c")]
    assert list(merge({"m4": ring}, {"m4": 9})) == []


def test_the_newest_lines_of_all_rings_together() -> None:
    rings = {
        "m4": _ring(*(TraceLine(f"m{number}", float(number)) for number in range(10))),
        "r5": _ring(*(TraceLine(f"r{number}", number + 0.5) for number in range(10))),
        "empty": TraceRing(),
    }
    assert [line.line.text for line in newest(rings, 3)] == ["r8", "m9", "r9"]
    assert newest(rings, 0) == []
    assert len(newest(rings, 99)) == 20
