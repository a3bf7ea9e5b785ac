"""Tells what happens, as events in words."""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.clock import Clock
from rproc_tui.controller.host_session import HostSession
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.event import Event, EventKind
from rproc_tui.model.outcome import Outcome, Result
from rproc_tui.model.processor import State


class Narrator:
    """Makes events of facts; where they go is the listener's business."""

    def __init__(self, clock: Clock, happened: Callable[[Event], None]) -> None:
        self._clock = clock
        self._happened = happened

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
        kind = EventKind.CRASHED if fact.kind is Kind.CRASH_HANDLED else EventKind.KERNEL
        severity = "error" if fact.line.level <= 3 else "warning" if fact.line.level == 4 else "info"
        key, name = (None, None) if session is None else (session.key, session.name)
        self._happened(
            Event(
                self._clock.monotonic(), kind, fact.line.text, host.host.label, key, name, severity, lines=(fact.line,)
            )
        )

    def acted(self, session: ProcessorSession, outcome: Outcome) -> None:
        """One of our actions ended."""
        severity = {Result.DONE: "info", Result.REFUSED: "warning"}.get(outcome.result, "error")
        self._of(session, EventKind.ACTION, f"{outcome.verb}: {outcome.message}", severity=severity, outcome=outcome)

    def firmware(self, session: ProcessorSession, text: str, severity: str = "info") -> None:
        """Its watched firmware file changed, was taken or was rejected."""
        self._of(session, EventKind.FIRMWARE, text, severity=severity)

    def trouble(self, host: HostSession, text: str) -> None:
        """A host lacks something."""
        self._happened(Event(self._clock.monotonic(), EventKind.HOST, text, host.host.label, severity="warning"))

    def _of(
        self,
        session: ProcessorSession,
        kind: EventKind,
        text: str,
        *,
        severity: str = "info",
        outcome: Outcome | None = None,
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
            )
        )
