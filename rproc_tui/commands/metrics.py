"""`metrics`: state, crashes, boots, trace and vrings for Prometheus, once or into a file again and again."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from rproc_tui.commands.ending import ending
from rproc_tui.commands.session import controller_for
from rproc_tui.controller.as_metrics import metrics_text
from rproc_tui.controller.controller import Controller
from rproc_tui.errors import NoSuchProcessor, UsageError
from rproc_tui.hosts.file_access import install
from rproc_tui.model.processor import ProcessorKey

FIRST_LOOK = 0.3
"""Seconds in which what a trace buffer holds already is read."""


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    text = (
        "a file that is replaced as a whole, for node_exporter's --collector.textfile.directory; else standard output"
    )
    parser.add_argument("-o", "--output", metavar="FILE.prom", help=text)
    text = "write it anew every so many seconds until interrupted; counters then count all that happens"
    parser.add_argument("--every", metavar="SECONDS", type=_seconds, help=text)


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no time between two looks")
    return number


def run(options: argparse.Namespace) -> int:
    """Write them; 0 when every host could be looked at."""
    if options.every is not None and options.output is None:
        raise UsageError("--every writes a file anew", hint="name it with -o FILE.prom")
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with controller_for(options) as controller:
        if any(processor.traces for processor in controller.snapshot.processors):
            await asyncio.sleep(FIRST_LOOK)
        _write(controller, options.output)
        if options.every is not None:
            return 128 + await _go_on(controller, options)
        return 0 if all(host.error is None for host in controller.snapshot.hosts) else 1


async def _go_on(controller: Controller, options: argparse.Namespace) -> int:
    """Until a signal comes, whose number is the answer."""
    with ending() as ended:
        while not ended.done():
            await asyncio.wait([ended], timeout=options.every)
            _write(controller, options.output)
        return ended.result()


def _write(controller: Controller, path: str | None) -> None:
    text = metrics_text(controller.snapshot, lambda key: _trace_lines(controller, key))
    if path is None:
        sys.stdout.write(text)
    else:
        install(os.path.abspath(path), text.encode("utf-8", "backslashreplace"))


def _trace_lines(controller: Controller, key: ProcessorKey) -> int | None:
    """None for a processor that went since the last look."""
    try:
        return controller.trace(key).stop
    except NoSuchProcessor:
        return None
