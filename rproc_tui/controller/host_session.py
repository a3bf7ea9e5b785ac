"""One host under observation: which processors it has, what its kernel says, which devices come and go."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from rproc_tui.clock import Clock
from rproc_tui.controller.kernel_trace import KernelTrace
from rproc_tui.controller.line import LineWatch
from rproc_tui.controller.look import Look
from rproc_tui.controller.processor_session import ProcessorSession, SessionListener
from rproc_tui.controller.settings import Settings
from rproc_tui.controller.tasks import Tasks
from rproc_tui.errors import LineLost, NoSuchProcessor
from rproc_tui.hosts.base import Host, HostKind, Remote
from rproc_tui.linux import device_tree, firmware_path, paths, rpmsg
from rproc_tui.linux.absence import Absence, why_none
from rproc_tui.linux.discovery import device_path, number_of, processor_ids
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.linux.limits import boot_id, in_user_namespace, limits, no_events, no_log
from rproc_tui.linux.machine_clock import read_machine_clock
from rproc_tui.linux.names import Called, Names
from rproc_tui.linux.processor import read_processor
from rproc_tui.linux.reading import try_list
from rproc_tui.linux.recognise import recognise
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.machine_clock import MachineClock
from rproc_tui.model.processor import HostState, ProcessorKey

_SUBSYSTEMS = frozenset({"remoteproc", "devcoredump"})
"""Device events of these may mean another set of processors, or a dump; others concern the processor they are below."""


QUIET_TURNS = 3
"""Turns of the event loop without a line after which what the kernel's log holds has been read."""

LOG_PATIENCE = 10.0
"""Seconds for which an action waits for a long log on a slow machine."""

LINES_KEPT = 500
"""Kernel lines about anything that are kept for the next crash: what happened elsewhere may be its cause."""


@dataclass(frozen=True, slots=True)
class HostListener:
    """Whom a host's session tells."""

    sessions: SessionListener
    heard: Callable[[HostSession, KernelFact, ProcessorSession | None, bool], None]
    """A kernel line about remote processors; the last says whether it is new, not from before we came."""
    came: Callable[[ProcessorSession], None]
    went: Callable[[ProcessorSession], None]
    trouble: Callable[[HostSession, str], None]
    logged: Callable[[HostSession], None]
    """Its kernel said something, whatever it is about."""
    looked: Callable[[HostSession], Awaitable[None]]
    """Its processors and its log are known: at first, and each time that it was booted meanwhile."""
    booted: Callable[[ProcessorSession], None]
    """Its machine was booted; what is known of its past is over."""
    returned: Callable[[HostSession, str], None]
    """Its line stands again."""


class HostSession:
    """Everything that changes about one host."""

    def __init__(self, host: Host, clock: Clock, settings: Settings, tell: HostListener) -> None:
        self.host = host
        self.processors: dict[ProcessorKey, ProcessorSession] = {}
        self._clock = clock
        self._settings = settings
        self._tell = tell
        self._tasks = Tasks()
        self._kernel: str | None = None
        self._model: str | None = None
        self._folder: str | None = None
        self._machine_clock: MachineClock | None = None
        self._error: str | None = None
        self._advice: tuple[str, ...] = ()
        self._limits: tuple[str, ...] = ()
        self._missing: list[str] = []
        self._called: tuple[Called, ...] = ()
        self._names = Names(())
        self._rescan_wanted = asyncio.Event()
        self._catching_up = True
        self._lines_heard = 0
        self._has_caught_up = asyncio.Event()
        self._has_log = True
        self._log: deque[KernelLine] = deque(maxlen=LINES_KEPT)
        self.kernel_trace = KernelTrace(clock)
        self.line = LineWatch(host, self._line_changed)
        self._scanning = asyncio.Lock()
        self._boot: str | None = None
        self._is_followed = False
        self._arrived = 0
        """The generation of the line over which it was looked at last."""
        self._boot_known = asyncio.Event()
        self._settled = asyncio.Event()

    async def open(self) -> None:
        """The first look; what follows goes on by itself. Over a line also when there is none: it is looked at later.

        Looks over a line begin with each new one.
        """
        if not self.line.may_break:
            await self._arrive()
            return
        self._tasks.begin(self.line.follow(), f"line to {self.host.label}")
        self._tasks.begin(self._arrive_when_it_stands(), f"looks over the line to {self.host.label}")
        await self._settled.wait()

    async def _arrive_when_it_stands(self) -> None:
        while True:
            await self.line.stands_anew()
            with contextlib.suppress(LineLost):  # the next line is looked over again
                await self._arrive()
                self._settled.set()

    async def _arrive(self) -> None:
        """Look at everything: nothing of what was seen before need be so any more. LineLost when that cannot be."""
        generation, look = self.line.generation, Look(self.host)
        boot = await boot_id(look)
        kernel = await firmware_path.kernel_release(look)
        model = await device_tree.board_model(look)
        folder = self.host.local_path(await firmware_path.folder(look))
        machine_clock = await read_machine_clock(look, self._clock, time_of_day=self.line.may_break)
        look.check()
        is_another = boot is None or boot != self._boot
        self._boot, self._kernel, self._model, self._folder = boot, kernel, model, folder
        self._machine_clock = machine_clock
        if is_another:
            self._begin_life()
        self._arrived = generation
        self._boot_known.set()
        await self.rescan()
        for session in self.processors.values():
            session.want_refresh()
        self._follow()
        if is_another:
            self._tasks.begin(self._await_old_lines(), f"old lines of the kernel log of {self.host.label}")
            await self._has_caught_up.wait()
            await self._tell.looked(self)

    def _begin_life(self) -> None:
        """Its log begins anew: what it holds by now is no news."""
        self._catching_up = True
        self._has_caught_up.clear()
        self._log.clear()
        self.kernel_trace.begin(None if self._machine_clock is None else self._machine_clock.booted)
        for session in self.processors.values():
            session.begin_life()
            self._tell.booted(session)

    def _follow(self) -> None:
        """Hear what it tells from now on; over a line that goes on when the line comes back."""
        if self._is_followed:
            return
        self._is_followed = True
        self._tasks.begin(self._follow_log(), f"kernel log of {self.host.label}")
        self._tasks.begin(self._follow_uevents(), f"device events of {self.host.label}")
        self._tasks.begin(self._watch_the_clock(), f"conditions of {self.host.label}")
        self._tasks.begin(self._rescan_when_wanted(), f"processors of {self.host.label}")

    def _line_changed(self, news: str | None) -> None:
        """It broke, is tried again, or is back."""
        if news is not None:
            tell = self._tell.returned if self.line.stands else self._tell.trouble
            tell(self, news)
        if not self.line.stands and self.line.reason is not None:
            self._settled.set()
        self._tell.sessions.changed()

    async def past_is_known(self) -> None:
        """Wait until what its log held already has been heard, but not for ever: new lines are told from old then."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOG_PATIENCE):
                await self._has_caught_up.wait()

    async def close(self) -> None:
        """Let go of the host."""
        await self._tasks.end()
        await asyncio.gather(*(session.close() for session in self.processors.values()))
        await self.host.close()

    def snapshot(self) -> HostState:
        """It as a value, now."""
        sessions = sorted(self.processors.values(), key=lambda session: number_of(session.id))
        return HostState(
            label=self.host.label,
            kind=self.host.kind,
            kernel=self._kernel,
            model=self._model,
            error=self._error if self.line.stands else self.line.error,
            advice=(*self._advice, *self._limits, *(self._missing if sessions else ())) if self.line.stands else (),
            firmware_folder=self._folder,
            processors=tuple(session.snapshot() for session in sessions),
            connection=self.line.connection,
            last_seen=self.line.last_seen,
            clock=self._machine_clock if self.line.may_break else None,
        )

    async def rescan(self) -> None:
        """Look which processors there are; new ones are opened, gone ones closed. LineLost: all stay."""
        async with self._scanning:
            look = Look(self.host)
            ids, absence = await self._look(look)
            limited = await limits(look, ids) if ids else ()
            found = {}
            for processor_id in ids:
                try:
                    found[ProcessorKey(self.host.label, await device_path(look, processor_id))] = processor_id
                except (OSError, NoSuchProcessor):  # it went between the two looks
                    continue
            look.check()
            self._error, self._advice = (None, ()) if absence is None else (absence.error, absence.advice)
            self._limits = limited
            for key in [key for key, session in self.processors.items() if found.get(key) != session.id]:
                session = self.processors.pop(key)
                await session.close()
                self._tell.went(session)
            for key, processor_id in found.items():
                if key not in self.processors:
                    await self._add(look, processor_id)
            look.check()
        self._tell.sessions.changed()

    async def _look(self, look: Look) -> tuple[tuple[str, ...], Absence | None]:
        """Which processors there are, and if there are none, why."""
        try:
            ids = await processor_ids(look)
        except LineLost:
            raise
        except OSError as error:
            return (), await why_none(look, error)
        return ids, None if ids else await why_none(look, None)

    async def _add(self, look: Look, processor_id: str) -> None:
        try:
            facts = await read_processor(look, processor_id)
        except (OSError, NoSuchProcessor):
            return
        look.check()
        tell, gone = self._tell.sessions, self._rescan_wanted.set
        session = ProcessorSession(self.host, facts, clock=self._clock, settings=self._settings, tell=tell, gone=gone)
        session.kernel_log, session.kernel_release = self._log, self._kernel
        self.processors[session.key] = session
        if self._has_log and not self._catching_up:
            session.history.begin(self._clock.monotonic(), None)
        session.open()
        self._tell.came(session)

    def _learn_names(self) -> None:
        """What the processors are called now: devices below them come and go with each boot."""
        called = tuple(Called(s.id, s.key.device, s.name, s.children) for s in self.processors.values())
        if called != self._called:
            self._called = called
            self._names = Names(called)

    async def _rescan_when_wanted(self) -> None:
        while True:
            await self._rescan_wanted.wait()
            self._rescan_wanted.clear()
            with contextlib.suppress(LineLost):  # all is looked at again when it is back
                await self.rescan()

    async def _watch_the_clock(self) -> None:
        """Silence and the like begin without anything happening."""
        while True:
            await asyncio.sleep(self._settings.conditions_every)
            self._tell.sessions.changed()

    async def _follow_log(self) -> None:
        try:
            async for line in self.host.kernel_log():
                while self.line.generation != self._arrived:  # whether it is of this boot is not known
                    self._boot_known.clear()
                    await self._boot_known.wait()
                self._lines_heard += 1
                self._hear(line)
        except OSError as error:
            self._has_log = False
            self._lack(no_log(error))

    async def _await_old_lines(self) -> None:
        """Those of a machine behind a line come with pauses, but it says when they have come."""
        if isinstance(self.host, Remote) and self._has_log:
            await self.host.log_told()
        else:
            await asyncio.sleep(0)  # who reads the log has begun by then
        asyncio.get_running_loop().call_soon(self._await_silence, self._lines_heard, QUIET_TURNS)

    def _await_silence(self, heard: int, turns: int) -> None:
        """Lines that are there already come one after another, with no more than a turn of everybody else between."""
        if heard == self._lines_heard and turns == 0:
            self._caught_up()
        else:
            left = turns - 1 if heard == self._lines_heard else QUIET_TURNS
            asyncio.get_running_loop().call_soon(self._await_silence, self._lines_heard, left)

    def _caught_up(self) -> None:
        self._catching_up = False
        self._has_caught_up.set()
        now = self._clock.monotonic()
        uptime = None if self._machine_clock is None else now - self._machine_clock.booted
        for session in self.processors.values() if self._has_log else ():
            session.history.begin(now, uptime)
        self._tell.sessions.changed()

    def _hear(self, line: KernelLine) -> None:
        self._log.append(line)
        self.kernel_trace.hear(line, is_old=self._catching_up)
        self._tell.logged(self)
        if not self._catching_up or not self._called:  # while it is read, thousands of lines long, nothing changes
            self._learn_names()
        fact = recognise(line, self._names)
        if fact is None:
            return
        session = next((s for s in self.processors.values() if s.id == fact.id), None) or self._booting(fact)
        if session is not None:
            session.heard(fact)
        self._tell.heard(self, fact, session, not self._catching_up)
        if fact.kind in (Kind.AVAILABLE, Kind.RELEASED) and not self._catching_up:
            self._rescan_wanted.set()

    def _booting(self, fact: KernelFact) -> ProcessorSession | None:
        """Whose boot a line of a virtio device that nobody knows yet is about, where only one boot is on its way."""
        if fact.id is not None or "rproc-virtio" not in fact.line.text.partition(": ")[0]:
            return None
        booting = [session for session in self.processors.values() if session.history.is_booting]
        return booting[0] if len(booting) == 1 else None

    async def _follow_uevents(self) -> None:
        if await in_user_namespace(self.host):
            self._tasks.begin(self._look_from_time_to_time(), f"looks at {self.host.label}")
        try:
            async for event in self.host.uevents():
                if event.subsystem in _SUBSYSTEMS:
                    self._rescan_wanted.set()
                for session in self.processors.values():
                    if event.subsystem in _SUBSYSTEMS or f"/{session.id}/" in event.devpath:
                        session.want_refresh()
        except OSError as error:
            if self.host.kind is not HostKind.ROOT:  # a folder of files has none, and nobody expects any
                self._lack(no_events(error, self._settings.rescan_every))
            await self._look_from_time_to_time()

    async def _look_from_time_to_time(self) -> None:
        """What device events would have told."""
        seen = await self._passing_devices()
        while True:
            await asyncio.sleep(self._settings.rescan_every)
            self._rescan_wanted.set()
            now = await self._passing_devices()
            for session in self.processors.values() if now != seen else ():
                session.want_refresh()
            seen = now

    async def _passing_devices(self) -> list[list[str]]:
        """The names of channels and dumps, which come and go with a processor's life."""
        return [await try_list(self.host, folder) for folder in (rpmsg.BUS, paths.DEVCOREDUMP)]

    def _lack(self, sentence: str) -> None:
        self._missing.append(sentence)
        self._tell.trouble(self, sentence)
        self._tell.sessions.changed()
