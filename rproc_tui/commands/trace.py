"""`trace`: the log of one or several processors, merged by time."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from datetime import datetime

from rproc_tui.commands.session import controller_for, find
from rproc_tui.controller.changes import Change, TraceAdvanced
from rproc_tui.controller.controller import Controller
from rproc_tui.errors import RprocTuiError
from rproc_tui.model.processor import Processor, ProcessorKey
from rproc_tui.model.trace_line import LineKind, TraceLine

FIRST_LOOK = 0.3
"""Seconds in which what a buffer holds already is read, when nobody follows."""


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("ids", metavar="ID", nargs="+", help="remoteproc0, 0, or the processor's name")
    parser.add_argument("-f", "--follow", action="store_true", help="go on until interrupted")
    parser.add_argument("--json", action="store_true", help="one object a line for programs")


def run(options: argparse.Namespace) -> int:
    """Print what is there, and with --follow what comes."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with controller_for(options) as controller:
        processors = [find(controller.snapshot, wanted) for wanted in options.ids]
        silent = [processor for processor in processors if not processor.traces]
        if silent and not options.follow:
            name, state = silent[0].name, silent[0].state
            raise RprocTuiError(f"{name} is {state} and has no trace", hint="boot it, or use --follow to wait for one")
        write = _as_json if options.json else _as_text(several=len(processors) > 1)
        await _Printer(controller, processors, write).print(follow=options.follow)
    return 0


Write = Callable[[Processor, TraceLine, float], None]


class _Printer:
    """Prints the lines of several rings in the order of their arrival."""

    def __init__(self, controller: Controller, processors: list[Processor], write: Write) -> None:
        self._controller = controller
        self._write = write
        self._processors = {processor.key: processor for processor in processors}
        self._printed: dict[ProcessorKey, int] = {}
        self._news = asyncio.Event()

    async def print(self, *, follow: bool) -> None:
        unsubscribe = self._controller.subscribe(self._hear)
        try:
            if not follow:
                await asyncio.sleep(FIRST_LOOK)
            self._print_new()
            while follow:
                await self._news.wait()
                self._news.clear()
                self._print_new()
        finally:
            unsubscribe()

    def _hear(self, change: Change) -> None:
        if isinstance(change, TraceAdvanced) and change.key in self._processors:
            self._news.set()

    def _print_new(self) -> None:
        new: list[tuple[float, ProcessorKey, TraceLine]] = []
        for key in self._processors:
            ring = self._controller.trace(key)
            first = max(self._printed.get(key, 0), ring.start)
            lines = ring.lines(first, ring.stop)
            if lines and lines[-1].partial:  # it comes again, whole
                lines = lines[:-1]
            self._printed[key] = first + len(lines)
            new += [(line.arrived, key, line) for line in lines]
        clock = self._controller.clock
        offset = clock.wall() - clock.monotonic()
        for arrived, key, line in sorted(new, key=lambda entry: entry[0]):
            self._write(self._processors[key], line, arrived + offset)
        sys.stdout.flush()


def _as_text(*, several: bool) -> Write:
    def write(processor: Processor, line: TraceLine, wall: float) -> None:
        when = datetime.fromtimestamp(wall).astimezone().strftime("%H:%M:%S.%f")[:-3]
        who = f"{processor.name}: " if several else ""
        text = line.text if line.kind is LineKind.TEXT else f"--- {line.text} ---"
        print(f"{when} {who}{text}")

    return write


def _as_json(processor: Processor, line: TraceLine, wall: float) -> None:
    print(
        json.dumps(
            {
                "schema": "rproc-tui/trace-line",
                "version": 1,
                "id": processor.id,
                "name": processor.name,
                "time": wall,
                "firmware_time": line.firmware_time,
                "kind": line.kind,
                "text": line.text,
            }
        )
    )
