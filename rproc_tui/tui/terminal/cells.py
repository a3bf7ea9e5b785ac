"""What stands in the cells of a screen: rows of characters and rows of looks."""

from __future__ import annotations

from rich.cells import cell_len, split_graphemes

from rproc_tui.tui.terminal.look import PLAIN, Look

BLANK = " "
BEHIND_WIDE = ""
"""The second cell of a character that takes two."""


class Cells:
    """A screen of so many columns and rows, blank at first. Whatever is written outside of it is cut off."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self.text: list[list[str]] = [[BLANK] * columns for _ in range(rows)]
        """By row and column: a character with what combines with it."""
        self.looks: list[list[Look]] = [[PLAIN] * columns for _ in range(rows)]

    def resized(self, columns: int, rows: int) -> Cells:
        """The same in another size, cut off or filled up with blanks."""
        other = Cells(columns, rows)
        for row in range(min(rows, self.rows)):
            shared = min(columns, self.columns)
            other.text[row][:shared] = self.text[row][:shared]
            other.looks[row][:shared] = self.looks[row][:shared]
            if shared < self.columns and self.text[row][shared] == BEHIND_WIDE:
                other.text[row][shared - 1] = BLANK
        return other

    def write(self, row: int, column: int, text: str, look: Look) -> int:
        """Put text into a row; the column behind it."""
        cells = list(text) if text.isascii() else _cells(text)
        end = column + len(cells)
        if 0 <= row < self.rows and column < self.columns:
            self._put(row, column, cells[: self.columns - column], look)
        return end

    def _put(self, row: int, column: int, cells: list[str], look: Look) -> None:
        text, end = self.text[row], column + len(cells)
        if text[column] == BEHIND_WIDE:
            text[column - 1] = BLANK
        if end < self.columns and text[end] == BEHIND_WIDE:
            text[end] = BLANK
        if end == self.columns and cells and cell_len(cells[-1]) == 2:  # half of it would be outside
            cells[-1] = BLANK
        text[column:end] = cells
        self.looks[row][column:end] = [look] * len(cells)


def _cells(text: str) -> list[str]:
    """One entry a cell; what has no width of its own goes with the character before it."""
    if cell_len(text) == len(text):
        return list(text)
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells += [text[start:end], *[BEHIND_WIDE] * (width - 1)]
        elif cells:
            cells[-1] += text[start:end]
    return cells
