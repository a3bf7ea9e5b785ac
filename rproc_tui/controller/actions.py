"""Does one thing to one processor and says what became of it: never more than was read back."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from dataclasses import replace

from rproc_tui.clock import Clock
from rproc_tui.controller.explain import explain_action, is_worth_it
from rproc_tui.controller.preflight import foretold, objection
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.controller.settings import Settings
from rproc_tui.controller.steps import STEPS, Step
from rproc_tui.errors import ActionRefused, LineLost, NoSuchProcessor, RprocTuiError
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.hosts.base import Remote
from rproc_tui.linux.availability import why_not
from rproc_tui.model.connection import Link
from rproc_tui.model.diagnosis import UNKNOWN_CODE, Certainty
from rproc_tui.model.outcome import Outcome, Pending, Result, Verb
from rproc_tui.model.processor import Processor

LOG_PATIENCE = 0.03
"""Seconds that the kernel's lines about a failure are waited for; they come by another way than the errno."""


class Actions:
    """What can be done; one action at a time on one processor, different processors side by side."""

    def __init__(
        self, clock: Clock, settings: Settings, neighbours: Callable[[ProcessorSession], tuple[Processor, ...]]
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._neighbours = neighbours
        """The other processors of its machine: firmware may be meant for one of them."""

    async def act(
        self, session: ProcessorSession, verb: Verb, argument: str | None = None, *, wait: bool = False
    ) -> Outcome:
        """Do it, when `wait` is set after what is being done; what the kernel refuses is an outcome, no exception.

        Looks of a watch hold the processor, too; they are short, and are waited for.
        """
        if not wait:
            if session.pending is not None:
                return self._refused(verb, f"{session.name} is busy with another action: wait until it ends")
            session.set_pending(Pending(verb, self._clock.monotonic()))  # also while a watch only looks at it
        async with session.lock:
            session.set_pending(Pending(verb, self._clock.monotonic()))
            await self._look(session)
            seen = replace(session.snapshot(), pending=None)
            reason = _unreachable(session) or why_not(seen, verb, read_only=self._settings.read_only)
            hopeless = None if reason is not None else await self._foretold(session, verb)
            if hopeless is not None:
                outcome = hopeless
            elif reason is None:
                outcome = await self._perform(session, verb, argument)
            else:
                promised = self._settings.read_only and why_not(seen, verb) is None
                outcome = await self._explained(session, self._refused(verb, reason, errno.EROFS if promised else None))
            session.set_outcome(outcome)
        return outcome

    def objection(self, session: ProcessorSession, facts: FirmwareFacts) -> str | None:
        """Why a build is not to replace what runs; None when nothing speaks against it."""
        return objection(session, facts, self._neighbours(session))

    async def _foretold(self, session: ProcessorSession, verb: Verb) -> Outcome | None:
        """The refusal of what certainly cannot boot."""
        try:
            return await foretold(session, verb, self._neighbours(session), self._clock.monotonic())
        except (OSError, NoSuchProcessor):  # it went away meanwhile: the action itself says so
            return None

    def _refused(self, verb: Verb, reason: str, number: int | None = None) -> Outcome:
        return Outcome(verb, Result.REFUSED, reason, self._clock.monotonic(), errno=number)

    async def _perform(self, session: ProcessorSession, verb: Verb, argument: str | None) -> Outcome:
        began = self._clock.monotonic()
        first_line = session.history.next_sequence
        try:
            done = await STEPS[verb](Step(session, argument, self._clock, self._settings))
            await self._look(session)
            done.confirm(session)
        except (OSError, RprocTuiError) as error:
            await asyncio.sleep(LOG_PATIENCE)
            await self._look(session)
            return await self._failed(session, verb, error, began, first_line)
        now, lines = self._clock.monotonic(), session.history.since(first_line)
        outcome = Outcome(verb, Result.DONE, done.message, now, took=now - began, lines=lines, path=done.path)
        worth_it = is_worth_it(session.history.told_since(first_line))
        return await self._explained(session, outcome) if worth_it else outcome

    async def _explained(self, session: ProcessorSession, outcome: Outcome) -> Outcome:
        """With what is known of its cause. A refusal of our own has said what to do instead; the words end there."""
        from rproc_tui.diagnosis.advice import advice  # noqa: PLC0415 (nobody pays for it before something fails)

        found = await explain_action(session, outcome, self._neighbours(session))
        if outcome.advice:
            found = tuple(diagnosis for diagnosis in found if diagnosis.code != UNKNOWN_CODE)
        if outcome.result is Result.REFUSED:
            return replace(outcome, diagnoses=found)
        sure = any(diagnosis.is_trouble and diagnosis.certainty is Certainty.CERTAIN for diagnosis in found)
        return replace(outcome, diagnoses=found, advice=(*(() if sure else outcome.advice), *advice(found)))

    async def _failed(
        self, session: ProcessorSession, verb: Verb, error: OSError | RprocTuiError, began: float, first_line: int
    ) -> Outcome:
        now, lines = self._clock.monotonic(), session.history.since(first_line)
        if isinstance(error, LineLost):
            message = f"{verb} of {session.name} was under way when the line broke: whether it was done is unknown"
            hint = f"look again when {session.host.label} is back ({error.message})"
            return Outcome(verb, Result.UNKNOWN, message, now, took=now - began, lines=lines, advice=(hint,))
        if isinstance(error, RprocTuiError):
            message, hints = error.message, (error.hint,) if error.hint else ()
        else:
            message, hints = f"{verb} of {session.name} failed: {error.strerror or error}", ()
        result = Result.REFUSED if isinstance(error, ActionRefused) else Result.FAILED
        outcome = Outcome(verb, result, message, now, took=now - began, errno=error.errno, lines=lines, advice=hints)
        return await self._explained(session, outcome)

    async def _look(self, session: ProcessorSession) -> None:
        """See it as it is now, for what is decided or told next."""
        try:
            await session.refresh_live()
        except (OSError, NoSuchProcessor):  # it went away meanwhile; its host's session sees that
            return


def _unreachable(session: ProcessorSession) -> str | None:
    """Why nothing can be asked of its machine now: then nothing is sent, and nothing is unknown."""
    host = session.host
    if not isinstance(host, Remote) or host.connection.link not in (Link.LOST, Link.REFUSED):
        return None
    return f"{host.label} is {host.connection.link}: {host.connection.reason}"
