"""Asks the check before a boot: what certainly cannot boot is refused before anything is written or stopped."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import TYPE_CHECKING

from rproc_tui.controller.firmware_file import FirmwareFiles
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.controller.staging import NO_NAME
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.facts import Severity as Weight
from rproc_tui.linux import firmware_path
from rproc_tui.linux.firmware_place import firmware_place
from rproc_tui.linux.staged_name import own_name
from rproc_tui.model.diagnosis import Certainty, Diagnosis, Severity
from rproc_tui.model.firmware_place import Obstacle
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import Processor, State

if TYPE_CHECKING:
    from rproc_tui.diagnosis.preflight.verdict import Finding, Verdict

LOADING = frozenset({Verb.BOOT, Verb.RELOAD})
"""What loads a firmware file; an attach does not."""

_OBSTACLES = {
    Obstacle.DIRECTORY: (errno.EINVAL, "is a directory"),
    Obstacle.EMPTY: (errno.EINVAL, "is empty"),
    Obstacle.DANGLING: (errno.ENOENT, "is a link to nothing"),
    Obstacle.NOT_REGULAR: (errno.EINVAL, "is no regular file"),
}


async def foretold(
    session: ProcessorSession, verb: Verb, neighbours: tuple[Processor, ...], now: float
) -> Outcome | None:
    """The refusal of a boot or reload that the kernel certainly would refuse; None when the kernel is to be asked."""
    if verb not in LOADING or session.state is State.DETACHED:
        return None
    facts = await _to_be_loaded(session)
    if facts is None:
        return await _without_file(session, verb, now)
    runs = session.state.is_up or session.state is State.CRASHED
    verdict = _check(session, facts, neighbours, session.loaded if runs else None)
    return _refusal(session, verb, verdict, now) if verdict.refused else None


def objection(session: ProcessorSession, facts: FirmwareFacts, neighbours: tuple[Processor, ...]) -> str | None:
    """Why a build is not to replace what runs, in a sentence; None when nothing speaks against it.

    A person who reloads by hand may take a doubtful one; a watch does not.
    """
    before = session.loaded
    verdict = _check(session, facts, neighbours, before)
    if not verdict.fits:
        from rproc_tui.diagnosis.preflight.report import elsewhere_text  # noqa: PLC0415

        reason = _against(verdict)[0].message
        instead = elsewhere_text(verdict)
        return f"{instead}: {reason}" if instead else reason
    if before is not None and before.resource_table is not None and facts.resource_table is None:
        return f"it has no usable resource table, and what runs has ({facts.verdict.resource_table})"
    return None


def prospects(session: ProcessorSession, neighbours: tuple[Processor, ...]) -> tuple[Diagnosis, ...]:
    """Why the next boot of a processor that is offline would fail, by its file as last seen: a reason of each kind."""
    name = session.snapshot().firmware
    if session.state is not State.OFFLINE or name is None or name in NO_NAME:
        return ()
    if session.snapshot().firmware_path is None:
        cause = f"no file that could be loaded is to be seen for {name} where the kernel looks for firmware"
        cure = "copy the file there, or choose another with `firmware`"
        return (Diagnosis("firmware-not-found", Severity.WARNING, Certainty.LIKELY, cause, cure),)
    if session.image is None:  # it cannot be read, or has not been yet
        return ()
    verdict = _check(session, session.image, neighbours, None)
    if verdict.fits:
        return ()
    from rproc_tui.diagnosis.preflight.report import elsewhere_text  # noqa: PLC0415

    cure = elsewhere_text(verdict) or f"`check FILE --on {session.name}` tells more of {name}"
    kinds = {finding.code: finding for finding in reversed(_against(verdict))}
    first_of_each = tuple(reversed(kinds.values()))
    return tuple(_diagnosis(finding, cure if finding is first_of_each[-1] else "") for finding in first_of_each)


async def _without_file(session: ProcessorSession, verb: Verb, now: float) -> Outcome | None:
    """The refusal to stop what runs when the file that it came from is there no more.

    A boot stops nothing, and the kernel says best what is wrong; it may have firmware where no file is to be seen.
    """
    if verb is not Verb.RELOAD or not session.state.is_up or session.loaded is None:
        return None
    name = _next_name(session)
    place = await firmware_place(session.host, name)
    if place.path is not None and place.obstacle is None:  # it is there; only this program may not read it
        return None
    number, why = (errno.ENOENT, "is not there") if place.obstacle is None else _OBSTACLES[place.obstacle]
    where = place.path or f"{place.name} in {place.folders[-1]}"
    return Outcome(
        verb,
        Result.REFUSED,
        f"{where} {why}: {session.name} would be stopped and could not start again; what runs goes on",
        now,
        errno=number,
        advice=("put the file there, then reload; `stop` if it is to be stopped all the same",),
    )


def _next_name(session: ProcessorSession) -> str:
    """What its next start loads, by name."""
    return session.staged or own_name(session.snapshot().firmware or "")


async def _to_be_loaded(session: ProcessorSession) -> FirmwareFacts | None:
    """What is in the file that its next start loads, now."""
    await session.refresh_image()
    name = _next_name(session)
    if name == (session.snapshot().firmware or ""):
        return session.image
    path = await firmware_path.find(session.host, name)
    return None if path is None else await FirmwareFiles(session.host).facts(path)


def _check(
    session: ProcessorSession, facts: FirmwareFacts, neighbours: tuple[Processor, ...], present: FirmwareFacts | None
) -> Verdict:
    from rproc_tui.diagnosis.preflight.preflight import check, elsewhere  # noqa: PLC0415 (looking costs nothing of it)
    from rproc_tui.diagnosis.preflight.target import target_of  # noqa: PLC0415

    verdict = check(facts, target_of(session.snapshot()), present)
    if verdict.fits:
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


def _against(verdict: Verdict) -> tuple[Finding, ...]:
    """What speaks against a build that does not fit; not empty."""
    return tuple(f for f in verdict.findings if f.code == "wrong-machine" or f.severity is Weight.ERROR)


def _diagnosis(finding: Finding, cure: str) -> Diagnosis:
    if finding.severity is not Weight.ERROR:  # a fact about the file, which the kernel never looks at
        return Diagnosis(finding.code, Severity.WARNING, Certainty.CERTAIN, finding.message, cure)
    certainty = Certainty.CERTAIN if finding.certain else Certainty.LIKELY
    return Diagnosis(finding.code, Severity.ERROR, certainty, finding.message, cure)
