"""Reloads a processor when its firmware file has become another one that would boot, and only then."""

from __future__ import annotations

import asyncio
import os
import stat

from rproc_tui.clock import Clock
from rproc_tui.controller.actions import Actions
from rproc_tui.controller.firmware_watch import FileSettled, FileStirred, fingerprint, watch_file
from rproc_tui.controller.narrator import Narrator
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.controller.settings import Settings
from rproc_tui.controller.settle import Fingerprint
from rproc_tui.controller.tasks import Tasks
from rproc_tui.firmware.change import summary
from rproc_tui.firmware.facts import FirmwareFacts, Severity
from rproc_tui.firmware.fit import misfit
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import State
from rproc_tui.model.watch import Watch, WatchState


class Reloader:
    """The watch of one processor's firmware file."""

    def __init__(
        self, session: ProcessorSession, actions: Actions, clock: Clock, settings: Settings, narrator: Narrator
    ) -> None:
        self._session = session
        self._actions = actions
        self._clock = clock
        self._settings = settings
        self._narrator = narrator
        self._tasks = Tasks()
        self._left_down = False
        """Our own reload stopped the processor and could not start it."""

    async def switch(self, *, on: bool) -> Outcome:
        """Begin or end to watch."""
        await self._tasks.end()
        session, now = self._session, self._clock.monotonic()
        if not on:
            session.set_watch(None)
            return Outcome(Verb.WATCH, Result.DONE, f"the firmware of {session.name} is no longer watched", now)
        path = session.snapshot().firmware_local_path
        if path is None:
            name = session.snapshot().firmware
            reason = f"there is no file {name} on this machine to watch: copy it there or choose another with f"
            return Outcome(Verb.WATCH, Result.REFUSED, reason, now)
        session.set_watch(Watch(path, since=now))
        self._tasks.begin(self._run(path, fingerprint(path)), f"watch of {path}")
        return Outcome(Verb.WATCH, Result.DONE, f"watching {path}", now)

    async def close(self) -> None:
        """Stop watching."""
        await self._tasks.end()

    async def _run(self, path: str, known: Fingerprint | None) -> None:
        async for change in watch_file(path, known, clock=self._clock, settle=self._settings.settle):
            match change:
                case FileStirred():
                    self._show(WatchState.SETTLING, "the file changes")
                case FileSettled(fingerprint=None):
                    self._show(WatchState.MISSING, "the file is gone; the running firmware goes on")
                case FileSettled():
                    await self._consider()

    async def _consider(self) -> None:
        """The file is whole and at rest: take it if it is another one that would run where the present one does."""
        session, before = self._session, self._session.loaded
        await session.refresh()
        after = session.image
        if after is None:
            self._reject(await asyncio.to_thread(_what_is_there, session.watch))
        elif before is not None and before.sha256 == after.sha256 and session.state.is_up:
            self._show(WatchState.WAITING, "touched, content unchanged")
        elif not after.boots:
            self._reject(_fault(after))
        elif before is not None and (reason := misfit(before, after, session.snapshot().regions)) is not None:
            self._reject(reason)
        elif (instead := self._not_now()) is not None:
            self._show(WatchState.WAITING, f"a new build is there: {instead}")
        else:
            await self._reload(before, after)

    def _not_now(self) -> str | None:
        """Why a good build is not started by itself: only what runs is reloaded, and what our own reload left down."""
        session = self._session
        if self._settings.read_only:
            return "started with --read-only, so it is not loaded"
        if session.state is State.CRASHED:
            return "`r` loads it; the memory of the crash is lost then"
        if not session.state.is_up and not self._left_down:
            return "`b` boots it"
        return None

    async def _reload(self, before: FirmwareFacts | None, after: FirmwareFacts) -> None:
        session, change = self._session, summary(before, after)
        self._show(WatchState.RELOADING, change)
        outcome = await self._actions.act(session, Verb.RELOAD, None)
        self._narrator.acted(session, outcome)
        self._left_down = not session.state.is_up
        if outcome.ok:
            self._show(WatchState.WAITING, change, reloaded=True)
            self._narrator.firmware(session, f"{session.name} reloaded: {change}")
        else:
            why = "; ".join((outcome.message, *outcome.advice[:1]))
            self._reject(f"{session.name} is {session.state}: {why}" if self._left_down else why)

    def _reject(self, reason: str) -> None:
        self._show(WatchState.REJECTED, reason)
        self._narrator.firmware(self._session, f"{self._session.name}: new firmware not taken: {reason}", "error")

    def _show(self, state: WatchState, message: str, *, reloaded: bool = False) -> None:
        watch = self._session.watch
        if watch is not None:
            reloads = watch.reloads + int(reloaded)
            self._session.set_watch(Watch(watch.path, state, message, reloads, self._clock.monotonic()))


def _fault(facts: FirmwareFacts) -> str:
    """Why the kernel would not boot it, in one sentence."""
    errors = [problem for problem in facts.problems if problem.severity is Severity.ERROR]
    if errors:
        return errors[0].message
    return facts.verdict.sanity if facts.verdict.sanity != "ok" else facts.verdict.load


def _what_is_there(watch: Watch | None) -> str:
    """Why the kernel would find no firmware in the place of the watched file."""
    try:
        status = os.stat(watch.path if watch is not None else "")
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    if stat.S_ISDIR(status.st_mode):
        return "a directory is in its place"
    if not stat.S_ISREG(status.st_mode):
        return "what is in its place is no regular file"
    return "the file is empty" if status.st_size == 0 else "the file cannot be read"
