"""Which entries apply, in which order they are told, and what nothing explains."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.diagnosis.advice import TOLD_MOST, advice
from rproc_tui.diagnosis.case import Case
from rproc_tui.diagnosis.catalogue import assemble, catalogue
from rproc_tui.diagnosis.entry import Entry
from rproc_tui.diagnosis.match import SENTENCE_MOST, diagnose
from rproc_tui.model.diagnosis import UNKNOWN_CODE, Certainty, Diagnosis, Severity
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import State
from tests.diagnosis.report import log, processor
from tests.diagnosis.test_reports import REPORTS

FAILED_BOOT = Case(processor(), log("remoteproc remoteproc0: it is odd"), Verb.BOOT, Result.FAILED, errno.EIO)


def entries(*more: str) -> tuple[Entry, ...]:
    """Entries `one`, `two` … whose cause is their name; each text adds keys."""
    names = ("one", "two", "three")
    made = (
        f'[{name}]\ncause = "{name}"\nseverity = "error"\ncertainty = "certain"\n{keys}\n'
        for name, keys in zip(names, more, strict=False)
    )
    return assemble([("test", "".join(made))])


def codes(case: Case, *more: str) -> list[str]:
    return [diagnosis.code for diagnosis in diagnose(case, entries(*more))]


ODD = "lines = ['odd']"


@pytest.mark.parametrize(
    "keys",
    [
        ODD,
        "lines = ['even']\nor_errno = ['EIO']",
        "lines = ['even']\nor_results = ['failed']",
        f"{ODD}\nalso = ['remoteproc0']",
        f"{ODD}\nunless = ['even']",
        f"{ODD}\nverbs = ['boot']",
        f"{ODD}\nstates = ['offline']",
        f"{ODD}\nerrno = ['EIO', 'EINVAL']",
        f"{ODD}\ndriver = 'stm32-.*'",
        f"{ODD}\nwhen = ['failed', 'not up']",
    ],
)
def test_an_entry_applies_when_all_of_it_holds(keys: str) -> None:
    assert codes(FAILED_BOOT, keys) == ["one"]


@pytest.mark.parametrize(
    "keys",
    [
        "lines = ['even']",
        "lines = ['even']\nor_errno = ['EINVAL']",
        "lines = ['even']\nor_errno = ['EIO']\nverbs = ['stop']",
        "lines = ['even']\nor_standing = true",
        f"{ODD}\nalso = ['even']",
        f"{ODD}\nunless = ['odd']",
        f"{ODD}\nverbs = ['stop']",
        f"{ODD}\nstates = ['running']",
        f"{ODD}\nresults = ['refused']",
        f"{ODD}\nerrno = ['EINVAL']",
        f"{ODD}\ndriver = 'stm32'",
        f"{ODD}\nwhen = ['up']",
    ],
)
def test_an_entry_does_not_apply_when_any_of_it_does_not_hold(keys: str) -> None:
    assert codes(FAILED_BOOT, keys) == [UNKNOWN_CODE]


def test_a_line_that_came_by_itself_needs_no_verb() -> None:
    case = Case(processor(), FAILED_BOOT.lines)
    assert codes(case, f"{ODD}\nverbs = ['boot']") == ["one"]
    assert codes(case, "states = ['offline']\nverbs = ['boot']") == []


def test_only_entries_that_the_newest_line_takes_part_in_explain_it() -> None:
    lines = log("odd\neven")
    case = Case(processor(), lines, newest=1)
    assert codes(case, ODD) == []
    assert codes(case, "lines = ['even']") == ["one"]
    assert codes(case, f"{ODD}\nalso = ['even']") == ["one"]
    assert codes(case, "states = ['offline']") == []


def test_what_says_more_stands_in_the_place_of_what_says_less() -> None:
    assert codes(FAILED_BOOT, ODD, f"{ODD}\ninstead_of = ['one']") == ["two"]


def test_errors_come_before_warnings_and_what_is_harmless() -> None:
    found = entries(ODD, ODD, ODD)
    graded = [
        replace(entry, severity=severity)
        for entry, severity in zip(found, (Severity.BENIGN, Severity.WARNING, Severity.ERROR), strict=True)
    ]
    told = diagnose(FAILED_BOOT, graded)
    assert [diagnosis.code for diagnosis in told] == ["three", "two", "one"]
    assert advice(told) == ("three", "two")


def test_the_latest_line_is_the_one_that_is_told() -> None:
    case = replace(FAILED_BOOT, lines=log("odd 1\nodd 2"))
    text = "lines = ['odd (?P<number>[0-9])']\n"
    (entry,) = assemble([("t", f'[one]\ncause = "{{number}}"\nseverity = "error"\ncertainty = "certain"\n{text}')])
    assert diagnose(case, [entry])[0].cause == "2"


def test_a_failure_that_nothing_explains_is_unknown_and_a_harmless_line_does_not_explain_it() -> None:
    benign = [replace(entry, severity=Severity.BENIGN) for entry in entries(ODD)]
    unknown, seen = diagnose(FAILED_BOOT, benign)
    assert (unknown.code, unknown.severity, unknown.certainty) == (UNKNOWN_CODE, Severity.ERROR, Certainty.UNKNOWN)
    assert seen.code == "one"
    assert "dmesg" in diagnose(replace(FAILED_BOOT, lines=()), [])[0].cure


@pytest.mark.parametrize("result", [Result.DONE, Result.REFUSED, None])
def test_what_did_not_fail_has_no_unknown_cause(result: Result | None) -> None:
    assert diagnose(replace(FAILED_BOOT, result=result), []) == ()


def test_how_sure_a_cause_is_is_said() -> None:
    causes = [Diagnosis("x", Severity.ERROR, certainty, "it broke", "mend it") for certainty in Certainty]
    told = [advice([cause])[0] for cause in causes]
    assert told == ["it broke", "likely: it broke", "possibly: it broke", "it broke"]
    assert len(advice(causes)) == 2 * TOLD_MOST


def test_text_from_outside_is_made_safe_and_short() -> None:
    case = replace(
        FAILED_BOOT, lines=log("remoteproc remoteproc0: Direct firmware load for \x1b]0;x\x07 failed with error -2")
    )
    told = diagnose(case)[0]
    assert told.cause.isprintable()
    long = replace(FAILED_BOOT, lines=log(f"Direct firmware load for {'x' * 5000} failed with error -2"))
    assert len(diagnose(long)[0].cause) <= SENTENCE_MOST


WORDS = st.sampled_from([line.text for report in REPORTS for line in log(report.text)])


CASES = st.builds(
    Case,
    processor=st.none() | st.sampled_from(State).map(lambda state: processor(state=state)),
    lines=st.lists(WORDS | st.text(max_size=80), max_size=8).map(
        lambda texts: tuple(KernelLine(sequence, 0.0, 3, text) for sequence, text in enumerate(texts))
    ),
    verb=st.sampled_from([None, *Verb]),
    result=st.sampled_from([None, *Result]),
    errno=st.sampled_from([None, 2, 5, 12, 16, 22, 110]),
    newest=st.none() | st.integers(0, 8),
)


@given(CASES)
def test_no_lines_raise_and_every_sentence_is_safe(case: Case) -> None:
    for told in diagnose(case):
        assert told.cause.isprintable()
        assert told.cure.isprintable()
        assert told.cause


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.code)
def test_no_pattern_takes_long_over_a_hostile_line(entry: Entry) -> None:
    """A thousand characters is what a record of the kernel's log can have."""
    from time import process_time  # noqa: PLC0415 (only here)

    for text in ("Booting " * 128, "rproc " * 170, "0x" * 512, "a.b" * 340, "remote processor " * 60):
        began = process_time()
        for pattern in (*entry.lines, *entry.also, *entry.unless):
            pattern.search(text)
        assert process_time() - began < 0.1
