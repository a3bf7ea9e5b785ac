"""`watch ID [FILE]`: reload a processor whenever a firmware file has become another good build, until interrupted.

`watch --on-crash CMD` runs a command for each crash besides; without ID it does nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime

from rproc_tui.commands import on_crash
from rproc_tui.commands.act import exit_code, tell
from rproc_tui.commands.ending import ending
from rproc_tui.commands.failure import print_failure
from rproc_tui.commands.on_crash import CrashWatch
from rproc_tui.commands.session import controller_for, find
from rproc_tui.controller.changes import Change, SnapshotChanged
from rproc_tui.controller.controller import Controller
from rproc_tui.errors import NoSuchProcessor, UsageError
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor, ProcessorKey
from rproc_tui.model.watch import Watch, WatchState

ROLLBACK = "go back to the last good firmware when a new one does not start, or crashes within 5 seconds"


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("id", metavar="ID", nargs="?", help="remoteproc0, 0, or the processor's name")
    text = "a file of this machine, which is loaded now and sent where the processor is; without: the one that it loads"
    parser.add_argument("file", metavar="FILE", nargs="?", help=text)
    parser.add_argument("--rollback", action="store_true", default=argparse.SUPPRESS, help=ROLLBACK)
    parser.add_argument("--on-crash", metavar="CMD", help=on_crash.HELP)
    text = "with --on-crash: look at the crashes of ID only, and leave its firmware alone"
    parser.add_argument("--no-reload", action="store_true", help=text)
    parser.add_argument("--json", action="store_true", help="one object a line for programs")


def run(options: argparse.Namespace) -> int:
    """Watch; the answer is that of an interrupted program, 128 and the signal's number."""
    if options.on_crash is None and (options.id is None or options.no_reload):
        raise UsageError("watch needs the ID of a processor, or --on-crash CMD")
    if options.id is None or options.no_reload:
        return asyncio.run(_watch_crashes(options))
    return asyncio.run(watch(options, options.id, options.file, options.on_crash))


async def _watch_crashes(options: argparse.Namespace) -> int:
    """Until a signal ends it; no firmware is looked at."""
    async with controller_for(options) as controller:
        keys = None if options.id is None else [find(controller.snapshot, options.id).key]
        crashes = CrashWatch(controller, options.on_crash, keys, as_json=options.json)
        print("waiting for crashes; ^C ends it", file=sys.stderr, flush=True)
        try:
            with ending() as ended:
                return 128 + await ended
        finally:
            await crashes.close()


async def watch(options: argparse.Namespace, wanted: str, file: str | None, command: str | None = None) -> int:
    """Until a signal ends it."""
    async with controller_for(options) as controller, contextlib.AsyncExitStack() as crashes:
        processor = find(controller.snapshot, wanted)
        if command is not None:
            crash_watch = CrashWatch(controller, command, [processor.key], as_json=options.json)
            crashes.push_async_callback(crash_watch.close)
        write = _as_json(controller) if options.json else _as_text(controller)
        printer = _Printer(controller, processor.key, write)
        outcome = await controller.act(processor.key, Verb.WATCH, "on" if file is None else _path(file))
        if not outcome.ok:
            tell(processor, outcome)
            code = exit_code(outcome)
            if options.json:
                hint = next(iter(outcome.advice), None)
                print_failure(outcome.message, hint=hint, errno=outcome.errno, exit_code=code)
            return code
        print(f"{outcome.message}; ^C ends it", file=sys.stderr)
        number = await printer.print()
        end = await controller.act(processor.key, Verb.WATCH, "off")
        print(end.message, file=sys.stderr)
    return 128 + number


def _path(file: str) -> str:
    """Never the word `on` or `off`."""
    return os.path.abspath(file)


Write = Callable[[Processor, Watch], None]


class _Printer:
    """Prints each state of the watch once."""

    def __init__(self, controller: Controller, key: ProcessorKey, write: Write) -> None:
        self._controller = controller
        self._key = key
        self._write = write
        self._states: asyncio.Queue[Processor | None] = asyncio.Queue()
        self._last: Watch | None = None

    async def print(self) -> int:
        """Until a signal comes, whose number is the answer. NoSuchProcessor when the processor goes."""
        unsubscribe = self._controller.subscribe(self._hear)
        self._states.put_nowait(self._controller.snapshot.find(self._key))  # as the watch begins
        printing = asyncio.create_task(self._print())
        try:
            with ending() as ended:
                waited_for: set[asyncio.Future[None] | asyncio.Future[int]] = {printing, ended}
                await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
                if printing.done():
                    await printing
                return ended.result()
        finally:
            printing.cancel()
            unsubscribe()

    def _hear(self, change: Change) -> None:
        if isinstance(change, SnapshotChanged):
            self._states.put_nowait(change.snapshot.find(self._key))

    async def _print(self) -> None:
        while (processor := await self._states.get()) is not None:
            if processor.watch is not None and processor.watch != self._last:
                self._last = processor.watch
                self._write(processor, processor.watch)
                sys.stdout.flush()
        raise NoSuchProcessor("the processor that was watched is gone")


_WORDS = {WatchState.REJECTED: "not taken: ", WatchState.MISSING: "", WatchState.WAITING: ""}
"""What people read of each state; what comes and goes in between is not told."""


def _as_text(controller: Controller) -> Write:
    reloads = 0

    def write(processor: Processor, state: Watch) -> None:
        nonlocal reloads
        if state.state not in _WORDS or not state.message:
            return
        word = "reloaded: " if state.reloads > reloads else _WORDS[state.state]
        reloads = state.reloads
        when = datetime.fromtimestamp(controller.clock.wall()).astimezone().strftime("%H:%M:%S.%f")[:-3]
        print(f"{when} {processor.name} {processor.state}: {word}{state.message}")

    return write


def _as_json(controller: Controller) -> Write:
    def write(processor: Processor, state: Watch) -> None:
        line = {
            "schema": "rproc-tui/watch",
            "version": 1,
            "id": processor.id,
            "name": processor.name,
            "host": processor.key.host,
            "time": controller.clock.wall(),
            "file": state.path,
            "watch": state.state,
            "message": state.message,
            "reloads": state.reloads,
            "state": processor.state,
            "firmware": processor.firmware,
        }
        print(json.dumps(line))

    return write
