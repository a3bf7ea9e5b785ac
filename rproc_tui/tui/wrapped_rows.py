"""Where rows of several lines each stand on the screen, without counting more of them than are in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Piece(NamedTuple):
    """One line of the screen."""

    row: int
    part: int
    """Which line of its row, from 0 on."""


Parts = Callable[[int], int]
"""How many lines a row takes, at least one."""


def pieces_from(first: Piece, count: int, parts: Parts) -> Iterator[Piece]:
    """The pieces from one on, down to the end of the last of `count` rows."""
    part = first.part
    for row in range(first.row, count):
        for each in range(part, parts(row)):
            yield Piece(row, each)
        part = 0


def moved(first: Piece, step: int, count: int, parts: Parts) -> Piece:
    """The piece so many lines below another, or above it; at most the last, at least the first."""
    row, part = first
    while step > 0 and row < count:
        left = parts(row) - part - 1
        if step <= left:
            return Piece(row, part + step)
        if row == count - 1:
            return Piece(row, part + left)
        row, part, step = row + 1, 0, step - left - 1
    while step < 0:
        if part >= -step:
            return Piece(row, part + step)
        if row == 0:
            return Piece(0, 0)
        step += part + 1
        row -= 1
        part = parts(row) - 1
    return Piece(row, part)


def last_first(count: int, height: int, parts: Parts) -> Piece:
    """The piece at the top when the last row's end stands at the bottom of `height` lines."""
    if count == 0:
        return Piece(0, 0)
    return moved(Piece(count - 1, parts(count - 1) - 1), -max(0, height - 1), count, parts)
