"""`watch --on-crash CMD`: tells of every crash that was captured, and has a shell run a command for each.

The command is the user's own line for `sh -c`. What firmware or a kernel named gets to it only as `$1` and in the
environment, and is never part of what the shell parses.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from rproc_tui.controller.changes import Change, EventHappened
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.crash_folder import REPORT
from rproc_tui.model.crash import CrashRecord
from rproc_tui.model.event import Event
from rproc_tui.model.processor import ProcessorKey
from rproc_tui.sanitise import sanitise

HELP = (
    "run CMD by sh for each crash, once its evidence is kept: $1 and $RPROC_TUI_REPORT are the path of the report "
    "(JSON), $RPROC_TUI_FOLDER is where the rest lies; what it prints goes to stderr. Without ID: the crashes of all "
    "processors, and no firmware is watched"
)

WAITING_MOST = 100
"""Crashes for which a command that takes long may still have to run; it is not run for those beyond."""

STANDARD_ERROR = 2
"""Where the command prints to: standard output has our lines only."""

PATIENCE = 5.0
"""Seconds that a command which is under way gets at the end."""


@dataclass(frozen=True, slots=True)
class _Crash:
    """One crash to tell of."""

    event: Event
    record: CrashRecord
    report: str
    """Path of the report; empty where it could not be kept."""

    def environment(self) -> Mapping[str, str]:
        record = self.record
        return {
            "RPROC_TUI_REPORT": self.report,
            "RPROC_TUI_FOLDER": record.folder or "",
            "RPROC_TUI_HOST": record.host,
            "RPROC_TUI_PROCESSOR": record.processor,
            "RPROC_TUI_DEVICE": record.device,
            "RPROC_TUI_TITLE": record.title or "",
            "RPROC_TUI_PLACE": record.place or "",
        }


class CrashWatch:
    """Hears of crashes from its making to its close. With `keys` None those of every processor."""

    def __init__(
        self, controller: Controller, command: str | None, keys: Collection[ProcessorKey] | None, *, as_json: bool
    ) -> None:
        self._clock = controller.clock
        self._command = command
        self._keys = keys
        self._as_json = as_json
        self._told: set[str] = set()
        self._waiting: asyncio.Queue[_Crash] = asyncio.Queue(WAITING_MOST)
        self._busy = asyncio.Lock()
        self._unsubscribe = controller.subscribe(self._hear)
        self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Hear no more; what runs gets a moment to end, what would have run is not begun."""
        self._unsubscribe()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._busy.acquire()
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running

    def _hear(self, change: Change) -> None:
        if not isinstance(change, EventHappened) or change.event.crash is None:
            return
        event, record = change.event, change.event.crash
        if record.id in self._told or (self._keys is not None and event.processor not in self._keys):
            return
        self._told.add(record.id)
        path = os.path.join(record.folder, REPORT) if record.folder else ""
        crash = _Crash(event, record, path if os.path.exists(path) else "")
        self._tell(crash)
        if self._command is not None:
            self._put(crash)

    def _put(self, crash: _Crash) -> None:
        try:
            self._waiting.put_nowait(crash)
        except asyncio.QueueFull:
            _say(f"--on-crash is not run for {crash.record.id}: it has not ended for those before")

    def _tell(self, crash: _Crash) -> None:
        if self._as_json:
            print(json.dumps(_object(crash)))
        else:
            when = datetime.fromtimestamp(self._clock.wall()).astimezone().strftime("%H:%M:%S.%f")[:-3]
            print(f"{when} {sanitise(crash.event.text)}")
        sys.stdout.flush()

    async def _run(self) -> None:
        while True:
            crash = await self._waiting.get()
            async with self._busy:
                try:
                    await self._run_for(crash)
                except OSError as error:
                    _say(f"--on-crash cannot be run for {crash.record.id}: {error.strerror}")

    async def _run_for(self, crash: _Crash) -> None:
        assert self._command is not None
        process = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", self._command, "rproc-tui", crash.report),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=STANDARD_ERROR,
            env={**os.environ, **crash.environment()},
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        if code:
            _say(f"--on-crash ended with {code} for {crash.record.id}")


def _say(sentence: str) -> None:
    print(f"rproc-tui: {sentence}", file=sys.stderr, flush=True)


def _object(crash: _Crash) -> dict[str, object]:
    record = crash.record
    return {
        "schema": "rproc-tui/captured",
        "version": 1,
        "id": record.processor_id,
        "name": record.processor,
        "host": record.host,
        "device_path": record.device,
        "time": record.when,
        "crash": record.id,
        "type": record.type,
        "number": record.number,
        "title": record.title,
        "place": record.place,
        "folder": record.folder,
        "report": crash.report or None,
        "problems": list(record.problems),
    }
