"""Puts together what is known about a failure or a line, and has it explained."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.diagnosis import Diagnosis, Severity
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.outcome import Outcome, Verb
from rproc_tui.model.processor import Processor

if TYPE_CHECKING:
    from rproc_tui.model.firmware_place import FirmwarePlace

WARNING = 4
"""Kernel log level; what is no less grave is worth an explanation."""

LINES_MOST = 40
"""Lines before the one to be explained that are looked at."""

_WORDS_OF_THEIR_OWN = frozenset({Kind.OTHER, Kind.FAULT, Kind.DRIVER_FAILED, Kind.OOPS})
"""Lines that no rule of the log's reader knows; what they mean is the catalogue's matter, whatever their level."""

_ENDS = frozenset({Kind.UP, Kind.ATTACHED, Kind.DETACHED, Kind.BOOT_FAILED, Kind.RELEASED})
"""Lines with which a boot is over; what stands before them has nothing to do with what follows."""

_STARTS = frozenset({Kind.POWERING_UP, Kind.ATTACHING})
_LOADING = frozenset({Verb.BOOT, Verb.RELOAD, Verb.RECOVER})
_NO_FILE = frozenset({errno.ENOENT, errno.EINVAL, errno.ELOOP, errno.ENOTDIR})
"""Errors after which it helps to know what is in the place of the firmware."""


def is_worth_it(facts: Iterable[KernelFact]) -> bool:
    """Whether any of the lines asks for an explanation: a boot that goes well has none such."""
    return any(fact.line.level <= WARNING or fact.kind in _WORDS_OF_THEIR_OWN for fact in facts)


async def explain_action(
    session: ProcessorSession, outcome: Outcome, neighbours: tuple[Processor, ...]
) -> tuple[Diagnosis, ...]:
    """Why an action ended as it did. The catalogue is read when it is first needed, beside the event loop."""
    from rproc_tui.diagnosis.case import Case  # noqa: PLC0415 (whoever sees nothing fail does not pay for it)
    from rproc_tui.diagnosis.catalogue import catalogue  # noqa: PLC0415
    from rproc_tui.diagnosis.match import diagnose  # noqa: PLC0415

    place = await _place(session) if outcome.verb in _LOADING and outcome.errno in _NO_FILE else None
    case = Case(
        processor=session.snapshot(),
        lines=outcome.lines,
        verb=outcome.verb,
        result=outcome.result,
        errno=outcome.errno,
        image=session.image,
        place=place,
        neighbours=neighbours,
    )
    return diagnose(case, await asyncio.to_thread(catalogue))


def explain_line(
    fact: KernelFact, session: ProcessorSession | None, neighbours: tuple[Processor, ...]
) -> tuple[Diagnosis, ...]:
    """What a line means that nobody asked for, in the light of those before it."""
    from rproc_tui.diagnosis.case import Case  # noqa: PLC0415
    from rproc_tui.diagnosis.match import diagnose  # noqa: PLC0415

    processor = None if session is None else session.snapshot()
    image = None if session is None else session.shown_image
    lines = (*_before(session, fact), fact.line)
    return diagnose(Case(processor, lines, image=image, neighbours=neighbours, newest=fact.line.sequence))


def explain_state(session: ProcessorSession, neighbours: tuple[Processor, ...]) -> tuple[Diagnosis, ...]:
    """What is to be said of a processor as it stands, of what the kernel said since its last start, and of its next."""
    from rproc_tui.diagnosis.case import Case  # noqa: PLC0415
    from rproc_tui.diagnosis.match import diagnose  # noqa: PLC0415

    standing = Case(session.snapshot(), image=session.shown_image, neighbours=neighbours)
    told = {diagnosis.code: diagnosis for diagnosis in diagnose(standing)}
    lines = _since_its_start(session)
    for diagnosis in diagnose(replace(standing, lines=lines)) if lines else ():
        told.setdefault(diagnosis.code, diagnosis)
    if not any(diagnosis.severity is Severity.ERROR for diagnosis in told.values()):  # the kernel has not said why
        from rproc_tui.controller.preflight import prospects  # noqa: PLC0415 (it reads what is in firmware)

        told |= {diagnosis.code: diagnosis for diagnosis in prospects(session, neighbours)}
    weights = list(Severity)
    return tuple(sorted(told.values(), key=lambda diagnosis: weights.index(diagnosis.severity)))


def _before(session: ProcessorSession | None, fact: KernelFact) -> tuple[KernelLine, ...]:
    """The lines of the same boot or crash before a line."""
    lines: list[KernelLine] = []
    for earlier in reversed(session.history.facts) if session is not None else ():
        if earlier is fact or earlier.line.sequence >= fact.line.sequence:
            continue
        if earlier.kind in _ENDS or len(lines) == LINES_MOST:
            break
        lines.append(earlier.line)
    return tuple(reversed(lines))


def _since_its_start(session: ProcessorSession) -> tuple[KernelLine, ...]:
    """The lines from the last start or attach on, the latest of them."""
    lines: list[KernelLine] = []
    for fact in reversed(session.history.facts):
        lines.append(fact.line)
        if fact.kind in _STARTS or len(lines) == LINES_MOST:
            break
    return tuple(reversed(lines))


async def _place(session: ProcessorSession) -> FirmwarePlace | None:
    from rproc_tui.linux.firmware_place import firmware_place  # noqa: PLC0415

    name = session.snapshot().firmware
    if not name:
        return None
    try:
        return await firmware_place(session.host, name)
    except OSError:  # the host is going away
        return None
