"""`crash ID [WORD]`: crashes a processor on purpose; asks first, and without a terminal wants `--yes`."""

from __future__ import annotations

import argparse
import asyncio
import sys

from rproc_tui.commands.act import exit_code, outcomes_object, tell
from rproc_tui.commands.session import controller_for, find, print_json
from rproc_tui.controller.controller import Controller
from rproc_tui.errors import ActionRefused, NotPermitted, UsageError
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor
from rproc_tui.sanitise import sanitise

ANSWERS = frozenset({"y", "yes"})
"""What counts as a yes; whatever else is typed does not."""


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("id", metavar="ID", help="remoteproc0, 0, or the processor's name")
    text = (
        "`mmufault`, `watchdog` or `fatal` are reported to the kernel; a number is posted to the firmware's mailbox;"
        " fatal when missing"
    )
    parser.add_argument("word", metavar="WORD", nargs="?", default="fatal", help=text)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--json", action="store_true", help="one object for programs")


def run(options: argparse.Namespace) -> int:
    """Crash it; 1 when it did not crash, or when the answer was no."""
    if not options.yes and not sys.stdin.isatty():
        raise UsageError("this is no terminal to ask on", hint="--yes crashes it without a question")
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with controller_for(options) as controller:
        processor = find(controller.snapshot, options.id)
        _refuse(controller, processor, read_only=options.read_only)
        question = controller.confirmation(processor.key, Verb.CRASH)
        if question is not None and not options.yes and not await _agreed(question):
            raise ActionRefused("nothing was done")
        outcome = await controller.act(processor.key, Verb.CRASH, options.word)
    if options.json:
        print_json(outcomes_object([(processor, outcome)]))
    else:
        tell(processor, outcome)
    return exit_code(outcome)


def _refuse(controller: Controller, processor: Processor, *, read_only: bool) -> None:
    """Nobody is asked about what cannot be done."""
    reason = controller.why_not(processor.key, Verb.CRASH)
    if reason is not None:
        raise (NotPermitted if read_only or not processor.writable else ActionRefused)(reason)


async def _agreed(question: str) -> bool:
    """Ask on the terminal; an interrupt ends the waiting as it ends everything."""
    print(f"{sanitise(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    loop = asyncio.get_running_loop()
    typed = asyncio.Event()
    loop.add_reader(sys.stdin, typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin)
    return sys.stdin.readline().strip().casefold() in ANSWERS
