"""The next and the previous line that a condition finds, round the end, a slice at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice

from rproc_tui.model.trace_line import TraceLine

SLICE = 10_000
"""Lines that are looked at in one go: about 10 ms, so that keys are answered in between."""

Condition = Callable[[TraceLine], bool]


def find(
    line: Callable[[int], TraceLine | None], count: int, position: int, step: int, condition: Condition
) -> Iterator[int | None]:
    """The place of the first line found behind `position` (`step` 1) or before it (-1), `position` itself last.

    Yields None after each slice in which nothing was found, then the place; ends without one where nothing is.
    `line` gives the line at a place from 0 to before `count`, None where there is none any more.
    """
    here = min(max(position, -1), count)
    if step > 0:
        places = chain(range(here + 1, count), range(min(here + 1, count)))
    else:
        places = chain(range(here - 1, -1, -1), range(count - 1, max(here, 0) - 1, -1))
    while looked_at := list(islice(places, SLICE)):
        for place in looked_at:
            found = line(place)
            if found is not None and condition(found):
                yield place
                return
        yield None
