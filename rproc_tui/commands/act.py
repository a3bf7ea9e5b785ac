"""`boot`, `stop`, `detach`, `recover`, `reload`: one action on one or several processors, and what became of it."""

from __future__ import annotations

import argparse
import asyncio
import errno
import sys
from collections.abc import Sequence
from typing import Any

from rproc_tui.commands.session import controller_for, find, print_json
from rproc_tui.controller.as_json import outcome_object
from rproc_tui.controller.controller import Controller
from rproc_tui.model.outcome import Outcome, Verb
from rproc_tui.model.processor import Processor

EXIT_NOT_PERMITTED = 4


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("ids", metavar="ID", nargs="+", help="remoteproc0, 0, or the processor's name")
    parser.add_argument("--json", action="store_true", help="one object for programs")
    if not parser.prog.endswith(" reload"):
        return
    text = "go back to the last good firmware when it does not start, or crashes within 5 seconds "
    parser.add_argument("--rollback", action="store_true", default=argparse.SUPPRESS, help=text)


def run(options: argparse.Namespace) -> int:
    """Act on each, side by side; the answer is the worst."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    verb = Verb(options.verb)
    async with controller_for(options) as controller:
        named = [find(controller.snapshot, wanted) for wanted in options.ids]
        processors = list({processor.key: processor for processor in named}.values())
        outcomes = await asyncio.gather(*(_act(controller, processor, verb) for processor in processors))
    results = list(zip(processors, outcomes, strict=True))
    if options.json:
        print_json(outcomes_object(results))
    else:
        for processor, outcome in results:
            tell(processor, outcome)
    return max(exit_code(outcome) for outcome in outcomes)


async def _act(controller: Controller, processor: Processor, verb: Verb) -> Outcome:
    """One action, and for a reload on trial the end of that."""
    outcome = await controller.act(processor.key, verb)
    undone = await controller.trial(processor.key) if verb is Verb.RELOAD and outcome.ok else None
    return undone or outcome


def outcomes_object(results: Sequence[tuple[Processor, Outcome]]) -> dict[str, Any]:
    """How actions ended, for programs."""
    outcomes = [outcome_object(processor, outcome) for processor, outcome in results]
    return {"schema": "rproc-tui/outcomes", "version": 1, "outcomes": outcomes}


def tell(processor: Processor, outcome: Outcome) -> None:
    """One outcome in words: done on stdout, anything else on stderr with the kernel's lines and the advice."""
    stream = sys.stdout if outcome.ok else sys.stderr
    name = f" ({errno.errorcode.get(outcome.errno, outcome.errno)})" if outcome.errno is not None else ""
    print(f"{processor.id} {processor.name}: {outcome.message}{name}", file=stream)
    for line in outcome.lines if not outcome.ok else ():
        print(f"  kernel: {line.text}", file=stream)
    for advice in outcome.advice:
        print(f"  → {advice}", file=sys.stderr)
    for diagnosis in outcome.diagnoses:
        if not diagnosis.is_trouble:
            print(f"  harmless: {diagnosis.cause}", file=sys.stderr)


def exit_code(outcome: Outcome) -> int:
    """0 done, 4 not permitted, 1 otherwise."""
    if outcome.ok:
        return 0
    return EXIT_NOT_PERMITTED if outcome.errno in (errno.EACCES, errno.EPERM, errno.EROFS) else 1
