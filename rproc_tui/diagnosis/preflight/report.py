"""A verdict as plain text: the answer first, then the kernel's steps, the memory, what was found, who would fit."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence

from rproc_tui.diagnosis.preflight.picture import LEGEND, picture
from rproc_tui.diagnosis.preflight.target import GENERIC
from rproc_tui.diagnosis.preflight.verdict import Finding, KernelCheck, Stage, Verdict, kernel_line
from rproc_tui.firmware.facts import Severity
from rproc_tui.firmware.report import INDENT, NARROWEST, WIDEST, wrap

STAGE_TITLES = {
    Stage.REQUEST: "firmware file",
    Stage.SANITY: "ELF header",
    Stage.TABLE: "resource table",
    Stage.RESOURCES: "its entries",
    Stage.ALLOCATION: "memory for carveouts",
    Stage.SEGMENTS: "program segments",
}
_SIGNS = {"ok": "ok", "refused": "FAIL", "perhaps": "?", "not reached": "-"}

MOST = 16
"""Findings that are told."""


def report(verdict: Verdict, width: int = 100, words: str | None = None) -> list[str]:
    """The lines, none longer than `width` columns; `words` are the answer where somebody knows a better one."""
    width = min(max(width, NARROWEST), WIDEST)
    lines = [part for line in _head(verdict, words) for part in wrap(line, width)]
    steps = [check for check in verdict.checks if check.stage in STAGE_TITLES]
    lines += ["", "Linux checks, in its order", *map(_step, steps)]
    rows, hidden = picture(verdict.facts, verdict.target, width)
    if rows:
        of = "" if verdict.target is GENERIC else f" of {verdict.target.name}"
        lines += ["", f"Memory{of}    {LEGEND}", *rows]
        lines += [f"{INDENT}… {hidden} more; --json has everything"] if hidden else []
    if verdict.findings:
        lines += ["", "Findings", *_findings(verdict.findings, width)]
    return [line if len(line) <= width else line[: width - 1] + "…" for line in lines]


def answer(verdict: Verdict) -> str:
    """Whether it boots, in one clause with the errno."""
    first = verdict.first
    return clause(verdict) + ("" if first is None else _errno(first))


def clause(verdict: Verdict) -> str:
    """Whether it boots and what the kernel would say."""
    wrong = next((finding for finding in verdict.findings if finding.code == "wrong-machine"), None)
    if verdict.would_boot:
        doubts = sum(finding.severity is Severity.WARNING for finding in verdict.findings)
        if wrong is not None:
            return f"Linux would boot it, but {wrong.message}"
        known = "" if verdict.is_known else ", as far as files tell"
        return f"would boot{known}" + (f", with {doubts} warning{'s' * (doubts > 1)}" if doubts else "")
    first = verdict.first or verdict.errors[0]
    sure = "would not boot" if first.certain else "would hardly boot"
    return f"{sure}: {kernel_line(first) or first.message}"


def in_few_words(verdict: Verdict) -> str:
    """The same for a cell of a list."""
    if verdict.elsewhere:
        return f"for {verdict.elsewhere[0].name}"
    if not verdict.would_boot:
        first = verdict.first or verdict.errors[0]
        if verdict.facts.elf is None and verdict.facts.container != "empty":
            return f"not ELF ({verdict.facts.container})"
        return kernel_line(first) or first.message
    elf = verdict.facts.elf
    if elf is not None and not verdict.fits:
        return f"for another core ({elf.machine})"
    doubts = sum(finding.severity is Severity.WARNING for finding in verdict.findings)
    word = "fits" if verdict.is_known else "may fit"
    return f"{word}, {doubts} doubt{'s' * (doubts > 1)}" if doubts else word


def elsewhere_text(verdict: Verdict) -> str:
    """Who would take it instead; empty where nobody would."""
    names = [target.title for target in verdict.elsewhere]
    return f"linked for another processor? It fits {' and '.join(names)}" if names else ""


def _head(verdict: Verdict, words: str | None) -> Iterator[str]:
    name = verdict.facts.file.rpartition("/")[2]
    on = "" if verdict.target is GENERIC else f" on {verdict.target.title}"
    yield f"{name}{on}: {words or answer(verdict)}"
    if verdict.elsewhere:
        yield elsewhere_text(verdict)


def _step(check: KernelCheck) -> str:
    said = ""
    if check.finding is not None:
        silence = "without a word" if check.result == "refused" else "not known"
        said = (kernel_line(check.finding) or silence) + _errno(check.finding)
    return f"  {_SIGNS[check.result]:<6}{STAGE_TITLES[check.stage]:<22}{said}".rstrip()


def _errno(finding: Finding) -> str:
    return "" if finding.errno is None else f" ({errno.errorcode.get(finding.errno, finding.errno)})"


def _findings(findings: Sequence[Finding], width: int) -> Iterator[str]:
    for finding in findings[:MOST]:
        label = f"  {finding.severity.value}".ljust(len(INDENT))
        for line in wrap(finding.message, width - len(INDENT)):
            yield label + line
            label = INDENT
        if finding.kernel and finding.kernel not in finding.message:
            yield f"{INDENT}Linux: {finding.kernel}"
    if len(findings) > MOST:
        yield f"{INDENT}… {len(findings) - MOST} more; --json has everything"
