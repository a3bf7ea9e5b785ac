"""One figure beside its budget, and the arithmetic of repeated measuring."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured, what it may be."""

    name: str
    value: float
    budget: float
    unit: str = ""
    note: str = ""
    at_least: bool = False
    """The budget is a floor, not a ceiling."""

    @property
    def holds(self) -> bool:
        """Whether it is within the budget."""
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def line(self) -> str:
        """One row of the report."""
        sign = "≥" if self.at_least else "≤"
        verdict = "ok  " if self.holds else "OVER"
        return f"{verdict} {self.name:<46} {self.value:>12.4g} {self.unit:<8} {sign} {self.budget:<8g} {self.note}"


def command_seconds(command: Sequence[str], repeats: int = 15) -> float:
    """Median wall time of a command."""
    return statistics.median(_timed(command) for _ in range(repeats))


def _timed(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def interleaved(first: Callable[[], float], second: Callable[[], float], repeats: int) -> tuple[float, float]:
    """Medians of two things measured in turns, so that a noisy moment hits both."""
    pairs = [(first(), second()) for _ in range(repeats)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def p90(values: Sequence[float]) -> float:
    """The value that nine of ten do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
