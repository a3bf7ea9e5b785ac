from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.model.trace_line import TraceLine
from rproc_tui.trace.filter import LineFilter
from rproc_tui.trace.ring import LINE_OVERHEAD, TraceRing
from rproc_tui.tui import trace_rows
from rproc_tui.tui.trace_rows import TraceRows

WORDS = st.sampled_from(["tick", "err", "tick err", "", "errors"])
BATCHES = st.lists(st.tuples(st.lists(WORDS, max_size=5), st.booleans()), max_size=12)


def shown(rows: TraceRows) -> list[str]:
    return [rows.ring.line(rows.number(row)).text for row in range(rows.count)]


@settings(max_examples=150)
@given(BATCHES, st.sampled_from([None, "err", "!err"]), st.integers(1, 20))
def test_rows_show_what_is_kept_and_matches_however_lines_come_and_go(
    batches: list[tuple[list[str], bool]], text: str | None, kept: int
) -> None:
    line_filter = None if text is None else LineFilter.parse(text)
    ring = TraceRing(kept * (LINE_OVERHEAD + 6))
    rows = TraceRows(ring, line_filter)
    for texts, partial in batches:
        last = len(texts) - 1
        ring.append(TraceLine(text, 0.0, partial=partial and place == last) for place, text in enumerate(texts))
        before = shown_numbers(rows, ring.start)
        fell = rows.advance()
        assert fell >= 0
        while not rows.scan():
            pass
        expected = [
            line for line in ring.lines(ring.start, ring.stop) if line_filter is None or line_filter.matches(line)
        ]
        assert shown(rows) == [line.text for line in expected]
        assert rows.count_from(ring.start) == rows.count
        assert set(before[:-1]) <= set(shown_numbers(rows, ring.start))


def shown_numbers(rows: TraceRows, start: int) -> list[int]:
    return [number for row in range(rows.count) if (number := rows.number(row)) >= start]


def test_many_lines_are_filtered_in_slices() -> None:
    ring = TraceRing()
    ring.append(TraceLine(f"line {number}", 0.0) for number in range(trace_rows.SLICE * 2 + 5))
    rows = TraceRows(ring, LineFilter.parse("line"))
    rows.advance()
    assert not rows.scan()
    assert rows.count == trace_rows.SLICE
    while not rows.scan():
        pass
    assert rows.count == ring.stop


def test_rows_after_a_number_are_counted_with_and_without_a_filter() -> None:
    ring = TraceRing()
    ring.append(TraceLine("odd" if number % 2 else "even", 0.0) for number in range(10))
    plain, odd = TraceRows(ring), TraceRows(ring, LineFilter.parse("odd"))
    plain.advance()
    odd.advance()
    odd.scan()
    assert (plain.count_from(4), odd.count_from(4)) == (6, 3)
