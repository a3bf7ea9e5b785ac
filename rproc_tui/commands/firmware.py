"""`firmware`: what a processor loads, what it could load, and choosing another."""

from __future__ import annotations

import argparse
import asyncio
import time

from rproc_tui.commands.act import exit_code, outcomes_object, tell
from rproc_tui.commands.session import controller_for, find, print_json
from rproc_tui.commands.table import table
from rproc_tui.controller.as_json import choice_object
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.firmware_choices import FirmwareChoice
from rproc_tui.firmware.units import size_text
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor
from rproc_tui.sanitise import sanitise


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("id", metavar="ID", help="remoteproc0, 0, or the processor's name")
    parser.add_argument("name", metavar="FILE", nargs="?", help="a file of the firmware folder; without it: show")
    text = "load this file of this machine, and again whenever it changes, until interrupted; as `watch ID FILE`"
    parser.add_argument("--watch", metavar="FILE", help=text)
    parser.add_argument("--json", action="store_true", help="one object for programs")


def run(options: argparse.Namespace) -> int:
    """Show, set, or watch."""
    if options.watch is not None:
        from rproc_tui.commands.watch import watch  # noqa: PLC0415

        return asyncio.run(watch(options, options.id, options.watch))
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with controller_for(options) as controller:
        processor = find(controller.snapshot, options.id)
        if options.name is None:
            await _show(options, controller, processor)
            return 0
        outcome = await controller.act(processor.key, Verb.FIRMWARE, options.name)
    if options.json:
        print_json(outcomes_object([(processor, outcome)]))
    else:
        tell(processor, outcome)
    return exit_code(outcome)


async def _show(options: argparse.Namespace, controller: Controller, processor: Processor) -> None:
    choices = await controller.firmware_choices(processor.key)
    if options.json:
        print_json(
            {
                "schema": "rproc-tui/firmware",
                "version": 1,
                "id": processor.id,
                "firmware": processor.firmware,
                "path": processor.firmware_path,
                "choices": [choice_object(choice) for choice in choices],
            }
        )
        return
    path = processor.firmware_local_path or processor.firmware_path or "no such file"
    print(sanitise(f"{processor.id} {processor.name} loads {processor.firmware or '?'} ({path})"))
    if choices:
        print(
            table(("", "FILE", "KIND", "SIZE", "MODIFIED", "SHA256", "VERDICT"), [_row(choice) for choice in choices])
        )


def _row(choice: FirmwareChoice) -> tuple[str, ...]:
    mark = "*" if choice.current else ""
    modified = time.strftime("%Y-%m-%d %H:%M", time.localtime(choice.modified)) if choice.modified else ""
    if choice.facts is None:
        return mark, choice.name, "?", "?", modified, "", choice.verdict
    kind = choice.facts.elf.machine if choice.facts.elf is not None else choice.facts.container
    return mark, choice.name, kind, size_text(choice.facts.size), modified, choice.identity, choice.verdict
