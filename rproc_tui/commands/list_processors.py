"""`list`: every processor of every host."""

from __future__ import annotations

import argparse
import asyncio
import sys

from rproc_tui.commands.session import controller_for, print_json
from rproc_tui.commands.table import table
from rproc_tui.controller.as_json import list_object
from rproc_tui.model.processor import HostState, Processor, Snapshot

HEADS = ("ID", "NAME", "STATE", "FIRMWARE", "CORE", "DRIVER", "DEVICE")


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("--json", action="store_true", help="one object for programs")


def run(options: argparse.Namespace) -> int:
    """Print them; 0 when every host could be looked at."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with controller_for(options) as controller:
        snapshot = controller.snapshot
    if options.json:
        print_json(list_object(snapshot))
    else:
        _print(snapshot)
    return 0 if all(host.error is None for host in snapshot.hosts) else 1


def _print(snapshot: Snapshot) -> None:
    for host in snapshot.hosts:
        if len(snapshot.hosts) > 1:
            print(f"{host.label}:")
        if host.processors:
            print(table(HEADS, [_row(processor) for processor in host.processors]))
        _say(host)


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
