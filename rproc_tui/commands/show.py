"""`show`: one processor, everything known."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence

from rproc_tui.commands import wait
from rproc_tui.commands.session import controller_for, find, print_json
from rproc_tui.controller.as_json import show_object
from rproc_tui.controller.controller import Controller
from rproc_tui.model.diagnosis import Diagnosis, diagnosis_sentences
from rproc_tui.model.processor import Processor, ProcessorKey, State
from rproc_tui.model.resource_table import (
    ADDRESS_ANY,
    VIRTIO_ID_NAMES,
    CarveoutEntry,
    DevmemEntry,
    Entry,
    RawEntry,
    TraceEntry,
    VdevEntry,
    entry_type,
)


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("id", metavar="ID", help="remoteproc0, 0, or the processor's name")
    parser.add_argument("--json", action="store_true", help="one object for programs")
    wait.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Print it."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with controller_for(options) as controller:
        key = find(controller.snapshot, options.id).key
        reached = options.wait is None or await _wait(controller, key, options)
        await controller.look(key)
        processor = find(controller.snapshot, options.id)
        facts = controller.firmware(processor.key)
        diagnoses = controller.diagnoses(processor.key)
    if options.json:
        print_json(show_object(processor, facts, diagnoses))
    else:
        _print(processor, diagnoses)
    return 0 if reached else 1


async def _wait(controller: Controller, key: ProcessorKey, options: argparse.Namespace) -> bool:
    """Whether it came to the state that is wanted; if not, that is said on stderr."""
    with contextlib.closing(wait.Wait(controller, [key])) as watching:
        (arrival,) = await watching.reach(State(options.wait), options.timeout)
    if not arrival.reached:
        print(arrival.sentence(options.wait), file=sys.stderr)
    return arrival.reached


def _print(processor: Processor, diagnoses: Sequence[Diagnosis]) -> None:
    for name, value in _facts(processor):
        print(f"{name:<11}{value}")
    for title, lines in (("memory", _memory(processor)), ("table", _table(processor))):
        for number, line in enumerate(lines):
            print(f"{title if number == 0 else '':<11}{line}")
    for sentence in processor.unreadable:
        print(f"{'note':<11}{sentence}")
    for diagnosis in diagnoses:
        cause, *cures = diagnosis_sentences(diagnosis)
        print(f"{diagnosis.severity:<11}{cause}")
        for cure in cures:
            print(f"{'':<11}→ {cure}")


def _facts(processor: Processor) -> list[tuple[str, str]]:
    notes = "".join(f", {note}" for note in sorted(processor.notes))
    path = processor.firmware_local_path or processor.firmware_path or _no_file(processor)
    entry = "" if processor.boot_address is None else f", entry {processor.boot_address:#x}"
    facts = {
        "processor": f"{processor.id}  {processor.name}  ({processor.driver or '?'}, {processor.key.device})",
        "state": f"{processor.state}{notes}",
        "firmware": f"{processor.firmware or '?'}  ({path}{entry})",
        "core": processor.core or "?",
        "compatible": ", ".join(processor.compatible) or "?",
        "power": "?" if processor.power is None else str(processor.power),
        "recovery": processor.recovery_text or "?",
        "coredump": (processor.coredump or "?") + (f", {processor.dump} waits" if processor.dump else ""),
        "crashes": "?" if processor.crashes is None else str(processor.crashes),
        "traces": ", ".join(processor.traces) or "none",
    }
    return list(facts.items())


def _no_file(processor: Processor) -> str:
    """Why there is no file to name; the kernel knows none of a processor that it attached to."""
    return "loaded before Linux came" if processor.firmware == "unknown" else "no such file"


def _memory(processor: Processor) -> list[str]:
    return [
        f"{region.da:#010x}  {region.size:>10}  {region.kind:<9} {region.name}"
        for region in sorted(processor.regions, key=lambda region: region.da)
    ]


def _table(processor: Processor) -> list[str]:
    table = processor.resource_table
    return [] if table is None else [line for entry in table.entries for line in _entry(entry)]


def _entry(entry: Entry) -> list[str]:
    head = f"{entry.index} {entry_type(entry):<9}"
    match entry:
        case CarveoutEntry() | DevmemEntry():
            return [f"{head} {_address(entry.da)}  {entry.len:>10}  {entry.name}"]
        case TraceEntry():
            return [f"{head} {_address(entry.da)}  {entry.len:>10}  {entry.name}"]
        case VdevEntry():
            kind = VIRTIO_ID_NAMES.get(entry.id, f"virtio id {entry.id}")
            rings = [
                f"    vring{number} {_address(ring.da)}  {ring.num} x {ring.align}, notify {ring.notifyid}"
                for number, ring in enumerate(entry.vrings)
            ]
            return [
                f"{head} {kind}, status {entry.status:#x}, features {entry.gfeatures:#x} of {entry.dfeatures:#x}",
                *rings,
            ]
        case RawEntry():
            return [f"{head} type {entry.type_number}"]


def _address(address: int) -> str:
    return "any       " if address == ADDRESS_ANY else f"{address:#010x}"
