"""Reloads on trial: firmware that does not start, or crashes in its first seconds, gives way to the last good one."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib

from rproc_tui.clock import Clock
from rproc_tui.controller.actions import Actions
from rproc_tui.controller.firmware_file import READ_MOST
from rproc_tui.controller.last_good import LastGood
from rproc_tui.controller.narrator import Narrator
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.controller.settings import Settings
from rproc_tui.controller.tasks import Tasks
from rproc_tui.errors import RprocTuiError
from rproc_tui.firmware.container import recognise
from rproc_tui.firmware.inspect import SUFFIXES
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import Note, State

LOOK = 0.05
"""Seconds between two looks whether it still runs."""

TRIES = 5
"""A processor that crashes again and again may be in its recovery just when it is told to stop."""

TRY_AGAIN = 0.2
"""Seconds between two of them."""


class Rollback:
    """The trials of one processor; one at a time."""

    def __init__(
        self, session: ProcessorSession, actions: Actions, clock: Clock, settings: Settings, narrator: Narrator
    ) -> None:
        self._session = session
        self._actions = actions
        self._clock = clock
        self._seconds = settings.trial
        self._narrator = narrator
        self._last_good = LastGood(settings.folder(), session.key)
        self._tasks = Tasks()
        self._trial: asyncio.Task[Outcome | None] | None = None
        self._going_back = False

    async def reload(self, content: bytes | None = None) -> Outcome:
        """Reload, and begin the trial. A start that fails ends with the last good one running.

        `content` is what the processor is to load; None: what lies where the kernel looks for it.
        """
        await self.remember()
        await self.end()
        session = self._session
        if content is None:
            content = await self._in_place()
        crashes = session.history.crashes or 0
        outcome = await self._actions.act(session, Verb.RELOAD, wait=True)
        if outcome.ok:
            self._trial = self._tasks.begin(self._try(content, crashes), f"trial of {session.name}")
            return outcome
        if outcome.result is Result.REFUSED or session.state.is_up or content is None:
            return outcome
        return await self._go_back(content, outcome.message)

    async def result(self) -> Outcome | None:
        """Wait for the end of the trial under way; None when it was passed or broken off, else how it was undone."""
        return None if self._trial is None else await self._trial

    async def end(self) -> None:
        """Break the trial off; a way back that was begun is gone to its end."""
        if self._trial is not None and self._going_back:
            await asyncio.wait({self._trial})
        await self._tasks.end()
        self._trial = None

    async def remember(self) -> None:
        """Keep what runs now as good, where it is known to be what lies in place."""
        session = self._session
        running, image = session.loaded, session.image
        doubtful = (self._trial is not None and not self._trial.done()) or Note.CRASH_LOOP in session.snapshot().notes
        if doubtful or not session.state.is_up or running is None or image is None or running.sha256 != image.sha256:
            return
        content = await self._in_place()
        if content is not None and hashlib.sha256(content).hexdigest() == running.sha256:
            await self._keep(content)

    async def _in_place(self) -> bytes | None:
        path = self._session.snapshot().firmware_path
        if path is None:
            return None
        try:
            return await self._session.host.read(path, limit=READ_MOST)
        except OSError:
            return None

    async def _keep(self, content: bytes) -> None:
        try:
            await asyncio.to_thread(self._last_good.keep, content)
        except OSError as error:
            text = f"{self._session.name}: its last good firmware cannot be kept: {error.strerror}"
            self._narrator.firmware(self._session, text, "warning")

    async def _try(self, content: bytes | None, crashes: int) -> Outcome | None:
        """Look at it for the time of the trial."""
        session, began = self._session, self._clock.monotonic()
        while (age := self._clock.monotonic() - began) < self._seconds:
            if session.state is State.CRASHED or (session.history.crashes or 0) > crashes:
                outcome = await self._go_back(content, f"{session.name} crashed {age:.1f} s after its start")
                session.set_outcome(outcome)
                self._narrator.acted(session, outcome)
                return outcome
            if not session.state.is_up:  # somebody stopped it
                return None
            await asyncio.sleep(LOOK)
        if content is not None:
            await self._keep(content)
        return None

    async def _go_back(self, content: bytes | None, reason: str) -> Outcome:
        self._going_back = True
        try:
            return await self._start_last_good(content, reason)
        finally:
            self._going_back = False

    async def _start_last_good(self, content: bytes | None, reason: str) -> Outcome:
        session = self._session
        good = await asyncio.to_thread(self._last_good.content)
        if good is None or good == content:
            return self._failed(f"{reason}; there is no last good firmware to go back to")
        try:
            suffix = SUFFIXES.get(recognise("", good, len(good)).kind, "")
            session.staged = await session.staging.install(good, hashlib.sha256(good).hexdigest(), suffix=suffix)
            outcome = await self._insist()
        except (OSError, RprocTuiError) as error:
            return self._failed(f"{reason}; the last good firmware cannot be installed: {error}")
        finally:
            if session.watch is None:  # the next reload is one of its own firmware again
                session.staged = None
        with contextlib.suppress(OSError, RprocTuiError):
            await session.staging.sweep(session.firmware, session.staged)
        if not outcome.ok:
            return self._failed(f"{reason}; and the last good firmware did not start: {outcome.message}")
        return self._failed(f"{reason}; {session.name} runs the last good firmware again")

    async def _insist(self) -> Outcome:
        for _ in range(TRIES - 1):
            outcome = await self._actions.act(self._session, Verb.RELOAD, wait=True)
            if outcome.ok:
                return outcome
            await asyncio.sleep(TRY_AGAIN)
        return await self._actions.act(self._session, Verb.RELOAD, wait=True)

    def _failed(self, message: str) -> Outcome:
        return Outcome(Verb.RELOAD, Result.FAILED, message, self._clock.monotonic())
