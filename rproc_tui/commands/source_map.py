"""`--source-map OLD=NEW`, and `[source] map`: where the sources of firmware are that was built elsewhere."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rproc_tui.controller.source_lines import Mapping


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option; it may be given more than once."""
    text = (
        "sources whose paths begin with OLD in debug information are below the folder NEW here;"
        " a folder alone is for relative paths; may be repeated;"
        " `[source] map` in config.toml is a list of the same"
    )
    parser.add_argument("--source-map", metavar="OLD=NEW", action="append", default=[], help=text)


def mappings(options: argparse.Namespace, configured: Sequence[Mapping] = ()) -> tuple[Mapping, ...]:
    """What was given, then what is configured, and for the demo board the sources of its firmware.

    UsageError for what is no mapping.
    """
    from rproc_tui.controller.source_lines import parse_mapping  # noqa: PLC0415 (only the screen shows sources)

    found = (*(parse_mapping(text) for text in options.source_map), *configured)
    if not options.demo:
        return found
    from rproc_tui.emulator.board import DEMO_FIRMWARE  # noqa: PLC0415 (the emulator is an extra)

    return (*found, ("", os.path.dirname(DEMO_FIRMWARE)))
