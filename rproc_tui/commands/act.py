"""`boot`, `stop`, `detach`, `recover`, `reload`: one action on one or several processors, and what became of it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from rproc_tui.commands import wait
from rproc_tui.commands.session import Absent, controller_for, find_all, print_json, tell_absent
from rproc_tui.controller.as_json import outcome_object
from rproc_tui.controller.controller import Controller
from rproc_tui.errors import NoSuchProcessor
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import Processor, State

EXIT_NOT_PERMITTED = 4


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("ids", metavar="ID", nargs="+", help="remoteproc0, 0, or the processor's name")
    parser.add_argument("--json", action="store_true", help="one object for programs")
    wait.add_arguments(parser)
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
        several = len(controller.snapshot.hosts) > 1
        processors, absent = find_all(controller.snapshot, options.ids)
        outcomes = await asyncio.gather(*(_act(controller, processor, verb, options) for processor in processors))
    results = list(zip(processors, outcomes, strict=True))
    if options.json:
        print_json(outcomes_object(results, absent))
    else:
        for processor, outcome in results:
            tell(processor, outcome, with_host=several)
        tell_absent(absent)
    return max([exit_code(outcome) for outcome in outcomes] + [NoSuchProcessor.exit_code for _ in absent])


async def _act(controller: Controller, processor: Processor, verb: Verb, options: argparse.Namespace) -> Outcome:
    """One action, for a reload on trial the end of that, and the state that is waited for."""
    with contextlib.closing(wait.Wait(controller, [processor.key])) as watching:
        outcome = await controller.act(processor.key, verb)
        undone = await controller.trial(processor.key) if verb is Verb.RELOAD and outcome.ok else None
        needless = outcome.result is Result.REFUSED
        if undone is not None or options.wait is None or not (outcome.ok or needless):
            return undone or outcome
        (arrival,) = await watching.reach(State(options.wait), 0 if needless else options.timeout)
    if arrival.reached:  # what made no sense because it is so already is no failure for who wants it so
        return replace(outcome, result=Result.DONE, message=arrival.sentence(options.wait), advice=())
    return outcome if needless else replace(outcome, result=Result.FAILED, message=arrival.sentence(options.wait))


def outcomes_object(results: Sequence[tuple[Processor, Outcome]], absent: Sequence[Absent] = ()) -> dict[str, Any]:
    """How actions ended, for programs; `absent` are the hosts that lack a processor that was named."""
    return {
        "schema": "rproc-tui/outcomes",
        "version": 1,
        "outcomes": [outcome_object(processor, outcome) for processor, outcome in results],
        "absent": [asdict(one) for one in absent],
    }


def tell(processor: Processor, outcome: Outcome, *, with_host: bool = False) -> None:
    """One outcome in words: done on stdout, anything else on stderr with the kernel's lines and the advice."""
    stream = sys.stdout if outcome.ok else sys.stderr
    name = f" ({errno.errorcode.get(outcome.errno, outcome.errno)})" if outcome.errno is not None else ""
    host = f"{processor.key.host}/" if with_host else ""
    print(f"{host}{processor.id} {processor.name}: {outcome.message}{name}", file=stream)
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
