"""One processor under observation: what its files say, its traces, and what is being done to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from rproc_tui.clock import Clock
from rproc_tui.controller.firmware_file import FirmwareFiles
from rproc_tui.controller.history import History
from rproc_tui.controller.look import Look
from rproc_tui.controller.settings import Settings
from rproc_tui.controller.tasks import Tasks
from rproc_tui.controller.traces import Traces
from rproc_tui.errors import LineLost, NoSuchProcessor
from rproc_tui.hosts.base import Host
from rproc_tui.linux import firmware_path, paths
from rproc_tui.linux.attribute import read_attribute, state_of
from rproc_tui.linux.conditions import notes
from rproc_tui.linux.facts import ProcessorFacts
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.linux.processor import read_live, read_processor
from rproc_tui.linux.resource_table import parse
from rproc_tui.linux.rpmsg import RINGS, parse_rings
from rproc_tui.linux.staged_name import own_name
from rproc_tui.model.crash import CrashRecord
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.outcome import Outcome, Pending, Result
from rproc_tui.model.processor import Processor, ProcessorKey, State
from rproc_tui.model.rpmsg import RingFill
from rproc_tui.model.watch import Watch
from rproc_tui.trace.ring import TraceRing

if TYPE_CHECKING:
    from rproc_tui.controller.dump_collection import DumpCollection
    from rproc_tui.controller.staging import Staging
    from rproc_tui.firmware.facts import FirmwareFacts

Read = TypeVar("Read")

_GATHER = 0.05
"""Seconds in which what an action causes is gathered, before everything is read again because of it."""
_LIVE_AGAIN = frozenset(
    {
        Kind.UP,
        Kind.ATTACHED,
        Kind.STOPPED,
        Kind.DETACHED,
        Kind.CRASH_HANDLED,
        Kind.VIRTIO_REGISTERED,
        Kind.CHANNEL_CREATED,
        Kind.CHANNEL_DESTROYED,
    }
)
"""After these lines the files that come and go are read again."""


@dataclass(frozen=True, slots=True)
class SessionListener:
    """Whom a session tells."""

    changed: Callable[[], None]
    """Its snapshot is another one."""
    traced: Callable[[ProcessorKey], None]
    """Its ring has new lines."""
    state_changed: Callable[[ProcessorSession, State, State], None]
    """From, to."""
    dump_came: Callable[[ProcessorSession], None]
    """The kernel holds a dump of it that was not there before."""
    seen_again: Callable[[ProcessorSession, Outcome], None]
    """It was looked at again after an action of which nobody knew what had become."""


class ProcessorSession:
    """Everything that changes about one processor; the outside sees only the snapshots that it makes."""

    def __init__(
        self,
        host: Host,
        facts: ProcessorFacts,
        *,
        clock: Clock,
        settings: Settings,
        tell: SessionListener,
        gone: Callable[[], None],
    ) -> None:
        self.host = host
        self.key = ProcessorKey(host.label, facts.device)
        self.ring = TraceRing(settings.trace_capacity)
        self.lock = asyncio.Lock()
        """Held by the action under way, and by who looks before it acts."""
        self.history = History()
        self.image: FirmwareFacts | None = None
        """What is in the file that it would load now."""
        self.loaded: FirmwareFacts | None = None
        """What it was last seen to load; the file may be another one since."""
        self.staged: str | None = None
        """The name of the build that its next start is to load, while its firmware file is watched."""
        self.recovery_is_held = False
        """Recovery is switched off in the kernel and done by the watch of its firmware."""
        self.kernel_log: Sequence[KernelLine] = ()
        """What its host's kernel said lately, about anything; the newest last."""
        self.kernel_release: str | None = None
        self.last_crash: CrashRecord | None = None
        """The newest crash that was captured."""
        self.coredump_before: str | None = None
        """What `coredump` read before it was switched on by us; None where it was not."""
        self.dump_lock = asyncio.Lock()
        """Held by who collects a dump and frees it."""
        self.collection: DumpCollection | None = None
        """The dump that is being collected."""
        self._loaded_unknown = True
        self._facts = facts
        self._clock = clock
        self._settings = settings
        self._tell = tell
        self._gone = gone
        self._tasks = Tasks()
        self._files = FirmwareFiles(host)
        self._firmware_path: str | None = None
        self._power: int | None = None
        self._traces = Traces(host, self.ring, clock, every=settings.trace_every, tasks=self._tasks, moved=self._moved)
        self._state_changes = 0
        self._boots_heard = 0
        self._other_state = asyncio.Event()
        self._recovering = False
        self._since: float | None = None
        self._trace_moved: float | None = None
        self._pending: Pending | None = None
        self._outcome: Outcome | None = None
        self._unsure: Outcome | None = None
        """An action whose answer was lost, until it is seen how the processor stands."""
        self._watch: Watch | None = None
        self._rings: tuple[RingFill, ...] | None = None
        self._refresh_wanted = asyncio.Event()

    @property
    def id(self) -> str:
        """The kernel's name for it now."""
        return self._facts.id

    @property
    def name(self) -> str:
        """Its own name (`m4`)."""
        return self._facts.name

    @property
    def children(self) -> tuple[str, ...]:
        """Devices below it, for whom the kernel prints lines as well."""
        return self._facts.children

    @property
    def memory(self) -> str | None:
        """Path of the file that shows its memory, where it has one."""
        return self._facts.memory

    @property
    def state(self) -> State:
        """As it was last seen."""
        return self._facts.state

    @property
    def memory_texts(self) -> tuple[bytes | None, bytes | None]:
        """What debugfs printed of its resource table and of its carveouts when everything was read last."""
        return self._facts.table_text, self._facts.carveouts_text

    @property
    def loaded_digest(self) -> str | None:
        """SHA-256 of the file that it runs, in hex; None while that was not looked at since its last boot."""
        return None if self._loaded_unknown or self.loaded is None else self.loaded.sha256

    @property
    def dump(self) -> str | None:
        """A dump that was last seen to wait (`devcd3`)."""
        return self._facts.dump

    @property
    def firmware(self) -> str | None:
        """What its `firmware` file was last seen to read."""
        return self._facts.firmware

    @cached_property
    def staging(self) -> Staging:
        """Where builds for it are installed; those who only look do not pay for it."""
        from rproc_tui.controller.staging import Staging  # noqa: PLC0415

        return Staging(self.host, self.id)

    @property
    def shown_image(self) -> FirmwareFacts | None:
        """What it runs while it is up, else what it would load."""
        return self.loaded if self.state.is_up or self.state is State.CRASHED else self.image

    def open(self) -> None:
        """Begin to follow its files."""
        self._tasks.begin(self._follow_state(), f"state of {self.id}")
        self._tasks.begin(self._follow_table(), f"resource table of {self.id}")
        self._tasks.begin(self._follow_rings(), f"rings of {self.id}")
        self._tasks.begin(self._refresh_when_wanted(), f"facts of {self.id}")
        self._traces.sync(self.id, self._facts.traces, self._facts.resource_table)
        self._refresh_wanted.set()

    async def close(self) -> None:
        """Let go of its files."""
        await self._tasks.end()

    def snapshot(self) -> Processor:
        """It as a value, now."""
        facts = self._facts
        local = None if self._firmware_path is None else self.host.local_path(self._firmware_path)
        if self._watch is not None:
            local = self._watch.path
        bare = Processor(
            key=self.key,
            id=facts.id,
            name=facts.name,
            state=self.state,
            firmware=facts.firmware,
            firmware_path=self._firmware_path,
            firmware_local_path=local,
            recovery="enabled" if self.recovery_is_held else facts.recovery,
            recovery_by_watch=self.recovery_is_held,
            coredump=facts.coredump,
            driver=facts.driver,
            compatible=facts.compatible,
            core=facts.core,
            boot_address=elf.entry
            if (image := self.shown_image) is not None and (elf := image.elf) is not None
            else None,
            power=self._power,
            crashes=self.history.crashes,
            boots=self.history.boots,
            traces=facts.traces,
            resource_table=facts.resource_table,
            regions=facts.regions,
            rpmsg=facts.rpmsg if self._rings is None else replace(facts.rpmsg, rings=self._rings),
            registers=facts.registers,
            dump=facts.dump,
            dump_progress=None if self.collection is None else self.collection.progress,
            writable=facts.writable,
            closed=facts.closed,
            since=self._since,
            trace_moved=self._trace_moved,
            pending=self._pending,
            outcome=self._outcome,
            watch=self._watch,
            unreadable=facts.unreadable,
            mailbox=facts.mailbox,
            crash_commands=facts.crash_commands if own_name(facts.firmware or "") == facts.firmware_name else (),
            memory=facts.memory is not None,
            last_crash=self.last_crash,
        )
        now = self._clock.monotonic()
        log = tuple(self.history.facts)
        found = notes(bare, log, now=now, uptime=self.history.uptime(now), read_only=facts.read_only)
        return replace(bare, notes=found) if found else bare

    @property
    def pending(self) -> Pending | None:
        """The action under way, or next in the queue."""
        return self._pending

    def set_pending(self, pending: Pending | None) -> None:
        """Show that an action is on its way, or no longer."""
        self._pending = pending
        self._tell.changed()

    def set_outcome(self, outcome: Outcome) -> None:
        """Show how the last action ended."""
        self._outcome = outcome
        self._pending = None
        if outcome.result is Result.UNKNOWN:
            self._unsure = outcome
            self._refresh_wanted.set()
        self._tell.changed()

    def set_crash(self, record: CrashRecord) -> None:
        """Show how far the capture of its newest crash is."""
        self.last_crash = record
        self._tell.changed()

    def set_collection(self, collection: DumpCollection | None) -> None:
        """Show how far the dump is that is being collected, or that none is."""
        self.collection = collection
        self._tell.changed()

    def set_watch(self, watch: Watch | None) -> None:
        """Show what the watch of its firmware file does."""
        self._watch = watch
        self._tell.changed()

    @property
    def watch(self) -> Watch | None:
        """The watch as it stands."""
        return self._watch

    async def other_state(self) -> None:
        """Wait until it is seen in another state than the one it is in now."""
        await self._other_state.wait()

    async def refresh(self) -> None:
        """Read everything again. LineLost when that cannot be: everything stays as it was seen last."""
        begun, changes, boots = self._clock.monotonic(), self._state_changes, self._boots_heard
        look = Look(self.host)
        facts = await _of_a_look(look, read_processor(look, self.id))
        path = await firmware_path.find(look, facts.firmware) if facts.firmware else None
        image = None if path is None else await self._files.facts(path)
        power = await _power(look, self.id)
        look.check()
        self._power, self._firmware_path, self.image = power, path, image
        seen_since = self._loaded_unknown and boots == self._boots_heard  # what was read is not from before the boot
        if seen_since and self.history.booted_size in (None, None if self.image is None else self.image.size):
            self._loaded_unknown = False
            self.loaded = self.image
        self._take(facts, changes, begun)

    async def refresh_image(self) -> None:
        """Look again which file its next start loads, and read that if it is another one."""
        look = Look(self.host)
        name = (await read_attribute(look, self.id, "firmware")).text
        path = await firmware_path.find(look, name) if name else None
        look.check()
        image = None if path is None else await self._files.facts(path)
        self._facts = replace(self._facts, firmware=name)
        self._firmware_path, self.image = path, image

    async def refresh_live(self) -> None:
        """Read again what comes and goes with a boot. LineLost as `refresh`."""
        begun, changes = self._clock.monotonic(), self._state_changes
        look = Look(self.host)
        live = await _of_a_look(look, read_live(look, self.id))
        power = await _power(look, self.id)
        look.check()
        self._power = power
        dump, table = live.dump, live.resource_table
        facts = replace(
            self._facts, state=live.state, traces=live.traces, dump=dump, resource_table=table, rpmsg=live.rpmsg
        )
        self._take(facts, changes, begun)

    def heard(self, fact: KernelFact) -> None:
        """The kernel said something about it."""
        self.history.add(fact, self._clock.monotonic())
        if fact.kind is Kind.CRASH_DETECTED:
            self._traces.look()
        if fact.kind in (Kind.RECOVERING, Kind.STOPPED):
            self._traces.expect_run()
        if fact.kind is Kind.RECOVERING:
            self._recovering = True
        elif fact.kind is Kind.UP and self._recovering:
            self._recovering = False
            self._traces.begin_anew()
            self._boots_anew()  # the kernel has read the file again
        if fact.kind is Kind.BOOTING:
            self._boots_anew()
        if fact.kind in _LIVE_AGAIN:
            self._refresh_wanted.set()
        self._tell.changed()

    def _boots_anew(self) -> None:
        self._loaded_unknown = True
        self._boots_heard += 1

    def begin_life(self) -> None:
        """Its machine was booted: what the kernel said of it before is of another life."""
        self.history = History()
        self._recovering = False
        self._boots_anew()
        self._traces.expect_run()

    def want_refresh(self) -> None:
        """Read everything again soon."""
        self._refresh_wanted.set()

    def _take(self, facts: ProcessorFacts, changes: int, begun: float) -> None:
        """Believe what was read; its state only if none was seen since the reading began (`changes`, at `begun`)."""
        before, dump = self.state, self.dump
        if changes != self._state_changes:
            facts = replace(facts, state=before)
        changed = facts != self._facts
        self._facts = facts
        self._saw_state(before)
        if self.dump not in (None, dump):
            self._tell.dump_came(self)
        self._traces.sync(self.id, facts.traces, facts.resource_table, as_of=begun)
        if changed:
            self._tell.changed()

    def _saw_state(self, before: State) -> None:
        if self.state is not before:
            self._state_changes += 1
            self._other_state.set()
            self._other_state = asyncio.Event()
            self._since = self._clock.monotonic()
            self._tell.state_changed(self, before, self.state)
            self._refresh_wanted.set()

    async def _refresh_when_wanted(self) -> None:
        while True:
            await self._refresh_wanted.wait()
            if self._pending is not None:  # it looks for itself, and causes several lines of the kernel at once
                await asyncio.sleep(_GATHER)
            self._refresh_wanted.clear()
            try:
                await self.refresh()
            except LineLost:  # it is wanted again when the line is back
                continue
            except (OSError, NoSuchProcessor):  # it is going away
                self._gone()
            else:
                self._see_again()

    def _see_again(self) -> None:
        """What it is now is no answer, but all that can be known: the outcome stays unknown."""
        unsure, self._unsure = self._unsure, None
        if unsure is None:
            return
        seen = f"{self.name} is {self.state} now that {self.host.label} was looked at again"
        seen_again = replace(unsure, advice=(seen,))
        if self._outcome is unsure:
            self._outcome = seen_again
            self._tell.changed()
        self._tell.seen_again(self, seen_again)

    async def _follow_state(self) -> None:
        try:
            path = (await read_attribute(self.host, self.id, "state")).path
        except OSError:
            path = paths.attribute(self.id, "state")
        async for content in self.host.follow(path, self._settings.state_every):
            state = state_of(content.decode(errors="replace").strip())
            if state is not self.state:
                before = self.state
                self._facts = replace(self._facts, state=state)
                self._saw_state(before)
                self._tell.changed()
        self._gone()

    async def _follow_table(self) -> None:
        path = paths.debug_file(self.id, "resource_table")
        try:
            async for content in self.host.follow(path, self._settings.table_every):
                table, _ = parse(content)
                if table != self._facts.resource_table:
                    self._facts = replace(self._facts, resource_table=table)
                    self._tell.changed()
        except OSError:  # not permitted: the facts say so
            return

    async def _follow_rings(self) -> None:
        """Where the host shows them; a kernel has no such file."""
        try:
            async for content in self.host.follow(paths.debug_file(self.id, RINGS), self._settings.rings_every):
                rings = parse_rings(content)
                if rings != self._rings:
                    self._rings = rings
                    self._tell.changed()
        except OSError:  # not permitted
            return

    def _moved(self) -> None:
        self._trace_moved = self._clock.monotonic()
        self._tell.traced(self.key)


async def _of_a_look(look: Look, reading: Awaitable[Read]) -> Read:
    """What was read; LineLost, too, when a processor only seemed to be gone because the line was."""
    try:
        return await reading
    except NoSuchProcessor:
        look.check()
        raise


async def _power(host: Host, processor_id: str) -> int | None:
    """Power references, where a host shows them; a kernel does not."""
    try:
        return int(await host.read(paths.debug_file(processor_id, "power"), limit=16))
    except (OSError, ValueError):
        return None
