"""How often a processor crashes: the loop that ends with its newest crash. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rproc_tui.linux.conditions import LOOP_CRASHES, LOOP_WINDOW, REGULAR

GAPS_MOST = 64
"""Of the newest crashes, from which the period is taken."""


@dataclass(frozen=True, slots=True)
class Period:
    """Crashes that follow one another."""

    count: int = 1
    seconds: float | None = None
    """From one to the next (median); None where there is no loop."""
    regular: bool = False
    """Whether they come like a clock."""


ALONE = Period()


def period_of(times: Sequence[float]) -> Period:
    """The loop at the end of some times in seconds, oldest first; times that stand still or go back end it."""
    count, gaps = 1, list[float]()
    for at in range(len(times) - 1, 0, -1):
        gap = times[at] - times[at - 1]
        if not 0 < gap <= LOOP_WINDOW:
            break
        count += 1
        if len(gaps) < GAPS_MOST:
            gaps.append(gap)
    if count < LOOP_CRASHES:
        return ALONE
    median = _median(gaps)
    return Period(count, median, max(abs(gap - median) for gap in gaps) <= REGULAR * median)


def _median(values: Sequence[float]) -> float:
    """Without the module `statistics`, which takes milliseconds to load."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
