"""Every report gets its own explanation first; every explanation has a report; no row of the collection is left out."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from rproc_tui.diagnosis.catalogue import catalogue
from rproc_tui.diagnosis.match import diagnose
from rproc_tui.model.diagnosis import UNKNOWN_CODE, Severity
from tests.diagnosis import reports_of_drivers, reports_of_files, reports_of_memory, reports_of_states
from tests.diagnosis.report import Report

REPORTS = (
    *reports_of_files.REPORTS,
    *reports_of_memory.REPORTS,
    *reports_of_states.REPORTS,
    *reports_of_drivers.REPORTS,
)
ROWS = tuple(f"D{number}" for number in range(1, 61))


def name(report: Report) -> str:
    return f"{report.row}-{report.code}"


@pytest.mark.parametrize("report", REPORTS, ids=name)
def test_a_report_gets_its_own_explanation_first(report: Report) -> None:
    told = diagnose(report.case)
    assert told, "nothing explains it"
    assert told[0].code == report.code, [diagnosis.code for diagnosis in told]
    for word in report.words:
        assert word in f"{told[0].cause} {told[0].cure}"


@pytest.mark.parametrize("report", [r for r in REPORTS if r.text and r.verb is None], ids=name)
def test_lines_that_nobody_asked_for_are_explained_as_they_come(report: Report) -> None:
    told = [diagnosis for case in report.as_it_came for diagnosis in diagnose(case)]
    assert report.code in {diagnosis.code for diagnosis in told}


def test_every_entry_has_a_report() -> None:
    assert {entry.code for entry in catalogue()} - {report.code for report in REPORTS} == set()


def test_no_row_of_the_collection_is_left_out() -> None:
    assert {row for report in REPORTS for row in report.row.split()} >= set(ROWS)


def test_sentences_are_sentences() -> None:
    for report in REPORTS:
        for diagnosis in diagnose(report.case):
            for sentence in (diagnosis.cause, diagnosis.cure):
                assert not re.search(r"[{}]|  |None|\s[,;]|^\s|\s$", sentence), (diagnosis.code, sentence)
            assert diagnosis.cause
            assert not diagnosis.cause.endswith(".")


def test_what_is_trouble_says_what_to_try() -> None:
    for entry in catalogue():
        assert entry.cure.text or entry.severity is Severity.BENIGN, entry.code


def test_a_benign_report_raises_no_alarm() -> None:
    severities = defaultdict(set)
    for entry in catalogue():
        severities[entry.severity].add(entry.code)
    for report in REPORTS:
        if report.code in severities[Severity.BENIGN]:
            told = diagnose(report.case)
            assert not any(diagnosis.is_trouble for diagnosis in told), told


def test_the_catalogue_has_no_entry_for_the_unknown() -> None:
    assert UNKNOWN_CODE not in {entry.code for entry in catalogue()}
