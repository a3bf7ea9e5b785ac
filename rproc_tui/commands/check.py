"""`rproc-tui check FILE [--on ID]`: would this firmware boot there? Exit 0 yes, 1 no."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rproc_tui.commands.inspect import complain, look, print_lines, text_width
from rproc_tui.diagnosis.preflight.preflight import check, elsewhere
from rproc_tui.diagnosis.preflight.target import GENERIC, Target, target_of
from rproc_tui.diagnosis.preflight.verdict import Verdict
from rproc_tui.firmware.facts import FirmwareFacts

if TYPE_CHECKING:
    from rproc_tui.model.processor import Snapshot

CLASS = "/sys/class/remoteproc"
"""Without it, and without another machine named, there is no processor to ask for."""
PACKED = (".xz", ".zst")
"""The kernel finds such a file by its name without that, and unpacks it."""


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's own arguments."""
    parser.add_argument("file", metavar="FILE", help="a firmware file of this machine")
    text = "the processor that is meant; without it: the kernel's own checks, and every processor that there is"
    parser.add_argument("--on", metavar="ID", help=text)
    parser.add_argument("--json", action="store_true", help="print everything as one JSON object")


def run(options: argparse.Namespace) -> int:
    """Check and say why; 0 when it would boot there, or without `--on` on any processor that there is."""
    snapshot = _processors(options)
    found, was_read = look(options.file, digest=options.json, unpacked_by_kernel=options.file.endswith(PACKED))
    if not was_read:
        complain(found)
    verdict, here = _judge(found, snapshot, options.on)
    if options.json:
        import json  # noqa: PLC0415 (people who read text do not wait for it)

        from rproc_tui.diagnosis.preflight.to_json import check_json  # noqa: PLC0415

        print(json.dumps(check_json(verdict, here), indent=1))
    elif was_read:
        _print_report(verdict, () if options.on else here)
    return 0 if verdict.fits and (options.on or not here or any(one.fits for one in here)) else 1


def _processors(options: argparse.Namespace) -> Snapshot | None:
    """The processors of the machine that is meant; None where there can be none."""
    named = options.demo or options.board or options.root or options.on
    if not named and not os.path.isdir(CLASS):
        return None
    import asyncio  # noqa: PLC0415 (a file alone is checked without any of this)

    return asyncio.run(_glance(options))


async def _glance(options: argparse.Namespace) -> Snapshot:
    from rproc_tui.commands.where import open_hosts  # noqa: PLC0415
    from rproc_tui.linux.glance import glance  # noqa: PLC0415
    from rproc_tui.model.processor import Snapshot  # noqa: PLC0415

    hosts = open_hosts(options)
    try:
        return Snapshot(tuple([await glance(host) for host in hosts]))
    finally:
        for host in hosts:
            await host.close()


def _judge(facts: FirmwareFacts, snapshot: Snapshot | None, wanted: str | None) -> tuple[Verdict, list[Verdict]]:
    """The verdict on the processor that is meant, or on none, and on all that there are."""
    processors = () if snapshot is None else snapshot.processors
    here = [check(facts, target_of(processor)) for processor in processors]
    if wanted is None or snapshot is None:
        return check(facts), here
    from rproc_tui.commands.session import find  # noqa: PLC0415 (it brings the whole controller)

    meant = find(snapshot, wanted)
    verdict = here[processors.index(meant)]
    return _beside_others(verdict, [one.target for one in here]), here


def _beside_others(verdict: Verdict, targets: Sequence[Target]) -> Verdict:
    others = [target for target in targets if target is not verdict.target]
    return replace(verdict, elsewhere=elsewhere(verdict, others))


def _without_a_processor(verdict: Verdict, here: Sequence[Verdict]) -> str | None:
    """The answer where no processor is named: Linux's checks tell nothing of memory. None: as usual."""
    if verdict.target is not GENERIC or not verdict.fits:
        return None
    fitting = [one.target.name for one in here if one.fits]
    if fitting:
        return f"would boot on {' and '.join(fitting)}"
    return "Linux takes it, but it fits no processor here" if here else "Linux takes it; whether it fits, --on ID tells"


def _print_report(verdict: Verdict, here: Sequence[Verdict]) -> None:
    from rproc_tui.diagnosis.preflight.report import answer, report  # noqa: PLC0415

    lines = report(verdict, text_width(), _without_a_processor(verdict, here))
    if here:
        wide = max(len(one.target.title) for one in here)
        lines += ["", "Processors here"]
        lines += [f"  {one.target.title.ljust(wide)}  {answer(one)}" for one in here]
    print_lines(lines)
