from __future__ import annotations

from dataclasses import replace

from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.tui.panels.outcome import outcome_lines, sentence_lines
from tests.tui.scripted import failure, plain


def test_a_failure_shows_errno_and_advice_and_then_the_kernels_lines() -> None:
    assert plain(outcome_lines(failure(), 110)) == [
        "✖ EINVAL: the kernel refused to start pru0 (12 ms)",
        "→ segment 2 (.data, 12 KiB) lies in no memory region of pru0; nearest is SRAM 0x10000000-0x1005ffff",
        "  [   12.500000] remoteproc remoteproc2: bad phdr da 0x20000000 mem 0x3000",
    ]


def test_everything_is_wrapped_to_the_width() -> None:
    lines = plain(outcome_lines(failure(), 40))
    assert max(map(len, lines)) <= 40
    assert "nearest is SRAM" in " ".join(" ".join(lines).split())


def test_of_many_kernel_lines_the_last_are_shown() -> None:
    (line,) = failure().lines
    many = replace(failure(), lines=tuple(replace(line, text=f"line {number}") for number in range(20)))
    shown = [text for text in plain(outcome_lines(many, 100)) if "] line " in text]
    assert [text.rpartition(" ")[2] for text in shown] == ["14", "15", "16", "17", "18", "19"]


def test_a_success_needs_no_kernel_lines_but_names_its_file() -> None:
    done = Outcome(Verb.COREDUMP, Result.DONE, "kept 1.2 MiB", 0.0, lines=failure().lines, path="/srv/dumps/m4.core")
    assert plain(outcome_lines(done, 100)) == ["✔ kept 1.2 MiB", "  /srv/dumps/m4.core"]


def test_a_sentence_goes_on_below_itself() -> None:
    assert plain(sentence_lines("is already running: stop first", 20)) == ["• is already", "  running: stop", "  first"]
