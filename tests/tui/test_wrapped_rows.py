from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.tui.wrapped_rows import Piece, last_first, moved, pieces_from

PARTS = st.lists(st.integers(1, 5), min_size=1, max_size=12)


def every(parts: list[int]) -> list[Piece]:
    return [Piece(row, part) for row, count in enumerate(parts) for part in range(count)]


@given(PARTS, st.data())
def test_moving_goes_piece_by_piece_and_stops_at_the_ends(parts: list[int], data: st.DataObject) -> None:
    pieces = every(parts)
    begin = data.draw(st.integers(0, len(pieces) - 1))
    step = data.draw(st.integers(-20, 20))
    expected = pieces[max(0, min(begin + step, len(pieces) - 1))]
    assert moved(pieces[begin], step, len(parts), parts.__getitem__) == expected


@given(PARTS, st.integers(1, 30))
def test_the_end_of_the_last_row_stands_at_the_bottom(parts: list[int], height: int) -> None:
    first = last_first(len(parts), height, parts.__getitem__)
    assert list(pieces_from(first, len(parts), parts.__getitem__)) == every(parts)[-height:]


def test_nothing_has_no_pieces() -> None:
    first = last_first(0, 5, [].__getitem__)
    assert first == Piece(0, 0)
    assert moved(first, 3, 0, [].__getitem__) == first
    assert list(pieces_from(first, 0, [].__getitem__)) == []
