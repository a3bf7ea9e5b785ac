"""The check of a firmware against a processor: what the kernel would say, and what it never says."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rproc_tui.diagnosis.preflight.advice import machine_findings, table_findings
from rproc_tui.diagnosis.preflight.memory import BootMemory
from rproc_tui.diagnosis.preflight.resources import REFUSED_ENTRIES, allocation_findings, resource_findings
from rproc_tui.diagnosis.preflight.segments import REFUSED_SEGMENTS, placements, segment_findings
from rproc_tui.diagnosis.preflight.target import GENERIC, Target, beside
from rproc_tui.diagnosis.preflight.verdict import STAGES, Finding, Stage, Verdict
from rproc_tui.firmware.facts import ABSENT, OK, FirmwareFacts, Problem, Severity

_REQUEST = re.compile(r"request_firmware failed: -([0-9]+)", re.ASCII)

_NO_TABLE = {
    "no-table",
    "table-headerless",
    "table-version",
    "table-reserved",
    "table-incomplete",
    "table-outside",
    "table-unfindable",
}
"""Codes with which the kernel finds no table: fatal to drivers that want one, nothing to others."""

_ONLY_SOME_KERNELS = frozenset({"Section header table is out of bounds", "Section headers are out of bounds"})
"""Only stable kernels from late 2025 on look at all section headers."""

_OUR_OWN_LIMITS = frozenset({"compressed-bomb"})
"""Codes of what is refused here for being too large; a kernel may have more memory."""

_NAMES_IN_DOUBT = frozenset({"string-table", "section-name"})
"""Codes of section names that reach out of their table: Linux reads on, and may find a resource table all the same."""

_TOLD_BETTER = frozenset({*REFUSED_ENTRIES, *REFUSED_SEGMENTS, *_NO_TABLE, "carveout-twice"})
"""Codes of a file's own problems that the boot gone through here tells in its place."""


def check(facts: FirmwareFacts, target: Target | None = None, present: FirmwareFacts | None = None) -> Verdict:
    """Say whether it would boot there; without a target, whether the loader of the kernel's core would take it.

    `present` is what runs there now; regions that hold it are believed.
    """
    aim = beside(GENERIC if target is None else target, present)
    findings = [*_unreadable(facts, aim)]
    if not findings and facts.elf is not None:
        findings = [*_replay(facts, aim)]
        if facts.resource_table is None and any(problem.code in _NAMES_IN_DOUBT for problem in facts.problems):
            findings = [replace(f, certain=f.certain and f.code in REFUSED_SEGMENTS) for f in findings]
        told = {finding.code for finding in findings}
        told |= _answered(aim)
        findings += [_own(problem) for problem in facts.problems if not _is_told(problem, told)]
    return Verdict(facts, aim, tuple(sorted(findings, key=_rank)), placements(facts, aim))


def elsewhere(verdict: Verdict, others: Sequence[Target]) -> tuple[Target, ...]:
    """Other processors that hold all of it and are of the right kind, where this one is not."""
    if verdict.facts.elf is None or _is_at_home(verdict):
        return ()
    return tuple(other for other in others if _is_at_home(check(verdict.facts, other)))


def _is_at_home(verdict: Verdict) -> bool:
    wrong = any(finding.code in ("wrong-machine", "wrong-core") for finding in verdict.findings)
    held = all(placement.region is not None for placement in verdict.placements)
    return verdict.would_boot and held and bool(verdict.placements) and not wrong


def _rank(finding: Finding) -> tuple[int, int]:
    """Errors in the kernel's order, those it does not know behind them; then warnings, then notes."""
    stage = len(STAGES) if finding.stage is None else STAGES.index(finding.stage)
    severities = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
    return severities.index(finding.severity), stage


def _unreadable(facts: FirmwareFacts, target: Target) -> Iterator[Finding]:
    """What ends it before the kernel has an ELF file in its hands."""
    kernel = facts.verdict.sanity
    if kernel == OK:
        return
    problem = next((problem for problem in facts.problems if problem.fatal), None)
    code, message = ("sanity", kernel) if problem is None else (problem.code, problem.message)
    request = _REQUEST.fullmatch(kernel)
    if target.rules.own_loader and request is None:
        words = f"{message}; but {target.driver} loads files by rules of its own"
        yield Finding(code, Severity.WARNING, words, Stage.SANITY)
        return
    if code == "zstd-missing":
        yield Finding(code, Severity.WARNING, message, Stage.REQUEST)
        return
    stage, number = (Stage.SANITY, errno.EINVAL) if request is None else (Stage.REQUEST, int(request[1]))
    known = target.rules.own_loader is False and kernel not in _ONLY_SOME_KERNELS
    certain = (known or request is not None or target.certain) and code not in _OUR_OWN_LIMITS
    yield Finding(code, Severity.ERROR, message, stage, kernel, number, certain)


def _replay(facts: FirmwareFacts, target: Target) -> Iterator[Finding]:
    """The boot, gone through; every refusal is found, not only the first."""
    if target.rules.own_loader:
        words = f"{target.driver} loads files by rules of its own: nothing can be foretold"
        yield Finding("own-loader", Severity.NOTE, words, Stage.SANITY)
        return
    memory = BootMemory(target)
    table = facts.resource_table
    missing = _table_missing(facts, target)
    if missing is not None:
        yield missing
    elif table is not None:
        yield from resource_findings(facts, table, memory)
        yield from allocation_findings(memory)
    if not target.regions and target is not GENERIC:
        words = f"no file tells which memory {target.name} has: whether its segments fit cannot be said"
        yield Finding("memory-unknown", Severity.NOTE, words, Stage.SEGMENTS)
    yield from segment_findings(facts, memory)
    if missing is None and table is not None:
        yield from table_findings(facts, table, memory)
    yield from machine_findings(facts, target)


def _table_missing(facts: FirmwareFacts, target: Target) -> Finding | None:
    """The kernel finds no table that it can use."""
    problem = next((problem for problem in facts.problems if problem.code in _NO_TABLE), None)
    if problem is None:
        return None
    kernel = None if facts.verdict.resource_table in (ABSENT, OK) else problem.kernel
    if target.rules.wants_table:
        words = f"{problem.message.partition(';')[0]}; {target.driver or target.name} refuses a file without a table"
        certain, number = target.rules.own_loader is False, errno.EINVAL
        return Finding(problem.code, Severity.ERROR, words, Stage.TABLE, kernel, number, certain)
    if target is GENERIC and problem.code == "no-table":
        return Finding(problem.code, Severity.NOTE, problem.message)
    if target.rules.wants_table is None:
        return Finding(problem.code, Severity.WARNING, problem.message, Stage.TABLE, kernel)
    severity = Severity.NOTE if problem.code == "no-table" else Severity.WARNING
    words = f"{problem.message.partition(';')[0].partition(':')[0]}: no trace, no rpmsg"
    return Finding(problem.code, severity, words, kernel=kernel)


def _answered(target: Target) -> set[str]:
    """Codes of doubts that a file alone raises, and that what is known of the processor has settled."""
    settled = {"devmem-iommu"} if target.rules.iommu else set()
    return settled | ({"trace-outside"} if target.regions else set())


def _is_told(problem: Problem, told: set[str]) -> bool:
    """Whether a problem of the file is among the findings already, or better."""
    if problem.code in ("length-zero", "length-large") and "no-memory" in told:
        return True
    return problem.code in _TOLD_BETTER or problem.code in told


def _own(problem: Problem) -> Finding:
    """A problem of the file itself. What the kernel goes on with is no error here."""
    severity = problem.severity
    if severity is Severity.ERROR and not problem.fatal:
        severity = Severity.WARNING
    stage = Stage.RESOURCES if problem.code == "devmem-iommu" else None
    return Finding(problem.code, severity, problem.message, stage, problem.kernel)
