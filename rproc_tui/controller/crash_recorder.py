"""Captures every crash of every processor: hears of each sign, begins the capture, hands it what comes later."""

from __future__ import annotations

import asyncio
import importlib
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from rproc_tui.clock import Clock
from rproc_tui.controller.crash_signs import CrashSigns
from rproc_tui.controller.examined_crashes import ExaminedCrashes
from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.controller.settings import Settings
from rproc_tui.controller.tasks import Tasks
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.crash import CrashRecord
from rproc_tui.model.processor import ProcessorKey, State

if TYPE_CHECKING:
    from rproc_tui.controller.crash_capture import CaptureTools, CrashCapture

_AT_A_CRASH = ("rproc_tui.controller.crash_capture", "rproc_tui.controller.dump", "rproc_tui.diagnosis.match")

AT_ONCE = 8
"""Captures of one processor that are under way at a time; crashes that come meanwhile are counted only."""
DUMPS_KNOWN = 16
"""Dumps of one processor whose names are remembered."""
LOG_LATE = 0.3
"""Seconds by which a line of the log may come later than the state that it is about."""
CLOSE_PATIENCE = 3.0
"""Seconds in which captures that are under way may end before the program does."""


class _Life:
    """One processor."""

    def __init__(self, session: ProcessorSession) -> None:
        self.session = session
        self.signs = CrashSigns()
        self.newest: CrashCapture | None = None
        self.before: CrashCapture | None = None
        """The one before the newest."""
        self.present: CrashCapture | None = None
        """That of the crash which the signs are about; None where that one was missed."""
        self.dumps: deque[str] = deque(maxlen=DUMPS_KNOWN)
        """Names of dumps that were taken up; none comes twice."""
        self.under_way = 0
        self.missed = 0


class CrashRecorder:
    """For all hosts of a controller."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        examined: ExaminedCrashes,
        captured: Callable[[ProcessorSession, CrashRecord], None],
    ) -> None:
        self._clock = clock
        self._examined = examined
        self._settings = settings
        self._captured = captured
        self._tasks = Tasks()
        self._lives: dict[ProcessorKey, _Life] = {}
        self._tools: CaptureTools | None = None

    def heard(self, session: ProcessorSession, fact: KernelFact, *, is_new: bool) -> None:
        """The kernel spoke of a processor; what it said before we came begins no capture."""
        life = self._life(session)
        begins = life.signs.heard(fact)
        if begins and is_new:
            self._begin(life)
        if fact.kind is Kind.RECOVERING and life.present is not None:
            life.present.is_recovering = True
        if fact.kind is Kind.STOPPED and life.present is not None and life.present.is_recovering:
            life.present.has_stopped = True
        self._tell(life, is_over=not life.signs.under_way or fact.kind is Kind.STEP_FAILED)

    def state_changed(self, session: ProcessorSession, now: State) -> None:
        """Its state is seen to be another."""
        life = self._life(session)
        if session.history.crashes is None:  # no log
            self._saw(life, now)
        elif now is State.CRASHED and not life.signs.under_way:
            self._tasks.begin(self._saw_later(life), f"state of {session.id} without a line about it")

    def dump_came(self, session: ProcessorSession) -> None:
        """The kernel holds a dump of it: of the newest crash, or of one that nothing else told of."""
        life = self._life(session)
        if session.dump is None or session.dump in life.dumps:  # a slow look may still have seen one that is freed
            return
        life.dumps.append(session.dump)
        capture = self._died_with(life)
        if capture is None:
            self._begin(life)
            capture = life.newest
            if capture is None or capture.has_dump:  # too many are under way
                return
            capture.is_certain()
        self._tasks.begin(capture.collect(session.dump), f"dump of {session.id}")

    def _died_with(self, life: _Life) -> CrashCapture | None:
        """The crash that a dump is of; None for one that nothing else told of.

        The kernel dumps between stopping the processor and starting it again. What is seen before the newest crash is
        as far is still of the one before.
        """
        newest, before = life.newest, life.before
        if newest is None or newest.has_dump:
            return None
        if newest.has_stopped or before is None or before.is_dropped or before.has_dump:
            return newest
        return before if before.is_recovering else newest

    async def prepare(self) -> None:
        """Load what is needed at a crash: a kernel recovers sooner than that takes."""
        await asyncio.to_thread(_load)

    async def look_back(self, session: ProcessorSession) -> None:
        """Capture a crash from before we came, of which something is left, unless it was captured then."""
        life = self._life(session)
        if session.state is not State.CRASHED and session.dump is None:
            return
        age = self._age_of_last(session)
        if await asyncio.to_thread(self._is_kept, session, self._clock.wall() - age):
            return
        life.signs.under_way = life.signs.under_way or session.state is State.CRASHED
        self._begin(life, age=age)
        if life.present is not None:
            life.present.is_certain()
        self._tell(life, is_over=session.state is not State.CRASHED)
        self.dump_came(session)

    def forget(self, session: ProcessorSession) -> None:
        """Its machine was booted: signs are of the life before, and the names of dumps begin anew."""
        self._lives.pop(session.key, None)

    async def close(self) -> None:
        """Let captures that are under way end."""
        await self._tasks.drain(CLOSE_PATIENCE)
        await self._tasks.end()

    def _life(self, session: ProcessorSession) -> _Life:
        life = self._lives.get(session.key)
        if life is None or life.session is not session:
            life = self._lives[session.key] = _Life(session)
        return life

    def _begin(self, life: _Life, *, age: float = 0.0) -> None:
        if life.newest is not None:
            life.newest.is_followed()
        if life.under_way >= AT_ONCE:
            life.present = None
            life.missed += 1
            return
        from rproc_tui.controller.crash_capture import CrashCapture  # noqa: PLC0415 (nobody pays before a crash)

        capture = CrashCapture(life.session, self._shared(), missed=life.missed, age=age)
        life.newest, life.before, life.present, life.missed = capture, life.newest, capture, 0
        life.under_way += 1
        self._tasks.begin(self._run(life, capture), f"crash of {life.session.id}")

    async def _run(self, life: _Life, capture: CrashCapture) -> None:
        try:
            await capture.run()
        finally:
            life.under_way -= 1

    def _tell(self, life: _Life, *, is_over: bool) -> None:
        """Hand on what the signs say to the capture that they are about."""
        capture, signs = life.present, life.signs
        if capture is None:
            return
        if is_over:
            capture.is_over()
        if signs.under_way or capture.type is None:
            capture.type = signs.type if signs.type is not None else capture.type
            capture.number = signs.number if signs.number is not None else capture.number
        if signs.is_certain:
            capture.is_certain()

    def _saw(self, life: _Life, state: State) -> None:
        if life.signs.saw(state):
            self._begin(life)
        self._tell(life, is_over=not life.signs.under_way)

    async def _saw_later(self, life: _Life) -> None:
        """The log tells more, and mostly sooner; where it does not, the state has to do."""
        await asyncio.sleep(LOG_LATE)
        if life.session.state is State.CRASHED and not life.signs.under_way:
            self._saw(life, State.CRASHED)

    def _shared(self) -> CaptureTools:
        if self._tools is None:
            from rproc_tui.controller.crash_capture import CaptureTools  # noqa: PLC0415 (nobody pays before a crash)
            from rproc_tui.controller.crash_firmware import FirmwareCopies  # noqa: PLC0415
            from rproc_tui.controller.crash_space import CrashSpace  # noqa: PLC0415

            space = CrashSpace(self._settings.folder(), self._settings.crashes_most)
            self._tools = CaptureTools(
                clock=self._clock,
                settings=self._settings,
                space=space,
                copies=FirmwareCopies(space),
                examined=self._examined,
                turn=asyncio.Lock(),
                publish=self._captured,
            )
        return self._tools

    def _age_of_last(self, session: ProcessorSession) -> float:
        """Seconds since the last crash that the log tells of; 0 where it tells of none."""
        handled = [fact.line.seconds for fact in session.history.facts if fact.kind is Kind.CRASH_HANDLED]
        uptime = session.history.uptime(self._clock.monotonic())
        return max(0.0, uptime - handled[-1]) if handled and uptime is not None else 0.0

    def _is_kept(self, session: ProcessorSession, when: float) -> bool:
        from rproc_tui.controller.crash_history import is_kept  # noqa: PLC0415 (rarely needed)

        return is_kept(self._settings.folder(), session.key, when)


def _load() -> None:
    """Also what explains the kernel's lines, which would else be loaded between a crash and the first look at it."""
    for name in _AT_A_CRASH:
        importlib.import_module(name)
    from rproc_tui.diagnosis.catalogue import catalogue  # noqa: PLC0415

    catalogue()
