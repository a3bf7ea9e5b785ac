"""The capture of one crash: at once what vanishes, then what the kernel hands out, then the report.

Nothing here waits for an action or makes one wait, and whatever touches a disk does so on a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from rproc_tui.clock import Clock
from rproc_tui.controller import crash_folder
from rproc_tui.controller.crash_dump import collect_dump
from rproc_tui.controller.crash_facts import CaptureFacts
from rproc_tui.controller.crash_firmware import FirmwareCopies
from rproc_tui.controller.crash_period import period_of
from rproc_tui.controller.crash_remains import Remains, read_remains
from rproc_tui.controller.crash_saving import files_of, not_kept, renewed, save, save_facts
from rproc_tui.controller.crash_space import CrashSpace
from rproc_tui.controller.crash_trace import run_lines
from rproc_tui.controller.crash_trace_file import trace_of
from rproc_tui.controller.dump_collection import collecting
from rproc_tui.controller.examined_crashes import ExaminedCrashes
from rproc_tui.controller.kernel_log_file import as_text
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.controller.settings import Settings
from rproc_tui.errors import GivenUp, HostError, LineLost
from rproc_tui.linux.kernel_fact import Kind
from rproc_tui.linux.reading import GONE
from rproc_tui.linux.staged_name import own_name
from rproc_tui.model.crash import CrashRecord, CrashStage
from rproc_tui.model.kernel_log import KernelLine

CERTAIN_WITHIN = 1.0
"""Seconds after its report in which the kernel deals with a crash, unless the processor was off."""
OVER_WITHIN = 0.5
"""Seconds for which the kernel's further lines are waited for, where no dump is to come."""
DUMP_WITHIN = 3.0
"""The same where one is to come."""
DUMP_SEEN_WITHIN = 0.5
"""Seconds after a recovery in which the dump that it made is found."""
LINES_BEFORE = 100
"""Kernel lines from before the crash that are kept."""
LINES_MOST = 400

NO_MEMORY = "no memory was kept, since the kernel's dump is disabled: `c` switches it on for the next crash"


@dataclass(frozen=True, slots=True)
class CaptureTools:
    """What all captures share."""

    clock: Clock
    settings: Settings
    space: CrashSpace
    copies: FirmwareCopies
    examined: ExaminedCrashes
    turn: asyncio.Lock
    """Held by who examines: that is work for the processor that we run on."""
    publish: Callable[[ProcessorSession, CrashRecord], None]


class CrashCapture:
    """One crash of one processor, from its first sign on."""

    def __init__(self, session: ProcessorSession, tools: CaptureTools, *, missed: int = 0, age: float = 0.0) -> None:
        self.session = session
        self.type: str | None = None
        """The kernel's word, as soon as it is told."""
        self.number: int | None = None
        self.is_recovering = False
        """The kernel said that it recovers the processor; only then it makes a dump."""
        self.has_stopped = False
        """It said that it has stopped it for that, which it does first."""
        self.is_dropped = False
        """It was no crash."""
        self.facts: CaptureFacts | None = None
        """None until its folder is there."""
        self._tools = tools
        self._missed = missed
        self._when = tools.clock.wall() - age
        self._mark = session.ring.stop
        """Number of the first trace line that came after the first sign."""
        self._loaded = session.loaded_digest  # a recovery loads the file anew, whatever is in it by then
        self._first_line = next((line.sequence for line in reversed(session.kernel_log)), 0) - LINES_BEFORE
        self._end_line: int | None = None
        """Sequence number of the first line about the next crash."""
        self._lines: dict[int, KernelLine] = {}
        """What the kernel has said about it, by sequence number: its log goes on for hours before a late dump."""
        self._followed: list[str] = []
        """The trace of the run, as far as it was followed."""
        self._remains: Remains | None = None
        self._has_memory = False
        self._certain, self._over = asyncio.Event(), asyncio.Event()
        self._dumped, self._next = asyncio.Event(), asyncio.Event()
        self._dump: str | None = None
        self._collected: str | None = None
        self._work = asyncio.Lock()

    def is_certain(self) -> None:
        """The kernel deals with it."""
        self._certain.set()

    def is_followed(self) -> None:
        """The next crash begins: what the kernel says from now on is about that."""
        self._over.set()
        self._next.set()
        if self._end_line is None:
            self._end_line = next((line.sequence for line in reversed(self.session.kernel_log)), None)

    def is_over(self) -> None:
        """The processor is up again, or being started anew."""
        self._over.set()

    @property
    def has_dump(self) -> bool:
        """Whether one came for it already."""
        return self._dump is not None

    async def run(self) -> None:
        """To its report; nothing is kept of a report that the kernel did not act on."""
        self._remains = await read_remains(self.session, self._becomes_certain)
        if not await self._becomes_certain() and not self._remains.caught:
            self.is_dropped = True
            return
        async with self._work, self._open_folder():
            if await self._keep(self._remains):
                self._remains = replace(self._remains, memory=())  # it may be large, and is on disk
                self._has_memory = self.facts is not None and self.facts.record.has_dump
                if self._has_memory:  # nothing better is to come
                    await self._report(())
                await self._wait_for_the_rest()
                self._listen()
                await self._finish()

    async def _becomes_certain(self) -> bool:
        return await _happens(self._certain, CERTAIN_WITHIN)

    async def collect(self, dump: str) -> None:
        """The kernel holds a dump that may be of this crash: take it up; a report that is made already is renewed."""
        self._dump = dump
        self._dumped.set()
        async with self._work, self._open_folder():
            if self.facts is not None and self._collected != dump:
                self._hear()
                await self._finish()

    @contextlib.asynccontextmanager
    async def _open_folder(self) -> AsyncIterator[None]:
        """While it is written, its folder makes room for no other."""
        space = self._tools.space
        if self.facts is not None:
            await asyncio.to_thread(space.open, self.facts.record.folder or "")
        try:
            yield
        finally:
            if self.facts is not None:
                await asyncio.to_thread(space.close, self.facts.record.folder or "")

    async def _keep(self, remains: Remains) -> bool:
        """Save what was read; whether there is a folder for it."""
        session, settings = self.session, self._tools.settings
        try:
            folder = await asyncio.to_thread(
                crash_folder.make_folder, settings.folder(), session.key.host, session.name, self._when
            )
        except OSError as error:
            lost = replace(self._record(), stage=CrashStage.READY, problems=(not_kept("the crash", error),))
            self._tools.publish(session, lost)
            return False
        await asyncio.to_thread(self._tools.space.open, folder)
        self.facts = facts = self._described(remains, folder)
        firmware = await self._keep_firmware(facts)
        self._listen()
        files = (*files_of(remains), *await asyncio.to_thread(self._logs, None))
        problems = await asyncio.to_thread(save, folder, files, self._tools.space)
        problems += () if firmware is None else (firmware,)
        await self._renew(problems=(*remains.problems, *problems))
        return True

    async def _keep_firmware(self, facts: CaptureFacts) -> str | None:
        """Copy it; the answer is what went wrong."""
        path, folder = facts.firmware_path, facts.record.folder
        if path is None or folder is None:
            return None
        kept = await self._tools.copies.keep(self.session.host, path, folder)
        self.facts = replace(facts, firmware_size=kept.size, firmware_sha256=kept.sha256)
        return kept.problem

    async def _wait_for_the_rest(self) -> None:
        """Until the kernel has done what it does with a crash, or is not seen to."""
        remains = self._remains
        if remains is None or remains.recovery == "disabled":
            return
        if remains.coredump in {None, "disabled"}:
            await _happens(self._over, OVER_WITHIN)
            return
        await _first_of(self._over, self._dumped, DUMP_WITHIN)
        if self._over.is_set():
            await _first_of(self._dumped, self._next, DUMP_SEEN_WITHIN)

    async def _finish(self) -> None:
        """Take up what came since: the dump if there is one, and what was said."""
        problems: tuple[str, ...] = ()
        if self._dump != self._collected and self._dump is not None:
            self._collected = self._dump
            problems = await self._collect(self._dump)
        elif self._remains is not None and self._remains.coredump == "disabled":
            problems = (NO_MEMORY,)
        if self._has_memory and self.facts is not None:
            problems += await asyncio.to_thread(self._write_logs)
            problem = await asyncio.to_thread(_tell_what_followed, self.facts, self._tools.space)
            await self._renew(stage=CrashStage.READY, problems=(*problems, *(() if problem is None else (problem,))))
        else:
            await self._report(problems)

    async def _report(self, problems: tuple[str, ...]) -> None:
        """Make the report of what there is by now."""
        await self._renew(stage=CrashStage.EXAMINING, problems=problems)
        facts = self.facts
        if facts is None:
            return
        async with self._tools.turn:
            problems = await asyncio.to_thread(self._write_logs)
            title, place, problem = await asyncio.to_thread(_examine, facts, self._tools)
        problems += () if problem is None else (problem,)
        await self._renew(stage=CrashStage.READY, problems=problems, title=title, place=place)

    async def _collect(self, dump: str) -> tuple[str, ...]:
        """What went wrong with it."""
        session, facts, tools = self.session, self.facts, self._tools
        if facts is None or facts.record.folder is None:
            return ()
        folder = facts.record.folder
        path = os.path.join(folder, crash_folder.DUMP)

        promised: list[int] = []

        def room(wanted: int) -> bool:
            is_there = tools.space.make_room(wanted, folder)
            promised.append(wanted if is_there else 0)
            return is_there

        async with collecting(session) as collection:
            try:
                keep = tools.settings.read_only
                await collect_dump(session.host, dump, path, room=room, keep=keep, collection=collection)
            except LineLost as error:
                return (
                    f"the line broke while the dump came ({error.message}); the kernel has its own for five minutes",
                )
            except (HostError, GivenUp) as error:
                return (error.message,)
            except OSError as error:
                if error.errno in GONE:
                    return ("the kernel's dump was freed before it could be read",)
                return (f"{not_kept('the dump', error)}; the kernel has its own for five minutes",)
            finally:
                await asyncio.to_thread(tools.space.written, sum(promised), folder)
        session.want_refresh()
        return ()

    def _listen(self) -> None:
        """Take up what kernel and firmware have said by now."""
        self._followed = run_lines(self.session.ring, self._mark)
        self._hear()

    def _hear(self) -> None:
        end = self._end_line
        for line in self.session.kernel_log:
            if self._first_line <= line.sequence and (end is None or line.sequence < end):
                self._lines.setdefault(line.sequence, line)

    def _write_logs(self) -> tuple[str, ...]:
        """Both logs as they are now, with what came since; what went wrong."""
        folder = None if self.facts is None else self.facts.record.folder
        logs = [] if folder is None else self._logs(folder)
        problems = [renewed(folder or "", name, content, self._tools.space) for name, content in logs]
        return tuple(problem for problem in problems if problem is not None)

    def _logs(self, folder: str | None) -> list[tuple[str, bytes]]:
        """The kernel's and the firmware's; the dump in `folder` may hold the end of that."""
        lines = list(self._lines.values())[:LINES_MOST]
        trace = self._followed if self._remains is None else trace_of(self._followed, self._remains, folder)
        logs = [(crash_folder.KERNEL_LOG, as_text(lines)), (crash_folder.TRACE, "".join(f"{one}\n" for one in trace))]
        return [(name, text.encode("utf-8", "backslashreplace")) for name, text in logs if text]

    async def _renew(
        self,
        *,
        stage: CrashStage = CrashStage.COLLECTING,
        problems: tuple[str, ...] = (),
        title: str | None = None,
        place: str | None = None,
    ) -> None:
        """Bring `capture.json` and the record up to date, and tell."""
        facts = self.facts
        if facts is None:
            return
        times = self._times()
        period = period_of(times)
        record = replace(facts.record, stage=stage, type=self.type, number=self.number)
        record = replace(record, count=period.count, period=period.seconds, regular=period.regular)
        record = replace(record, title=title or record.title, place=place or record.place)
        record = replace(record, problems=tuple(dict.fromkeys((*record.problems, *problems))))
        facts = replace(facts, record=record, uptime=times[-1] if times else None)
        self.facts = facts = await asyncio.to_thread(_kept, facts, self._tools.space)
        self._tools.publish(self.session, facts.record)

    def _described(self, remains: Remains, folder: str) -> CaptureFacts:
        session, processor = self.session, remains.processor
        record = replace(self._record(), id=os.path.basename(folder), folder=folder)
        return CaptureFacts(
            record=record,
            core=processor.core,
            kernel=session.kernel_release,
            state=remains.state,
            coredump=remains.coredump,
            recovery=remains.recovery,
            caught=remains.caught,
            firmware_path=processor.firmware_path,
            loaded_sha256=self._loaded,
            regions=processor.regions,
        )

    def _record(self) -> CrashRecord:
        """What is known before there is a folder."""
        session, processor = self.session, self.session.snapshot()
        return CrashRecord(
            id=f"{session.key.host}-{session.name}-{self._when:.3f}",
            host=session.key.host,
            device=session.key.device,
            processor=session.name,
            when=self._when,
            host_kind=session.host.kind,
            processor_id=session.id,
            type=self.type,
            number=self.number,
            firmware=own_name(processor.firmware) if processor.firmware else None,
            missed=self._missed,
        )

    def _times(self) -> list[float]:
        """When the processor crashed, up to this time: seconds since its machine's boot, as far as the log tells."""
        handled = [fact for fact in self.session.history.facts if fact.kind is Kind.CRASH_HANDLED]
        own = next((at for at in range(len(handled) - 1, -1, -1) if handled[at].number == self.number), None)
        return [] if own is None else [fact.line.seconds for fact in handled[: own + 1]]


def _examine(facts: CaptureFacts, tools: CaptureTools) -> tuple[str, str | None, str | None]:
    """Make the report; what it died of, where, and why the report could not be kept.

    The first time takes long: then the parsers are loaded.
    """
    from rproc_tui.controller.crash_examination import as_file  # noqa: PLC0415 (nobody pays before a crash)
    from rproc_tui.crash.report_text import place_text  # noqa: PLC0415 (same)

    report = tools.examined.of(facts).report
    place = None if report.place is None else place_text(report.place)
    problem = renewed(facts.record.folder or "", crash_folder.REPORT, as_file(report), tools.space)
    return report.fault.title, place, problem


def _tell_what_followed(facts: CaptureFacts, space: CrashSpace) -> str | None:
    """Bring the kernel's lines in the report up to date; why that could not be kept."""
    from rproc_tui.controller.crash_examination import with_kernel_lines  # noqa: PLC0415 (loaded for the report)

    content = with_kernel_lines(facts)
    return None if content is None else renewed(facts.record.folder or "", crash_folder.REPORT, content, space)


def _kept(facts: CaptureFacts, space: CrashSpace) -> CaptureFacts:
    """Write the facts; the answer is them as the folder is now."""
    record, folder = facts.record, facts.record.folder or ""
    with contextlib.suppress(OSError):
        has_dump = bool({crash_folder.DUMP, crash_folder.MEMORY} & set(os.listdir(folder)))
        record = replace(record, size=sum(crash_folder.files_of(folder).values()), has_dump=has_dump)
    problems = [one for one in record.problems if one != NO_MEMORY or not record.has_dump]
    facts = replace(facts, record=replace(record, problems=tuple(problems)))
    problem = save_facts(facts, space)
    if problem is not None and problem not in problems:
        facts = replace(facts, record=replace(facts.record, problems=(*problems, problem)))
    return facts


async def _happens(event: asyncio.Event, within: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            await event.wait()
    return event.is_set()


async def _first_of(one: asyncio.Event, other: asyncio.Event, within: float) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in (one, other)]
    try:
        await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
