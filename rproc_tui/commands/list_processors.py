"""`list`: every processor of every host."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys

from rproc_tui.commands.session import controller_for, print_json
from rproc_tui.commands.table import table
from rproc_tui.controller.as_json import list_object
from rproc_tui.model.processor import HostState, Processor, Snapshot

_PLAIN = re.compile(r"[A-Za-z0-9_.-]+")
HEADS = ("ID", "NAME", "STATE", "FIRMWARE", "CORE", "DRIVER", "DEVICE")


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="one object for programs")
    how.add_argument("--names", action="store_true", help="one word a line that names each, for the shell's completion")


def run(options: argparse.Namespace) -> int:
    """Print them; 0 when every host could be looked at."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with controller_for(options) as controller:
        snapshot = controller.snapshot
    if options.json:
        print_json(list_object(snapshot))
    elif options.names:
        print(*map(_word, snapshot.processors), sep="\n", end="\n" if snapshot.processors else "")
    else:
        _print(snapshot)
    return 0 if all(host.error is None for host in snapshot.hosts) else 1


def _print(snapshot: Snapshot) -> None:
    for host in snapshot.hosts:
        if len(snapshot.hosts) > 1:
            print(f"{host.label}:" if host.is_reached else f"{host.label}: not reached")
        if host.processors:
            print(table(HEADS, [_row(processor) for processor in host.processors]))
        _say(host)


def _word(processor: Processor) -> str:
    """Its name, where that is a plain word: a shell expands what it completes from."""
    return processor.name if _PLAIN.fullmatch(processor.name) else processor.id


def _row(processor: Processor) -> tuple[str, ...]:
    notes = "".join(f" ({note})" for note in sorted(processor.notes))
    device = processor.key.device.rpartition("/")[2]
    state = f"{processor.state}{notes}"
    return (
        processor.id,
        processor.name,
        state,
        processor.firmware or "?",
        processor.core or "?",
        processor.driver or "?",
        device,
    )


def _say(host: HostState) -> None:
    """What is wrong and what to do is talk, not data."""
    if host.error is not None:
        print(host.error, file=sys.stderr)
        for advice in host.advice:
            print(f"  {advice}", file=sys.stderr)
