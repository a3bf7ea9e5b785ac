"""`--source-map OLD=NEW`: where the sources of firmware are that was built elsewhere."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rproc_tui.controller.source_lines import Mapping


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option; it may be given more than once."""
    text = (
        "sources whose paths begin with OLD in debug information are below the folder NEW here;"
        " a folder alone is for relative paths; may be repeated"
    )
    parser.add_argument("--source-map", metavar="OLD=NEW", action="append", default=[], help=text)


def mappings(options: argparse.Namespace) -> tuple[Mapping, ...]:
    """What was given, and for the demo board the sources of its firmware; UsageError for what is no mapping."""
    from rproc_tui.controller.source_lines import parse_mapping  # noqa: PLC0415 (only the screen shows sources)

    found = tuple(parse_mapping(text) for text in options.source_map)
    if not options.demo:
        return found
    from rproc_tui.emulator.board import DEMO_FIRMWARE  # noqa: PLC0415 (the emulator is an extra)

    return (*found, ("", os.path.dirname(DEMO_FIRMWARE)))
