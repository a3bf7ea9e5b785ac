from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.filter import LineFilter
from rproc_tui.trace.ring import LINE_OVERHEAD, TraceRing
from rproc_tui.tui import trace_rows
from rproc_tui.tui.trace_rows import MergedRows, TraceRows

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
        last, texts_before = len(texts) - 1, shown(rows)
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
        assert shown(rows)[: rows.changed] == texts_before[fell:][: rows.changed]
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


@pytest.mark.parametrize("typed", ["", "o"])
def test_the_rows_of_one_run_stay_those_whatever_comes_later(typed: str) -> None:
    ring = TraceRing(12 * (LINE_OVERHEAD + 3))
    ring.append([TraceLine("old", 0.0), TraceLine("one", 1.0, LineKind.RESTART), TraceLine("two", 1.0)])
    ring.append([TraceLine("new", 2.0, LineKind.RESTART)])
    rows = TraceRows(ring, LineFilter.parse(typed) if typed else None, ring.runs[1])
    for number in range(12):
        rows.advance()
        assert rows.scan()
        assert shown(rows) == (["one", "two"][max(0, ring.start - 1) :])
        ring.append([TraceLine(f"{number:03}", 3.0)])


def test_merged_rows_name_their_rings_and_count_from_the_last_boot_of_any() -> None:
    m4, dsp = TraceRing(), TraceRing()
    m4.append([TraceLine("a", 1.0), TraceLine("boot", 3.0, LineKind.RESTART)])
    dsp.append([TraceLine("b", 2.0)])
    rows = MergedRows({"m4": m4, "dsp": dsp})
    rows.advance()
    assert rows.scan()
    found = [(rows.sources[rows.place(row)[0]], line.text) for row in range(3) if (line := rows.line(row))]
    assert found == [("m4", "a"), ("dsp", "b"), ("m4", "boot")]
    assert [rows.zero(moment) for moment in (2.0, 3.5)] == [1.0, 3.0]
