"""Decides about builds: a processor is reloaded when there is another one that would boot, and only then.

The kernel never reads the watched file. A build that was found good is installed under a name of its own, and that name
is what `firmware` is given, so that no start and no recovery can meet half of a file.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno

from rproc_tui.clock import Clock
from rproc_tui.controller.actions import Actions
from rproc_tui.controller.firmware_watch import fingerprint
from rproc_tui.controller.narrator import Narrator
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.controller.recovery_guard import RecoveryGuard
from rproc_tui.controller.rollback import Rollback
from rproc_tui.controller.settings import Settings
from rproc_tui.controller.source_file import Build, NoBuild, read_build
from rproc_tui.controller.staging import CLOSED
from rproc_tui.controller.tasks import Tasks
from rproc_tui.errors import RprocTuiError
from rproc_tui.firmware.change import summary
from rproc_tui.linux.paths import FIRMWARE_CLASS_PATH
from rproc_tui.linux.staged_name import is_staged, own_name, staged_name
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import State
from rproc_tui.model.watch import Watch, WatchState

TRIES = 5
"""How often a processor is asked to stop for a new build: one that crashes just then cannot be."""

TRY_AGAIN = 0.3
"""Seconds between two tries, when its state does not change before."""


class Reloader:
    """The builds of one watched processor."""

    def __init__(
        self,
        session: ProcessorSession,
        actions: Actions,
        clock: Clock,
        settings: Settings,
        narrator: Narrator,
        *,
        rollback: Rollback | None,
    ) -> None:
        self._session = session
        self._actions = actions
        self._clock = clock
        self._settings = settings
        self._narrator = narrator
        self._rollback = rollback
        self._guard = RecoveryGuard(session)
        self._tasks = Tasks()
        self._path = ""
        self._own = ""
        """The processor's own firmware name."""
        self._wanted: Build | None = None
        """The last good build of the file: what runs, or what is to run as soon as that may be."""
        self._tries = 0
        self._left_down = False
        """Our own reload stopped the processor and could not start it."""

    async def begin(self, path: str, *, in_place: bool) -> None:
        """The watch of a file begins; `in_place`: it is the one that the kernel reads by the processor's own name."""
        self._path, self._wanted, self._left_down = path, None, False
        self._own = own_name(self._session.firmware or "")
        if in_place and not self._settings.read_only:
            await self._guard.hold()
        if self._rollback is not None:
            await self._rollback.remember()

    async def end(self) -> None:
        """The watch ends."""
        await self._tasks.end()
        await self._guard.release()
        if self._rollback is not None:
            await self._rollback.end()

    async def consider(self) -> float | None:
        """The file is at rest: want what is in it, if it is whole and would run where the present firmware does.

        The answer is in how many seconds to look again.
        """
        found = await asyncio.to_thread(read_build, self._path)
        if isinstance(found, NoBuild):
            if found.moving:
                return self._settings.settle
            self.reject(found.reason)
            return None
        await self._look()
        reason = self._actions.objection(self._session, found.facts)
        if reason is not None:
            self.reject(reason)
            return None
        self._wanted, self._tries = found, 0
        return await self._take(found)

    async def catch_up(self) -> float | None:
        """The processor is in another state: perhaps the wanted build can be taken now. Answers as `consider` does."""
        if self._session.state.is_up:
            self._left_down = False
        elif self._session.state is State.CRASHED and self._guard.holds:
            return await self.consider()
        if self._wanted is None or self._runs(self._wanted):
            return None
        await self._look()
        return await self._take(self._wanted)

    async def _look(self) -> None:
        """See the processor as it is; whoever does something to it first ends that."""
        async with self._session.lock:
            await self._session.refresh()

    def _runs(self, build: Build) -> bool:
        """By its name, since a start loads what is named; by its content while no build of ours is named."""
        session, name = self._session, self._session.firmware or ""
        if not session.state.is_up:
            return False
        if is_staged(name):
            return name == staged_name(own_name(name), session.id, build.digest)
        return session.loaded is not None and session.loaded.sha256 == build.digest

    async def _take(self, build: Build) -> float | None:
        """Let it run, or be the next that runs."""
        session = self._session
        held = self._guard.holds and session.state is State.CRASHED
        another = session.loaded is None or session.loaded.sha256 != build.digest
        if held and not await self._guard.recover(lambda: fingerprint(self._path) == build.fingerprint):
            return self._settings.settle
        if self._runs(build) and not (held and another):  # a recovery loads another build into the old one's memory
            session.staged = session.firmware if is_staged(session.firmware or "") else None
            await self._sweep()
            self.show(WatchState.WAITING, "touched, content unchanged")
        elif (reason := self._obstacle() or await self._install(build)) is not None:
            self._wanted = None
            self.reject(reason)
        elif (instead := self._not_now()) is not None:
            what = "a new build is there" if another else "the build that ran last is the newest"
            self.show(WatchState.WAITING, f"{what}: {instead}")
        else:
            return await self._reload(build)
        return None

    def _obstacle(self) -> str | None:
        """Somebody gave it another firmware. The name of what ran before Linux came is known once it was stopped."""
        session = self._session
        now = own_name(session.firmware or "")
        if self._own in ("", "unknown"):
            self._own = now
        if now in (self._own, "", "unknown"):
            return None
        return f"{session.name} was given {session.firmware} meanwhile: watch it again to load builds as that"

    async def _install(self, build: Build) -> str | None:
        """Install it, and name it where the kernel lets us; why it cannot be installed, in one sentence."""
        session = self._session
        if self._settings.read_only:
            return None
        try:
            session.staged = await session.staging.install(
                build.content, build.digest, suffix=build.suffix, progress=self._sending
            )
        except OSError as error:
            cure = f"; write a folder of yours to {FIRMWARE_CLASS_PATH}" if error.errno in CLOSED else ""
            return f"it cannot be installed where {session.name} looks for firmware: {error.strerror or error}{cure}"
        except RprocTuiError as error:
            return str(error)
        if session.state is State.OFFLINE:
            with contextlib.suppress(OSError, RprocTuiError):  # in the middle of a recovery it only seems offline
                await session.staging.take(session.staged)
            await session.refresh()
            await self._guard.release_when_safe()
        await self._sweep()
        return None

    async def _sweep(self) -> None:
        """Remove the builds that nobody needs any more."""
        if not self._settings.read_only:
            await self._session.staging.sweep(self._session.firmware, self._session.staged)

    def _not_now(self) -> str | None:
        """Why a good build is not started by itself: only what runs is reloaded, and what our own reload left down."""
        state = self._session.state
        if self._settings.read_only:
            return "started with --read-only, so it is not loaded"
        if state is State.CRASHED:
            return "`r` loads it; the memory of the crash is lost then"
        if state is State.ATTACHED:
            return "what runs was there before Linux came; `r` stops it and loads the build"
        if state is State.OFFLINE:
            return None if self._left_down else "`b` boots it"
        return None if state.is_up else f"it is {state}"

    async def _reload(self, build: Build) -> float | None:
        session = self._session
        change = summary(session.loaded, build.facts)
        self.show(WatchState.RELOADING, change)
        outcome = await asyncio.shield(asyncio.ensure_future(self._act(build)))
        self._narrator.acted(session, outcome)
        if not outcome.ok:
            await session.refresh()
        self._left_down = not outcome.ok and session.state is State.OFFLINE  # what started and crashed is not for us
        await self._guard.release_when_safe()
        if outcome.ok:
            await self._sweep()
            self.show(WatchState.WAITING, change, reloaded=True)
            self._narrator.firmware(session, f"{session.name} reloaded: {change}")
            if self._rollback is not None:
                self._tasks.begin(self._hear_of_trial(self._rollback, build), f"outcome of a trial of {session.name}")
            return None
        self._tries += 1
        if self._was_in_a_crash(outcome) and self._tries < TRIES:
            return TRY_AGAIN
        self._wanted = None
        why = "; ".join((outcome.message, *outcome.advice[:1]))
        self.reject(f"{session.name} is {session.state}: {why}" if self._left_down else why)
        return None

    def _was_in_a_crash(self, outcome: Outcome) -> bool:
        """It was not stopped, since it crashed or recovered at that moment; never so when somebody else holds it."""
        started = self._session.firmware == self._session.staged
        return not started and (outcome.result is Result.REFUSED or outcome.errno == errno.EINVAL)

    async def _act(self, build: Build) -> Outcome:
        if self._rollback is not None:
            return await self._rollback.reload(build.content)
        return await self._actions.act(self._session, Verb.RELOAD, wait=True)

    async def _hear_of_trial(self, rollback: Rollback, build: Build) -> None:
        outcome = await rollback.result()
        if outcome is not None:
            self._wanted = None if self._wanted is build else self._wanted
            self.reject(outcome.message)

    def reject(self, reason: str) -> None:
        """Say why nothing is taken."""
        self.show(WatchState.REJECTED, reason)
        self._narrator.firmware(self._session, f"{self._session.name}: new firmware not taken: {reason}", "error")

    def _sending(self, done: int, size: int) -> None:
        """Show how much of a build has come to a board elsewhere; onto a disk of ours it comes at once."""
        if done < size:
            self.show(WatchState.RELOADING, f"sending the build: {100 * done // size} % of {size >> 10} KiB")

    def show(self, state: WatchState, message: str, *, reloaded: bool = False) -> None:
        """Show how the watch stands."""
        watch = self._session.watch
        if watch is not None:
            reloads = watch.reloads + int(reloaded)
            self._session.set_watch(Watch(watch.path, state, message, reloads, self._clock.monotonic()))
