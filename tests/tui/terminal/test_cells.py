"""What stands in the cells of a screen after something was written."""

from __future__ import annotations

import pytest

from rproc_tui.tui.terminal.cells import Cells
from rproc_tui.tui.terminal.look import PLAIN, look_after

RED = look_after(PLAIN, "31")


def row(*written: tuple[int, str], columns: int = 8) -> list[str]:
    cells = Cells(columns, 2)
    for column, text in written:
        cells.write(0, column, text, RED)
    return cells.text[0]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ([(0, "ab")], ["a", "b", " ", " "]),
        ([(0, "漢字")], ["漢", "", "字", ""]),
        ([(0, "漢字"), (0, "x")], ["x", " ", "字", ""]),
        ([(0, "漢字"), (1, "x")], [" ", "x", "字", ""]),
        ([(0, "漢字"), (1, "xy")], [" ", "x", "y", " "]),
        ([(0, "漢字"), (1, "好")], [" ", "好", "", " "]),
        ([(2, "abcdef")], [" ", " ", "a", "b"]),
        ([(3, "漢")], [" ", " ", " ", " "]),
        ([(9, "far out")], [" ", " ", " ", " "]),
        ([(0, "e\u0301a")], ["e\u0301", "a", " ", " "]),
    ],
    ids=str,
)
def test_every_cell_has_a_character_or_the_second_half_of_one(
    written: list[tuple[int, str]], expected: list[str]
) -> None:
    assert row(*written, columns=4) == expected


def test_rows_beyond_the_screen_are_cut_off() -> None:
    cells = Cells(4, 2)
    cells.write(2, 0, "off", RED)
    cells.write(-1, 0, "off", RED)
    assert cells.text == [[" "] * 4] * 2


def test_another_size_keeps_what_fits_and_no_half_of_a_wide_character() -> None:
    cells = Cells(4, 2)
    cells.write(0, 0, "a漢b", RED)
    smaller = cells.resized(2, 1)
    assert smaller.text == [["a", " "]]
    assert smaller.looks == [[RED, RED]]
    assert cells.resized(5, 3).text[0] == ["a", "漢", "", "b", " "]
