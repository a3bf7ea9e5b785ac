"""Finds the entries of the catalogue that explain a case, and fills in what is at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rproc_tui.diagnosis.case import Case
from rproc_tui.diagnosis.conditions import holds
from rproc_tui.diagnosis.entry import Entry
from rproc_tui.diagnosis.fields import field
from rproc_tui.model.diagnosis import UNKNOWN_CODE, Certainty, Diagnosis, Severity
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.outcome import Result
from rproc_tui.sanitise import sanitise

SENTENCE_MOST = 600
"""Characters of a sentence: names in it come from files and logs."""

_SEVERITIES = tuple(Severity)
_UNKNOWN = "nothing here explains this failure"
_UNKNOWN_CURE = "the kernel's own lines are all that is known"
_UNKNOWN_SILENT = "the kernel said nothing about it; look at the whole log: dmesg"


def diagnose(case: Case, entries: Sequence[Entry] | None = None) -> tuple[Diagnosis, ...]:
    """Every explanation, what did not work first, then in the order of the catalogue.

    An action that failed always gets one: where nothing explains it, that is said.
    """
    if entries is None:
        from rproc_tui.diagnosis.catalogue import catalogue  # noqa: PLC0415 (read when something failed)

        entries = catalogue()
    newest = [line for line in case.lines if line.sequence == case.newest]
    asked = entries if case.newest is None else [entry for entry in entries if _takes_part(entry, newest)]
    found = [(entry, match) for entry in asked for match in _matches(entry, case)]
    silenced = {code for entry, _ in found for code in entry.instead_of}
    told = [_diagnosis(entry, match, case) for entry, match in found if entry.code not in silenced]
    told.sort(key=lambda diagnosis: _SEVERITIES.index(diagnosis.severity))
    if case.result is Result.FAILED and not any(diagnosis.is_trouble for diagnosis in told):
        told.insert(0, _unknown(case))
    return tuple(told)


def _unknown(case: Case) -> Diagnosis:
    cure = _UNKNOWN_CURE if case.lines else _UNKNOWN_SILENT
    return Diagnosis(UNKNOWN_CODE, Severity.ERROR, Certainty.UNKNOWN, _UNKNOWN, cure)


def _matches(entry: Entry, case: Case) -> Iterator[re.Match[str] | None]:
    """One element where the entry applies: the line that it was found in, or None where it needs none."""
    if not _frame_fits(entry, case):
        return
    line = _last(entry.lines, case.lines)
    if line is None and not _is_told_otherwise(entry, case):
        return
    if not all(_last([pattern], case.lines) for pattern in entry.also) or _last(entry.unless, case.lines):
        return
    if all(holds(condition, case, line) for condition in entry.when):
        yield line


def _is_told_otherwise(entry: Entry, case: Case) -> bool:
    """Whether the entry needs no line: it has none, or how the action ended tells as much."""
    if case.errno in entry.or_errno or case.result in entry.or_results:
        return case.verb in entry.verbs or not entry.verbs
    if entry.or_standing and case.verb is None and not case.lines:
        return True
    return not (entry.lines or entry.or_errno or entry.or_results or entry.or_standing)


def _frame_fits(entry: Entry, case: Case) -> bool:
    """Whether all but the lines and the conditions fits."""
    processor = case.processor
    return (
        (not entry.errno or case.errno in entry.errno)
        and (not entry.verbs or case.verb in entry.verbs or (case.verb is None and bool(entry.lines)))
        and (not entry.results or case.result in entry.results)
        and (not entry.states or (processor is not None and processor.state in entry.states))
        and (entry.driver is None or (processor is not None and bool(entry.driver.fullmatch(processor.driver or ""))))
    )


def _takes_part(entry: Entry, newest: Sequence[KernelLine]) -> bool:
    """Whether the one line that is to be explained has to do with an entry."""
    return _last((*entry.lines, *entry.also), newest) is not None


def _last(patterns: Iterable[re.Pattern[str]], lines: Sequence[KernelLine]) -> re.Match[str] | None:
    """The match of the first pattern that is found, in the latest line that it is found in."""
    found = (pattern.search(line.text) for pattern in patterns for line in reversed(lines))
    return next((match for match in found if match is not None), None)


def _diagnosis(entry: Entry, match: re.Match[str] | None, case: Case) -> Diagnosis:
    def lookup(name: str) -> str | None:
        return field(name, case, match)

    cause = entry.cause.fill(lookup) or ""
    cure = entry.cure.fill(lookup) or ""
    return Diagnosis(
        entry.code,
        entry.severity,
        entry.certainty,
        sanitise(cause, limit=SENTENCE_MOST),
        sanitise(cure, limit=SENTENCE_MOST),
    )
