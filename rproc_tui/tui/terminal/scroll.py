"""Finds rows that are on the terminal already, only higher or lower: a terminal can move rows itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_EDGE = 3
"""Columns at the right end that are not compared: a thumb stands still there while the text moves."""
_LEAST = 3
"""Rows below which moving costs more than writing."""


@dataclass(frozen=True, slots=True)
class Scroll:
    """Rows `top` to `bottom`, both included, move up by so many; down where that is negative."""

    top: int
    bottom: int
    by: int


def find_scroll(shown: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]]) -> Scroll | None:
    """The scroll that brings most rows to where they are wanted; None when none is worth it."""
    changed = [row for row, cells in enumerate(wanted) if cells != shown[row]]
    if len(changed) < _LEAST:
        return None
    first, last = changed[0], changed[-1]
    before = {row: _key(shown[row]) for row in range(first, last + 1)}
    after = {row: _key(wanted[row]) for row in range(first, last + 1)}
    by = _most_frequent_step(before, after, changed)
    if by is None:
        return None
    start, end = _longest_run([row for row in after if after[row] == before.get(row + by)])
    moved = sum(1 for row in range(start, end + 1) if wanted[row] != shown[row] and after[row].strip())
    spoiled = [row for row in range(min(start, start + by), max(end, end + by) + 1) if not start <= row <= end]
    if moved - sum(1 for row in spoiled if after[row] == before[row]) < _LEAST:
        return None
    return Scroll(min(start, start + by), max(end, end + by), by)


def _key(cells: Sequence[str]) -> str:
    return "".join(cells[:-_EDGE])


def _most_frequent_step(before: dict[int, str], after: dict[int, str], changed: Sequence[int]) -> int | None:
    """How far most of the changed rows have come from where they were; blank ones tell nothing."""
    places: dict[str, list[int]] = {}
    for row, key in before.items():
        if key.strip():
            places.setdefault(key, []).append(row)
    steps = Counter(place - row for row in changed for place in places.get(after[row], ()) if place != row)
    return steps.most_common(1)[0][0] if steps else None


def _longest_run(rows: Sequence[int]) -> tuple[int, int]:
    """First and last of the longest stretch without a gap."""
    best = start = rows[0]
    length = 0
    for before, row in zip([rows[0] - 1, *rows], rows, strict=False):
        if row != before + 1:
            start = row
        if row - start + 1 > length:
            best, length = start, row - start + 1
    return best, best + length - 1
