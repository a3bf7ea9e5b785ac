"""The watch of one processor's firmware: begins, hears the file and the processor, ends, and sets back what was set.

The kernel takes a firmware name only while the processor is offline (EBUSY otherwise). So the processor's own name is
set back when the watch ends and it is offline, else at its next stop or boot by this program; until then `firmware`
names the build that runs, and a recovery starts just that one. The watched file itself is never written.
"""

from __future__ import annotations

import asyncio
import contextlib
import os

from rproc_tui.clock import Clock
from rproc_tui.controller.firmware_watch import FileSettled, FileStirred, fingerprint, watch_file
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.controller.reloader import Reloader
from rproc_tui.controller.settings import Settings
from rproc_tui.controller.settle import Fingerprint
from rproc_tui.controller.tasks import Tasks
from rproc_tui.errors import NoSuchProcessor, RprocTuiError
from rproc_tui.linux import firmware_path
from rproc_tui.linux.staged_name import is_staged, own_name
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.watch import Watch, WatchState
from rproc_tui.sanitise import sanitise

FAREWELL = 10.0
"""Seconds that a reload under way gets to end when the watch does."""


class _LookAgain:
    """The processor is in another state, or a try is to be made again."""


_News = FileStirred | FileSettled | _LookAgain


class WatchSession:
    """Hears of changes, one after the other, and lets a reloader decide."""

    def __init__(self, session: ProcessorSession, reloader: Reloader, clock: Clock, settings: Settings) -> None:
        self._session = session
        self._reloader = reloader
        self._clock = clock
        self._settings = settings
        self._tasks = Tasks()
        self._news: asyncio.Queue[_News] = asyncio.Queue()

    async def switch(self, argument: str | None) -> Outcome:
        """Watch the file that the kernel would load (`on`) or one of this machine (its path), or end that (`off`)."""
        session, now = self._session, self._clock.monotonic()
        if argument == "off":
            return Outcome(Verb.WATCH, Result.DONE, await self._leave(), now)
        chosen = None if argument is None or argument == "on" else _path(argument)
        in_place = await self._in_place()
        path = chosen or in_place
        if path is None:
            name = own_name(session.firmware or "its firmware")
            reason = f"there is no file {name} on this machine to watch: name the file that you build"
            return Outcome(Verb.WATCH, Result.REFUSED, reason, now)
        await self._halt()
        same = in_place is not None and _same_file(path, in_place)
        await self._begin(path, in_place=same, take_now=chosen is not None or not session.state.is_up)
        return Outcome(Verb.WATCH, Result.DONE, f"watching {sanitise(path)}", now)

    async def close(self) -> None:
        """The program ends: what can be set back is."""
        if self._session.watch is not None:
            await self._leave()

    async def _in_place(self) -> str | None:
        """Where the file that the kernel would load by the processor's own name lies on this machine."""
        session = self._session
        path = await firmware_path.find(session.host, own_name(session.firmware or ""))
        return None if path is None else session.host.local_path(path)

    async def _begin(self, path: str, *, in_place: bool, take_now: bool) -> None:
        session = self._session
        known = None if take_now else fingerprint(path)
        there = fingerprint(path) is not None
        state, message = (WatchState.WAITING, "") if there else (WatchState.MISSING, "it is not there yet")
        session.set_watch(Watch(path, state, message, since=self._clock.monotonic()))
        if not self._settings.read_only:
            session.staged = session.firmware if is_staged(session.firmware or "") else None
            await session.staging.sweep(session.firmware)  # what a watch left behind that was killed
        await self._reloader.begin(path, in_place=in_place)
        self._news = asyncio.Queue()
        self._tasks.begin(self._hear_file(path, known), f"watch of {path}")
        self._tasks.begin(self._hear_state(), f"state of {session.name} for its watch")
        self._tasks.begin(self._run(), f"reloads of {session.name}")

    async def _leave(self) -> str:
        """End the watch; what became of the processor's own firmware name, in one sentence."""
        session = self._session
        await self._halt()
        session.set_watch(None)
        session.staged = None
        own = own_name(session.firmware or "")
        done = f"the firmware of {session.name} is no longer watched"
        if self._settings.read_only:
            return done
        try:
            back = await session.staging.give_back()
            await session.refresh()
        except (OSError, RprocTuiError) as error:
            return f"{done}; its firmware name could not be set back to {own}: {error}"
        return done if back else f"{done}; it runs {session.firmware}, and goes back to {own} when it is stopped"

    async def _halt(self) -> None:
        """End the tasks; a reload that was begun is gone to its end."""
        await self._tasks.end()
        await self._reloader.end()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL), self._session.lock:
                return

    async def _hear_file(self, path: str, known: Fingerprint | None) -> None:
        async for change in watch_file(path, known, clock=self._clock, settle=self._settings.settle):
            self._news.put_nowait(change)

    async def _hear_state(self) -> None:
        while True:
            await self._session.other_state()
            self._news.put_nowait(_LookAgain())

    async def _run(self) -> None:
        while True:
            news = await self._news.get()
            try:
                again = await self._hear(news)
            except NoSuchProcessor:
                return
            except (OSError, RprocTuiError) as error:
                self._reloader.reject(f"{self._session.name} cannot be asked: {error}")
                continue
            if again is not None:
                self._tasks.begin(self._tell_later(news, again), f"another look at {self._session.name}")

    async def _hear(self, news: _News) -> float | None:
        """One piece of news; the answer is in how many seconds to hear it again."""
        reloader = self._reloader
        match news:
            case FileStirred():
                reloader.show(WatchState.SETTLING, "the file changes")
            case FileSettled(fingerprint=None):
                reloader.show(WatchState.MISSING, "the file is gone; the running firmware goes on")
            case FileSettled():
                return await reloader.consider()
            case _:
                return await reloader.catch_up()
        return None

    async def _tell_later(self, news: _News, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._news.put_nowait(news)


def _path(text: str) -> str:
    """A path as a person types it."""
    return os.path.abspath(os.path.expanduser(text))


def _same_file(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
