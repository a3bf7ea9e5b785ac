"""Reloads a processor when its firmware file has become another one that would boot, and only then."""

from __future__ import annotations

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
from rproc_tui.model.outcome import Outcome, Result, Verb
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
        """The file is whole and at rest: take it if it is another one that would boot."""
        session, before = self._session, self._session.loaded
        await session.refresh()
        after = session.image
        if after is None:
            self._reject("the file cannot be read")
        elif before is not None and before.sha256 == after.sha256:
            self._show(WatchState.WAITING, "touched, content unchanged")
        elif not after.boots:
            self._reject(_fault(after))
        elif before is not None and before.resource_table is not None and after.resource_table is None:
            self._reject(f"it has no usable resource table, and the one that runs has ({after.verdict.resource_table})")
        else:
            await self._reload(before, after)

    async def _reload(self, before: FirmwareFacts | None, after: FirmwareFacts) -> None:
        change = summary(before, after)
        self._show(WatchState.RELOADING, change)
        outcome = await self._actions.act(self._session, Verb.RELOAD, None)
        self._narrator.acted(self._session, outcome)
        if outcome.ok:
            self._show(WatchState.WAITING, change, reloaded=True)
            self._narrator.firmware(self._session, f"{self._session.name} reloaded: {change}")
        else:
            self._reject(outcome.message)

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
