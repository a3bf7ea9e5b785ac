"""A second model of a terminal, pyte's, to compare ours with: what it shows, cell by cell."""

from __future__ import annotations

import re

import pyte

_NOT_PYTES = re.compile(r"\x1b\[\?(?:2026|2048)\$p|\x1b\[[<>]\d*u|\x1b\]52;[^\x07]*\x07")
"""Sequences that pyte prints parts of."""

Cell = tuple[str, str, str, bool, bool, bool, bool]
"""Character, colours, bold, italic, underlined, reverse."""


class SecondTerminal:
    """Shows what it is fed."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)

    def feed(self, data: str) -> None:
        self._stream.feed(_NOT_PYTES.sub("", data))

    def resize(self, columns: int, rows: int) -> None:
        """As xterm does without reflow: what falls off is gone."""
        self._screen.resize(rows, columns)

    @property
    def cursor(self) -> tuple[int, int]:
        return self._screen.cursor.y, min(self._screen.cursor.x, self._screen.columns - 1)

    def cells(self) -> list[list[Cell]]:
        screen = self._screen
        return [[_cell(screen.buffer[row][column]) for column in range(screen.columns)] for row in range(screen.lines)]

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)


def _cell(cell: pyte.screens.Char) -> Cell:
    return cell.data, cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.reverse


def differences(one: SecondTerminal, other: SecondTerminal) -> list[tuple[int, int, Cell, Cell]]:
    """Row, column, and what each shows there, for every cell that differs."""
    return [
        (row, column, left, right)
        for row, (lefts, rights) in enumerate(zip(one.cells(), other.cells(), strict=True))
        for column, (left, right) in enumerate(zip(lefts, rights, strict=True))
        if left != right
    ]
