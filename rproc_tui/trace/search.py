"""The next and the previous line of a ring that a filter finds, round the end."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from rproc_tui.trace.filter import LineFilter
from rproc_tui.trace.ring import TraceRing


def find_next(ring: TraceRing, condition: LineFilter, position: int) -> int | None:
    """Number of the first line found behind `position`, going on at the oldest; `position` itself comes last."""
    behind = min(max(position + 1, ring.start), ring.stop)
    return _first(ring, condition, chain(range(behind, ring.stop), range(ring.start, behind)))


def find_previous(ring: TraceRing, condition: LineFilter, position: int) -> int | None:
    """Number of the first line found before `position`, going on at the newest; `position` itself comes last."""
    here = min(max(position, ring.start), ring.stop)
    return _first(ring, condition, chain(reversed(range(ring.start, here)), reversed(range(here, ring.stop))))


def _first(ring: TraceRing, condition: LineFilter, numbers: Iterable[int]) -> int | None:
    return next((number for number in numbers if condition.finds(ring.line(number))), None)
