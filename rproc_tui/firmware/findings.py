"""Collects the problems of one file, bounded: a hostile file must not drown the reader."""

from __future__ import annotations

from rproc_tui.firmware.facts import Problem, Severity

KEPT_OF_ONE_CODE = 16
"""So many problems of one kind are told in full; of the rest only the number."""


class Findings:
    """Problems in the order in which they are found."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._seen: dict[str, int] = {}
        self._fatal: set[str] = set()

    def error(
        self, code: str, message: str, *, kernel: str | None = None, fatal: bool = False, index: int | None = None
    ) -> None:
        """The loader refuses the file, or the table or an entry is unusable."""
        self._add(Problem(Severity.ERROR, code, message, kernel, fatal, index))

    def warning(self, code: str, message: str, *, kernel: str | None = None) -> None:
        """It boots and may not do what was meant."""
        self._add(Problem(Severity.WARNING, code, message, kernel))

    def note(self, code: str, message: str, *, kernel: str | None = None) -> None:
        """Worth knowing."""
        self._add(Problem(Severity.NOTE, code, message, kernel))

    def extend(self, problems: tuple[Problem, ...]) -> None:
        """Take over what somebody else found."""
        for problem in problems:
            self._add(problem)

    def _add(self, problem: Problem) -> None:
        self._seen[problem.code] = self._seen.get(problem.code, 0) + 1
        first_fatal = problem.fatal and problem.code not in self._fatal
        if problem.fatal:
            self._fatal.add(problem.code)
        if first_fatal or self._seen[problem.code] <= KEPT_OF_ONE_CODE:
            self._problems.append(problem)

    def problems(self) -> tuple[Problem, ...]:
        """All that were kept; behind them a line for each kind of which some were not."""
        kept: dict[str, int] = {}
        for problem in self._problems:
            kept[problem.code] = kept.get(problem.code, 0) + 1
        more = [
            Problem(Severity.NOTE, code, f"{seen - kept[code]} more of the kind {code}")
            for code, seen in self._seen.items()
            if seen > kept[code]
        ]
        return (*self._problems, *more)
