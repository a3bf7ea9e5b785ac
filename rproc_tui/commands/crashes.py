"""`crashes`: the crashes that were captured; `crashes N` or `crashes FOLDER`: the report on one, from what was kept."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from rproc_tui.commands.session import print_json
from rproc_tui.commands.table import table
from rproc_tui.controller.crash_facts import CaptureFacts, read_facts
from rproc_tui.controller.crash_history import find, read_history
from rproc_tui.controller.settings import Settings
from rproc_tui.errors import NoSuchProcessor, RprocTuiError
from rproc_tui.hosts.base import HostKind
from rproc_tui.model.crash import CrashRecord, CrashStage

SCHEMA = "rproc-tui/crashes"
VERSION = 1

HEADS = ("N", "WHEN", "HOST", "NAME", "TYPE", "WHAT", "WHERE", "LOOP")


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    text = "a number of the list or the folder of a crash: its report; else a processor, whose crashes are listed"
    parser.add_argument("what", metavar="N|FOLDER|ID", nargs="?", help=text)
    parser.add_argument("--firmware", metavar="ELF", help="the firmware that ran, where the kept one has no names")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one object for programs")
    shape.add_argument("--markdown", action="store_true", help="the report for an issue")


def run(options: argparse.Namespace) -> int:
    """Print what is on disk; no board is looked at."""
    folder = Settings().folder()
    records = _of(read_history(folder), options)
    facts = _one(folder, records, options.what)
    if facts is not None:
        _print_report(facts, options)
        return 0
    if options.what is not None:
        records = _of_processor(records, options.what)
    if options.json:
        print_json({"schema": SCHEMA, "version": VERSION, "crashes": [_object(record) for record in records]})
    elif records:
        print(table(HEADS, [_row(number, record) for number, record in enumerate(records, 1)]))
    else:
        print("no crash was captured yet: the screen, `watch` and `trace --follow` do that", file=sys.stderr)
    return 0


def _of(records: Sequence[CrashRecord], options: argparse.Namespace) -> Sequence[CrashRecord]:
    """Those of the sort of machine that was named; all of them without a name."""
    if options.demo or options.board:
        return [record for record in records if record.host_kind == HostKind.EMULATED]
    return [record for record in records if record.host_kind == HostKind.ROOT] if options.root else records


def _one(folder: str, records: Sequence[CrashRecord], what: str | None) -> CaptureFacts | None:
    """The crash that is meant; None when a processor is, or nothing."""
    if what is None:
        return None
    if what.isdecimal():
        number = int(what)
        if not 1 <= number <= len(records):
            raise RprocTuiError(f"there is no crash {what}", hint=f"there are {len(records)}; `crashes` lists them")
        record = records[number - 1]
    else:
        known = next((record for record in records if record.id == os.path.basename(os.path.normpath(what))), None)
        if known is None or (os.path.isdir(what) and not os.path.samefile(what, known.folder or "")):
            return read_facts(os.path.abspath(what)) if os.path.isdir(what) else None
        record = known
    return replace(find(folder, record.id), record=record)


def _of_processor(records: Sequence[CrashRecord], wanted: str) -> Sequence[CrashRecord]:
    found = [record for record in records if wanted in (record.processor, record.processor_id, _device(record))]
    if not found:
        there = ", ".join(sorted({record.processor for record in records})) or "none at all"
        raise NoSuchProcessor(f"no crash of {wanted} was captured", hint=f"there are crashes of: {there}")
    return found


def _device(record: CrashRecord) -> str:
    return record.device.rpartition("/")[2]


def _row(number: int, record: CrashRecord) -> tuple[str, ...]:
    what = record.title or ("not examined yet" if record.stage is not CrashStage.READY else "")
    return (
        str(number),
        _when(record),
        record.host,
        record.processor,
        record.type or "?",
        what,
        record.place or "",
        record.loop or "",
    )


def _when(record: CrashRecord) -> str:
    return datetime.fromtimestamp(record.when).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _object(record: CrashRecord) -> dict[str, Any]:
    plain = {one.name: getattr(record, one.name) for one in fields(record)}
    return plain | {"problems": list(record.problems), "loop": record.loop}


def _print_report(facts: CaptureFacts, options: argparse.Namespace) -> None:
    from rproc_tui.controller.crash_examination import report_on  # noqa: PLC0415 (a list needs no parsers)

    report = report_on(facts, options.firmware)
    if options.json:
        from rproc_tui.crash.report_json import report_json  # noqa: PLC0415 (one way of printing is enough)

        print_json(report_json(report))
    elif options.markdown:
        from rproc_tui.crash.report_markdown import report_markdown  # noqa: PLC0415 (same)

        print(report_markdown(report), end="")
    else:
        from rproc_tui.crash.report_text import report_lines  # noqa: PLC0415 (same)

        print("\n".join((*report_lines(report), "", "Capture:", *_capture(facts))))


def _capture(facts: CaptureFacts) -> Iterator[str]:
    """What was kept, and what was not."""
    record = facts.record
    number = "" if record.number is None else f", crash {record.number} since its driver was bound"
    yield f"  {record.processor} ({record.processor_id or '?'}) on {record.host}, {_when(record)}{number}"
    if record.loop is not None:
        yield f"  {record.loop}"
    if record.missed:
        yield f"  {record.missed} more before it came too quickly to be captured"
    for problem in record.problems:
        yield f"  ! {problem}"
    yield f"  {record.folder}"
