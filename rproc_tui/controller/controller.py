"""The one shared controller: snapshots, events and traces out, actions in; it does not know which hosts it has."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from rproc_tui.clock import Clock
from rproc_tui.controller.changes import Change, EventHappened, KernelLogAdvanced, SnapshotChanged, TraceAdvanced
from rproc_tui.controller.event_log import EventLog
from rproc_tui.controller.host_session import HostListener, HostSession
from rproc_tui.controller.narrator import Narrator
from rproc_tui.controller.processor_session import ProcessorSession, SessionListener
from rproc_tui.controller.recent_firmware import RecentFirmware
from rproc_tui.controller.settings import Settings
from rproc_tui.errors import NoSuchProcessor
from rproc_tui.hosts.base import Host, HostKind
from rproc_tui.linux import availability
from rproc_tui.linux.kernel_fact import KernelFact
from rproc_tui.linux.staged_name import own_name
from rproc_tui.model.crash import CrashRecord
from rproc_tui.model.diagnosis import Diagnosis
from rproc_tui.model.event import Event
from rproc_tui.model.outcome import Outcome, Verb
from rproc_tui.model.processor import Processor, ProcessorKey, Snapshot, State
from rproc_tui.trace.ring import TraceRing

if TYPE_CHECKING:
    from rproc_tui.controller.actions import Actions
    from rproc_tui.controller.conversation import Conversation
    from rproc_tui.controller.crash_recorder import CrashRecorder
    from rproc_tui.controller.examined_crashes import ExaminedCrashes
    from rproc_tui.controller.firmware_choices import FirmwareChoice
    from rproc_tui.controller.live_memory import LiveMemory
    from rproc_tui.controller.rollback import Rollback
    from rproc_tui.controller.source_lines import SourceLines
    from rproc_tui.controller.watch_session import WatchSession
    from rproc_tui.crash.evidence import Evidence
    from rproc_tui.crash.report import CrashReport
    from rproc_tui.firmware.facts import FirmwareFacts

Listener = Callable[[Change], None]


class Controller:
    """Discovers, follows and acts. Everything happens on one event loop."""

    def __init__(self, hosts: Sequence[Host], *, clock: Clock, settings: Settings) -> None:
        self.clock = clock
        self.read_only = settings.read_only
        self.snapshot = Snapshot()
        self._settings = settings
        self._events = EventLog()
        self._listeners: list[Listener] = []
        self._narrator = Narrator(clock, self._happened)
        self._watches: dict[ProcessorKey, WatchSession] = {}
        self._rollbacks: dict[ProcessorKey, Rollback] = {}
        self._recent = RecentFirmware(settings.folder())
        self._publishing = False
        self._recorder = self._recording() if settings.capture else None
        self._openings: dict[HostSession, asyncio.Task[None]] = {}
        listener = self._listener()
        self._hosts = [HostSession(host, clock, settings, listener) for host in hosts]

    def _listener(self) -> HostListener:
        tell = self._narrator
        sessions = SessionListener(
            changed=self._changed,
            traced=self._traced,
            state_changed=self._state_changed,
            dump_came=self._dump_came,
            seen_again=tell.seen_again,
        )
        return HostListener(
            sessions,
            heard=self._heard,
            came=tell.came,
            went=self._went,
            trouble=tell.trouble,
            logged=self._logged,
            looked=self._looked,
            booted=self._booted,
            returned=tell.returned,
        )

    def _recording(self) -> CrashRecorder:
        from rproc_tui.controller.crash_recorder import CrashRecorder  # noqa: PLC0415 (a list of processors has none)

        return CrashRecorder(self.clock, self._settings, self._examined, self._captured)

    @cached_property
    def _examined(self) -> ExaminedCrashes:
        from rproc_tui.controller.examined_crashes import ExaminedCrashes  # noqa: PLC0415 (nobody pays before a crash)

        return ExaminedCrashes()

    @cached_property
    def _actions(self) -> Actions:
        """Made for the first action: those who only look do not pay for it."""
        from rproc_tui.controller.actions import Actions  # noqa: PLC0415

        return Actions(self.clock, self._settings, self._neighbours)

    @cached_property
    def sources(self) -> SourceLines:
        """The source files that firmware was made from, as far as this machine has them."""
        from rproc_tui.controller.source_lines import SourceLines  # noqa: PLC0415 (nobody pays before a crash)

        return SourceLines(self._settings.source_map)

    @property
    def folder(self) -> str:
        """Where dumps and traces are kept."""
        return self._settings.folder()

    @property
    def events(self) -> Sequence[Event]:
        """What happened, oldest first."""
        return self._events

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell somebody of every change, on the event loop; the answer ends it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            self._listeners.remove(listener)

        return unsubscribe

    async def start(self) -> None:
        """Look at every host; the snapshot is there when this returns.

        A board that does not answer is waited for no longer than `Settings.answer`; it is looked at when it does.
        """
        if self._recorder is not None:
            await self._recorder.prepare()
        self._openings = {host: asyncio.create_task(host.open()) for host in self._hosts}
        await asyncio.gather(*(task for host, task in self._openings.items() if not host.line.may_break))
        if self._openings:
            await asyncio.wait(self._openings.values(), timeout=self._settings.answer)
        await asyncio.gather(*(task for host, task in self._openings.items() if host.line.stands))
        self._publish()

    def reconnect(self, host: str) -> None:
        """Try a board that is lost or refused again now; where there is nothing to try, nothing happens."""
        for session in self._hosts:
            if session.host.label == host:
                session.line.reconnect()

    async def reached(self) -> None:
        """Wait until every board was looked at, or it is known why it cannot be."""
        await asyncio.gather(*self._openings.values())
        self._publish()

    async def _looked(self, host: HostSession) -> None:
        if self._recorder is not None:
            for session in list(host.processors.values()):
                await self._recorder.look_back(session)

    def _booted(self, session: ProcessorSession) -> None:
        if self._recorder is not None:
            self._recorder.forget(session)

    async def close(self) -> None:
        """Let go of everything."""
        await asyncio.gather(*(watch.close() for watch in self._watches.values()))
        await asyncio.gather(*(rollback.end() for rollback in self._rollbacks.values()))
        await asyncio.gather(*(self._forget_builds(key) for key in {*self._watches, *self._rollbacks}))
        if self._recorder is not None:
            await self._recorder.close()
        await self._switch_coredump_back()
        for opening in self._openings.values():
            opening.cancel()
        await asyncio.gather(*self._openings.values(), return_exceptions=True)
        await asyncio.gather(*(host.close() for host in self._hosts))

    async def _switch_coredump_back(self) -> None:
        """Settings that were changed for the time of this program are as they were before it."""
        switched = [session for session in self._sessions() if session.coredump_before is not None]
        if switched:
            from rproc_tui.controller.coredump_switch import switch_back  # noqa: PLC0415 (who never did pays nothing)

            await asyncio.gather(*(switch_back(session) for session in switched))

    async def _forget_builds(self, key: ProcessorKey) -> None:
        """A board that is switched off with the program needs none of the builds that were installed there."""
        session = self._find(key)
        if session is not None and session.host.kind is HostKind.EMULATED and not self.read_only:
            await session.staging.sweep()

    def trace(self, key: ProcessorKey) -> TraceRing:
        """All that one processor's trace buffers said. NoSuchProcessor when it is gone."""
        return self._session(key).ring

    def kernel_trace(self, host: str) -> TraceRing:
        """What a host's kernel said, as far as it is kept; an empty ring for a host that there is not."""
        rings = (session.kernel_trace.ring for session in self._hosts if session.host.label == host)
        return next(rings, TraceRing())

    def firmware(self, key: ProcessorKey) -> FirmwareFacts | None:
        """What is in the file that it runs or would load; None while that is not known."""
        session = self._find(key)
        return None if session is None else session.shown_image

    def why_not(self, key: ProcessorKey, verb: Verb) -> str | None:
        """Why an action makes no sense now, and what to do instead; None when it does."""
        session = self._find(key)
        if session is None:
            return "the processor is gone"
        board = self._board(session)
        if not board.line.stands and board.line.error is not None:
            return board.line.error
        return availability.why_not(session.snapshot(), verb, read_only=self.read_only)

    def confirmation(self, key: ProcessorKey, verb: Verb) -> str | None:
        """What to ask before an action; None when it needs no question."""
        session = self._find(key)
        return None if session is None else availability.confirmation(session.snapshot(), verb)

    async def act(self, key: ProcessorKey, verb: Verb, argument: str | None = None) -> Outcome:
        """Do something. What the kernel refuses is an outcome; NoSuchProcessor when the processor is gone."""
        session = self._session(key)
        await self._board(session).past_is_known()
        if verb is Verb.WATCH:
            outcome = await self._watch(session).switch(argument)
        elif verb is Verb.RELOAD and self._settings.rollback:
            outcome = await self._rollback(session).reload()
        else:
            outcome = await self._actions.act(session, verb, argument)
        if outcome.ok and verb in (Verb.FIRMWARE, Verb.BOOT) and session.snapshot().firmware:
            self._recent.remember(key, own_name(session.snapshot().firmware or ""))
        self._narrator.acted(session, outcome)
        self._publish()
        return outcome

    def give_up_dump(self, key: ProcessorKey) -> None:
        """Read the dump that is being collected no further: the kernel keeps its own. Nothing happens without one."""
        session = self._find(key)
        if session is not None and session.collection is not None:
            session.collection.give_up()

    async def trial(self, key: ProcessorKey) -> Outcome | None:
        """Wait until a reload with rollback has proved itself; None when it has, else how it was undone."""
        rollback = self._rollbacks.get(key)
        return None if rollback is None else await rollback.result()

    async def look(self, key: ProcessorKey) -> None:
        """Read all of a processor now, its firmware file too, for which `start` does not wait. NoSuchProcessor."""
        with contextlib.suppress(OSError):  # what cannot be read is shown as it was
            await self._session(key).refresh()
        self._publish()

    def diagnoses(self, key: ProcessorKey) -> tuple[Diagnosis, ...]:
        """What is to be said of a processor as it stands; NoSuchProcessor when it is gone."""
        from rproc_tui.controller.explain import explain_state  # noqa: PLC0415 (only who asks pays for the catalogue)

        session = self._session(key)
        return explain_state(session, self._neighbours(session))

    async def live_memory(self, key: ProcessorKey) -> LiveMemory | None:
        """Its memory as it stands now; None where its host shows none. NoSuchProcessor when it is gone."""
        from rproc_tui.controller.live_memory import read_live_memory  # noqa: PLC0415 (only who looks needs it)

        return await read_live_memory(self._session(key), self.clock.monotonic())

    async def open_channel(self, key: ProcessorKey, channel: str) -> Conversation:
        """Open an rpmsg channel by its name; the caller closes it. RprocTuiError says why it cannot be."""
        from rproc_tui.controller.conversation import open_conversation  # noqa: PLC0415 (only who talks needs it)

        return await open_conversation(self._session(key), channel)

    async def firmware_choices(self, key: ProcessorKey) -> tuple[FirmwareChoice, ...]:
        """Firmware files that this processor could be given."""
        session = self._session(key)
        from rproc_tui.controller.firmware_choices import firmware_choices  # noqa: PLC0415 (only who chooses pays)

        recent = self._recent.names(key)
        return await firmware_choices(session.host, session.snapshot(), self._neighbours(session), recent)

    async def crash_history(self) -> tuple[CrashRecord, ...]:
        """Every crash that was captured, of whichever host, the newest first."""
        from rproc_tui.controller.crash_history import read_history  # noqa: PLC0415 (only who looks back needs it)

        return await asyncio.to_thread(read_history, self.folder)

    async def crash_evidence(self, crash_id: str) -> Evidence:
        """What is left of a captured crash. RprocTuiError when there is none of that id."""
        from rproc_tui.controller.crash_history import find  # noqa: PLC0415 (same)

        facts = await asyncio.to_thread(find, self.folder, crash_id)
        return (await asyncio.to_thread(self._examined.of, facts)).evidence

    async def crash_report(self, crash_id: str, firmware: str | None = None) -> CrashReport:
        """What became of a captured crash; `firmware` is a file of this machine to take for the one that ran.

        RprocTuiError when there is no such crash or the file is no firmware, OSError when it cannot be read.
        """
        from rproc_tui.controller import crash_examination, crash_history  # noqa: PLC0415 (same)

        facts = await asyncio.to_thread(crash_history.find, self.folder, crash_id)
        if firmware is not None:
            return await asyncio.to_thread(crash_examination.report_on, facts, firmware)
        return (await asyncio.to_thread(self._examined.of, facts)).report

    def _sessions(self) -> list[ProcessorSession]:
        return [session for host in self._hosts for session in host.processors.values()]

    def _find(self, key: ProcessorKey) -> ProcessorSession | None:
        return next((host.processors[key] for host in self._hosts if key in host.processors), None)

    def _board(self, session: ProcessorSession) -> HostSession:
        return next(host for host in self._hosts if host.host is session.host)

    def _neighbours(self, session: ProcessorSession) -> tuple[Processor, ...]:
        """The other processors of the same machine."""
        hosts = (host for host in self.snapshot.hosts if host.label == session.key.host)
        return tuple(other for host in hosts for other in host.processors if other.key != session.key)

    def _session(self, key: ProcessorKey) -> ProcessorSession:
        session = self._find(key)
        if session is None:
            raise NoSuchProcessor(f"{key.device} on {key.host} is gone")
        return session

    def _watch(self, session: ProcessorSession) -> WatchSession:
        from rproc_tui.controller.reloader import Reloader  # noqa: PLC0415 (only who watches needs a watcher)
        from rproc_tui.controller.watch_session import WatchSession  # noqa: PLC0415

        if session.key not in self._watches:
            rollback = self._rollback(session) if self._settings.rollback else None
            reloader = Reloader(session, self._actions, self.clock, self._settings, self._narrator, rollback=rollback)
            self._watches[session.key] = WatchSession(session, reloader, self.clock, self._settings)
        return self._watches[session.key]

    def _rollback(self, session: ProcessorSession) -> Rollback:
        from rproc_tui.controller.rollback import Rollback  # noqa: PLC0415

        if session.key not in self._rollbacks:
            rollback = Rollback(session, self._actions, self.clock, self._settings, self._narrator)
            self._rollbacks[session.key] = rollback
        return self._rollbacks[session.key]

    def _went(self, session: ProcessorSession) -> None:
        self._narrator.went(session)
        watch = self._watches.pop(session.key, None)
        self._rollbacks.pop(session.key, None)
        if watch is not None:
            asyncio.get_running_loop().create_task(watch.close())

    def _heard(self, host: HostSession, fact: KernelFact, session: ProcessorSession | None, is_new: bool) -> None:
        if self._recorder is not None and session is not None:
            self._recorder.heard(session, fact, is_new=is_new)
        if is_new:  # explaining a line takes longer than reading what a crash has left
            asyncio.get_running_loop().call_soon(self._narrator.heard, host, fact, session, is_new)

    def _state_changed(self, session: ProcessorSession, before: State, now: State) -> None:
        self._narrator.state_changed(session, before, now)
        if self._recorder is not None:
            self._recorder.state_changed(session, now)

    def _dump_came(self, session: ProcessorSession) -> None:
        if self._recorder is not None:
            self._recorder.dump_came(session)

    def _captured(self, session: ProcessorSession, record: CrashRecord) -> None:
        session.set_crash(record)
        self._narrator.captured(session, record)

    def _changed(self) -> None:
        """Publish soon: many changes become one snapshot."""
        if not self._publishing:
            self._publishing = True
            asyncio.get_running_loop().call_soon(self._publish)

    def _publish(self) -> None:
        self._publishing = False
        snapshot = Snapshot(tuple(host.snapshot() for host in self._hosts))
        if snapshot != self.snapshot:
            self.snapshot = snapshot
            self._tell(SnapshotChanged(snapshot))

    def _traced(self, key: ProcessorKey) -> None:
        self._tell(TraceAdvanced(key))

    def _logged(self, host: HostSession) -> None:
        self._tell(KernelLogAdvanced(host.host.label))

    def _happened(self, event: Event) -> None:
        self._events.append(event)
        self._tell(EventHappened(event))

    def _tell(self, change: Change) -> None:
        for listener in list(self._listeners):
            listener(change)
