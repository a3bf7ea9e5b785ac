"""Tells what happens, as events in words."""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.clock import Clock
from rproc_tui.controller.explain import explain_line, is_worth_it
from rproc_tui.controller.host_session import HostSession
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.crash import CrashRecord, CrashStage
from rproc_tui.model.diagnosis import Diagnosis, Severity
from rproc_tui.model.event import Event, EventKind
from rproc_tui.model.outcome import Outcome, Result
from rproc_tui.model.processor import ProcessorKey, State

_BEGINNINGS = frozenset({Kind.AVAILABLE, Kind.POWERING_UP, Kind.ATTACHING, Kind.CRASH_DETECTED, Kind.UP})
"""Lines with which something new begins."""

_GRAVITY = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.BENIGN: "info"}


def _severity(fact: KernelFact, known: tuple[Diagnosis, ...]) -> str:
    """Of an event: what the line means counts more than the level that it was printed at."""
    if known:
        return _GRAVITY[known[0].severity]
    return "error" if fact.line.level <= 3 else "warning" if fact.line.level == 4 else "info"


class Narrator:
    """Makes events of facts; where they go is the listener's business."""

    def __init__(self, clock: Clock, happened: Callable[[Event], None]) -> None:
        self._clock = clock
        self._happened = happened
        self._captured: dict[ProcessorKey, tuple[str, str | None, tuple[str, ...]]] = {}
        """What was told last of each processor's crashes."""
        self._told: dict[ProcessorKey | None, set[str]] = {}

    def came(self, session: ProcessorSession) -> None:
        """A processor appeared."""
        self._of(session, EventKind.APPEARED, f"{session.name} appeared as {session.id}")

    def went(self, session: ProcessorSession) -> None:
        """A processor vanished."""
        self._of(session, EventKind.VANISHED, f"{session.name} ({session.id}) is gone", severity="warning")

    def state_changed(self, session: ProcessorSession, before: State, now: State) -> None:
        """Its state is another."""
        severity = "error" if now is State.CRASHED else "info"
        self._of(session, EventKind.STATE, f"{session.name} is {now}, was {before}", severity=severity)

    def heard(self, host: HostSession, fact: KernelFact, session: ProcessorSession | None, is_new: bool) -> None:
        """The kernel spoke; what it said before we came is no event."""
        if not is_new:
            return
        key, name = (None, None) if session is None else (session.key, session.name)
        known = self._explained(host, fact, session)
        event = Event(
            at=self._clock.monotonic(),
            kind=EventKind.CRASHED if fact.kind is Kind.CRASH_HANDLED else EventKind.KERNEL,
            text=fact.line.text,
            host=host.host.label,
            processor=key,
            name=name,
            severity=_severity(fact, known),
            lines=(fact.line,),
            diagnoses=known,
        )
        self._happened(event)

    def _explained(
        self, host: HostSession, fact: KernelFact, session: ProcessorSession | None
    ) -> tuple[Diagnosis, ...]:
        """What the line means; what the lines before it of the same boot or crash told already is not told again."""
        key = None if session is None else session.key
        if fact.kind in _BEGINNINGS:
            self._told.pop(key, None)
        if not is_worth_it([fact]):
            return ()
        others = tuple(other.snapshot() for other in host.processors.values() if other is not session)
        told = set() if session is None else self._told.setdefault(key, set())
        found = tuple(d for d in explain_line(fact, session, others) if d.code not in told)
        told.update(diagnosis.code for diagnosis in found)
        return found

    def acted(self, session: ProcessorSession, outcome: Outcome) -> None:
        """One of our actions ended."""
        severity = {Result.DONE: "info", Result.REFUSED: "warning"}.get(outcome.result, "error")
        self._of(session, EventKind.ACTION, f"{outcome.verb}: {outcome.message}", severity=severity, outcome=outcome)

    def captured(self, session: ProcessorSession, record: CrashRecord) -> None:
        """A crash was captured, and is examined; what is known already is not told again."""
        news = (record.id, record.title, record.problems)
        if record.stage is not CrashStage.READY or self._captured.get(session.key) == news:
            return
        self._captured[session.key] = news
        what = record.title or record.type or "nobody knows of what"
        where = f", in {record.place}" if record.place else ""
        kept = f"; kept in {record.folder}" if record.folder else ""
        trouble = "".join(f"; {problem}" for problem in record.problems)
        text = f"{session.name} crashed: {what}{where}{kept}{trouble}"
        self._of(session, EventKind.CAPTURED, text, severity="error", crash=record)

    def firmware(self, session: ProcessorSession, text: str, severity: str = "info") -> None:
        """Its watched firmware file changed, was taken or was rejected."""
        self._of(session, EventKind.FIRMWARE, text, severity=severity)

    def trouble(self, host: HostSession, text: str) -> None:
        """A host lacks something."""
        self._happened(Event(self._clock.monotonic(), EventKind.HOST, text, host.host.label, severity="warning"))

    def returned(self, host: HostSession, text: str) -> None:
        """The line to a host stands again."""
        self._happened(Event(self._clock.monotonic(), EventKind.HOST, text, host.host.label))

    def seen_again(self, session: ProcessorSession, outcome: Outcome) -> None:
        """A processor was looked at after an action whose answer was lost."""
        text = f"{outcome.verb}: {' '.join(outcome.advice)}"
        self._of(session, EventKind.ACTION, text, severity="warning", outcome=outcome)

    def _of(
        self,
        session: ProcessorSession,
        kind: EventKind,
        text: str,
        *,
        severity: str = "info",
        outcome: Outcome | None = None,
        crash: CrashRecord | None = None,
    ) -> None:
        lines = () if outcome is None else outcome.lines
        self._happened(
            Event(
                self._clock.monotonic(),
                kind,
                text,
                session.key.host,
                session.key,
                session.name,
                severity,
                lines,
                outcome,
                crash=crash,
            )
        )
