"""`doctor`: what this machine lacks, with the cure. Exit 0 when nothing is that an action needs."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import sys
import textwrap
from typing import Any

from rproc_tui.commands import doctor_extras, doctor_terminal
from rproc_tui.commands.session import print_json
from rproc_tui.commands.where import open_hosts
from rproc_tui.hosts.base import HostKind
from rproc_tui.linux.doctor import udev_rule
from rproc_tui.linux.doctor.check import Check, Status, all_well
from rproc_tui.linux.doctor.examine import Examination, examine
from rproc_tui.sanitise import sanitise
from rproc_tui.terminal import read_terminal

NAME_WIDTH = 26
"""Columns of what was looked at; longer names push the finding to the right."""

WIDTH_MOST = 120

_COMMAND = re.compile(r"`[^`]*`")
_JOINED = "\0"
"""Stands for the blanks of a command while lines are filled; sanitised text has none."""


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's own arguments."""
    parser.add_argument("--json", action="store_true", help="one object for programs")
    parser.add_argument("--udev-rule", action="store_true", help=f"print only the rule that goes to {udev_rule.PATH}")


def run(options: argparse.Namespace) -> int:
    """Look at the hosts and at this terminal, and say how everything stands."""
    if options.udev_rule:
        print(udev_rule.TEXT, end="")
        return 0
    examinations = asyncio.run(_examine(options))
    here = [
        *doctor_terminal.judge(read_terminal(os.environ)),
        *doctor_extras.judge(doctor_extras.installed, doctor_extras.required()),
    ]
    checks = [check for examination in examinations for check in examination.checks] + here
    if options.json:
        print_json(_object(examinations, here, well=all_well(checks)))
    else:
        _print(examinations, here)
        print(_summary(checks), file=sys.stderr)
    return 0 if all_well(checks) else 1


async def _examine(options: argparse.Namespace) -> list[Examination]:
    hosts = open_hosts(options, configured=False)
    try:
        return [await examine(host) for host in hosts]
    finally:
        await asyncio.gather(*(host.close() for host in hosts))


def _object(examinations: list[Examination], here: list[Check], *, well: bool) -> dict[str, Any]:
    return {
        "schema": "rproc-tui/doctor",
        "version": 1,
        "ok": well,
        "hosts": [_host_object(examination) for examination in examinations],
        "here": [_check_object(check) for check in here],
    }


def _host_object(examination: Examination) -> dict[str, Any]:
    rule = examination.rule
    return {
        "label": examination.label,
        "kind": examination.kind,
        "kernel": examination.kernel,
        "checks": [_check_object(check) for check in examination.checks],
        "udev_rule": None
        if rule is None
        else {"path": rule.path, "group": rule.group, "text": rule.text, "commands": list(rule.commands)},
    }


def _check_object(check: Check) -> dict[str, Any]:
    return {
        "topic": check.topic,
        "name": check.name,
        "status": check.status,
        "detail": check.detail,
        "cure": check.cure,
        "needed": check.needed,
    }


def _print(examinations: list[Examination], here: list[Check]) -> None:
    width = min(shutil.get_terminal_size((100, 24)).columns, WIDTH_MOST)
    for examination in examinations:
        print(f"{sanitise(examination.label)}, Linux {examination.kernel or 'of an unknown release'}")
        _print_checks(examination.checks, width)
        if examination.rule is not None:
            _print_rule(examination.rule)
    if any(examination.kind is not HostKind.LOCAL for examination in examinations):
        print("here")
    _print_checks(here, width)


def _print_checks(checks: list[Check] | tuple[Check, ...], width: int) -> None:
    topic = cure = None
    for check in checks:
        if check.topic is not topic:
            topic = check.topic
            print(topic)
        head = f"  {check.status:<7}  {check.name:<{NAME_WIDTH}}  "
        hang = " " * len(f"  {'':<7}  {'':<{NAME_WIDTH}}  ")
        print(_wrapped(head, check.detail, hang, width))
        if check.cure is not None:
            print(_wrapped(f"{hang}→ ", "as above" if check.cure == cure else check.cure, f"{hang}  ", width))
            cure = check.cure
    print()


def _wrapped(head: str, text: str, hang: str, width: int) -> str:
    """In lines as wide as the screen; a command stays in one, however long, so that it can be copied."""
    whole = _COMMAND.sub(lambda match: match[0].replace(" ", _JOINED), text)
    lines = textwrap.fill(
        whole,
        max(width, len(hang) + 30),
        initial_indent=head,
        subsequent_indent=hang,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return lines.replace(_JOINED, " ")


def _print_rule(rule: udev_rule.UdevRule) -> None:
    print(f"To let the group {rule.group} do it without root, this is {rule.path}:\n")
    print(textwrap.indent(rule.text, "    "))
    print("installed by\n")
    print(textwrap.indent("\n".join(rule.commands), "    "), end="\n\n")


def _summary(checks: list[Check]) -> str:
    bad = [check for check in checks if check.needed and check.status is not Status.OK]
    if bad:
        return f"actions need what is not ok: {', '.join(check.name for check in bad)}"
    count = sum(check.status is not Status.OK for check in checks)
    others = "1 other line is" if count == 1 else f"{count} other lines are"
    return "nothing is missing" if not count else f"nothing is missing that an action needs; {others} not ok"
