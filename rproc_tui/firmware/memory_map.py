"""Memory drawn to scale as text: what a file loads and what its table names, one bar a row, one scale a region.

Regions are not known from a file alone, so stretches that lie close together make one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

APART = 256 << 10
"""Bytes between two stretches from which on they may be different memories."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One row of the map."""

    label: str
    start: int
    size: int
    """Bytes in memory, above 0."""
    filled: int
    """Bytes of them that come from the file; the rest is zeroed."""
    note: str = ""
    """What is in it."""
    loaded: bool = True
    """False for what only the table names."""

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.start + self.size


@dataclass(frozen=True, slots=True)
class MappedRegion:
    """Stretches that are drawn to one scale."""

    start: int
    end: int
    rows: tuple[Stretch, ...]
    """By address."""

    @property
    def size(self) -> int:
        """Bytes from the first to the last address."""
        return self.end - self.start


FREE = "·"
FILLED = "█"
ZEROED = "░"
NAMED = "▒"
LEFT = "▕"
RIGHT = "▏"


def regions(stretches: Sequence[Stretch]) -> tuple[MappedRegion, ...]:
    """Stretches put together: a gap that is wide, and wider than what is drawn so far, begins another region."""
    return tuple(_regions(sorted(stretches, key=lambda stretch: (stretch.start, not stretch.loaded))))


def _regions(ordered: Sequence[Stretch]) -> Iterator[MappedRegion]:
    rows: list[Stretch] = []
    end = 0
    for stretch in ordered:
        if rows and stretch.start - end > max(APART, end - rows[0].start):
            yield MappedRegion(rows[0].start, end, tuple(rows))
            rows = []
        end = max(end, stretch.end) if rows else stretch.end
        rows.append(stretch)
    if rows:
        yield MappedRegion(rows[0].start, end, tuple(rows))


def bar(stretch: Stretch, region: MappedRegion, width: int, fill: str = "") -> str:
    """The stretch in its region, `width` cells between two edges; whatever exists gets at least one cell.

    With `fill` all of it looks like that.
    """
    first = _cell(stretch.start - region.start, region.size, width)
    last = max(first + 1, -(-(stretch.end - region.start) * width // region.size))
    if fill:
        inside = fill * (last - first)
    elif not stretch.loaded:
        inside = NAMED * (last - first)
    else:
        filled = _filled_cells(stretch, last - first)
        inside = FILLED * filled + ZEROED * (last - first - filled)
    return f"{LEFT}{' ' * first}{inside}{' ' * (width - last)}{RIGHT}"


def _cell(offset: int, size: int, width: int) -> int:
    """The cell that an offset falls into."""
    return min(offset * width // size, width - 1)


def _filled_cells(stretch: Stretch, cells: int) -> int:
    """How many of a stretch's cells show bytes of the file; neither kind hides the other where there is room."""
    least = 1 if stretch.filled else 0
    most = cells if stretch.filled >= stretch.size else max(cells - 1, least)
    return min(max(stretch.filled * cells // stretch.size, least), most)
