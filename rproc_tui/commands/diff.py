"""`rproc-tui diff OLD NEW`: what changed between two builds. Exit 0 when both could be compared, 1 when not."""

from __future__ import annotations

import argparse
import json
import os
import sys

from rproc_tui.commands.inspect import ASCII, FileImage, look
from rproc_tui.errors import FirmwareError
from rproc_tui.firmware.diff import difference
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.symbols import Symbol, read_symbols


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's own arguments."""
    parser.add_argument("old", metavar="OLD", help="a firmware file")
    parser.add_argument("new", metavar="NEW", help="a later build of it")
    parser.add_argument("--json", action="store_true", help="print everything as one JSON object")


def run(options: argparse.Namespace) -> int:
    """Compare, and print what differs."""
    (old, old_symbols), (new, new_symbols) = _read(options.old), _read(options.new)
    found = difference(old, new, old_symbols, new_symbols)
    if options.json:
        from rproc_tui.firmware.diff_json import difference_json  # noqa: PLC0415

        print(json.dumps(difference_json(found), indent=1))
    else:
        from rproc_tui.firmware.diff_report import diff_report  # noqa: PLC0415

        print(_printable("\n".join(diff_report(found))))
    return 0


def _read(path: str) -> tuple[FirmwareFacts, tuple[Symbol, ...]]:
    """The facts of a file and its symbols; FirmwareError when it cannot be read."""
    facts, was_read = look(path, digest=True)
    if not was_read:
        raise FirmwareError(f"{facts.file}: {facts.problems[0].message}")
    if facts.elf is None or facts.container != "elf":
        return facts, ()
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        image = FileImage(descriptor)
        return facts, read_symbols(image, image.size, facts.elf.sections)
    finally:
        os.close(descriptor)


def _printable(text: str) -> str:
    """In the characters that the terminal has."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return text.translate(ASCII | str.maketrans({"\u2192": "->", "\u2212": "-"}))
    return text
