"""Asks the check before a boot: what certainly cannot boot is refused before anything is written or stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rproc_tui.controller.firmware_file import FirmwareFiles
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.linux import firmware_path
from rproc_tui.linux.staged_name import own_name
from rproc_tui.model.diagnosis import Certainty, Diagnosis, Severity
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import Processor, State

if TYPE_CHECKING:
    from rproc_tui.diagnosis.preflight.verdict import Finding, Verdict

LOADING = frozenset({Verb.BOOT, Verb.RELOAD})
"""What loads a firmware file; an attach does not."""


async def foretold(
    session: ProcessorSession, verb: Verb, neighbours: tuple[Processor, ...], now: float
) -> Outcome | None:
    """The refusal of a boot or reload that the kernel certainly would refuse; None when the kernel is to be asked."""
    if verb not in LOADING or session.state is State.DETACHED:
        return None
    facts = await _to_be_loaded(session)
    if facts is None:  # the kernel says best what is wrong with a file that is not there
        return None
    verdict = _check(session, facts, neighbours)
    return _refusal(session, verb, verdict, now) if verdict.refused else None


async def _to_be_loaded(session: ProcessorSession) -> FirmwareFacts | None:
    """What is in the file that its next start loads, now."""
    await session.refresh()
    present = session.snapshot().firmware or ""
    name = session.staged or own_name(present)
    if name == present:
        return session.image
    path = await firmware_path.find(session.host, name)
    return None if path is None else await FirmwareFiles(session.host).facts(path)


def _check(session: ProcessorSession, facts: FirmwareFacts, neighbours: tuple[Processor, ...]) -> Verdict:
    from rproc_tui.diagnosis.preflight.preflight import check, elsewhere  # noqa: PLC0415 (looking costs nothing of it)
    from rproc_tui.diagnosis.preflight.target import target_of  # noqa: PLC0415

    runs = session.state.is_up or session.state is State.CRASHED
    verdict = check(facts, target_of(session.snapshot()), session.loaded if runs else None)
    if not verdict.refused:
        return verdict
    return replace(verdict, elsewhere=elsewhere(verdict, [target_of(other) for other in neighbours]))


def _refusal(session: ProcessorSession, verb: Verb, verdict: Verdict, now: float) -> Outcome:
    from rproc_tui.diagnosis.preflight.report import clause, elsewhere_text  # noqa: PLC0415

    first = verdict.first or verdict.errors[0]
    name = verdict.facts.file.rpartition("/")[2]
    instead = elsewhere_text(verdict)
    still = "; what runs goes on" if session.state.is_up else ""
    return Outcome(
        verb,
        Result.REFUSED,
        f"{name} on {session.name} {clause(verdict)}{still}",
        now,
        errno=first.errno,
        advice=tuple(filter(None, (instead, *(finding.message for finding in verdict.errors[:3])))),
        diagnoses=tuple(_diagnosis(finding, instead) for finding in verdict.errors),
    )


def _diagnosis(finding: Finding, cure: str) -> Diagnosis:
    certainty = Certainty.CERTAIN if finding.certain else Certainty.LIKELY
    return Diagnosis(finding.code, Severity.ERROR, certainty, finding.message, cure)
