"""Where the program begins: `rproc-tui` and `python -m rproc_tui`."""

from __future__ import annotations

import argparse
import functools
import sys
from typing import TYPE_CHECKING

from rproc_tui.commands import command_line

if TYPE_CHECKING:
    from rproc_tui.commands.screen_facts import ScreenFacts
    from rproc_tui.controller.configuration import Configuration
    from rproc_tui.controller.controller import Controller


def main() -> int:
    """Run the command line; the answer is the exit code."""
    return command_line.run(sys.argv[1:], open_screen, _screen_facts)


def open_screen(options: argparse.Namespace) -> int:
    """The screen over the hosts that the options name; everything of textual is imported here and not before."""
    from rproc_tui.commands import where  # noqa: PLC0415 (headless verbs import none of this)
    from rproc_tui.controller.configuration import read_configuration  # noqa: PLC0415
    from rproc_tui.tui.terminal.set_up import set_up  # noqa: PLC0415

    where.check(options)
    configuration = read_configuration()
    profile, size = set_up(options.profile, options.size)
    from rproc_tui.tui import app  # noqa: PLC0415 (textual reads its settings when it is imported)

    open_controller = functools.partial(_controller, options, configuration)
    return app.run(open_controller, theme=configuration.theme, profile=profile, size=size, keys=configuration.keys)


def _screen_facts() -> ScreenFacts:
    """For verbs that ask the screen; they pay for textual."""
    from rproc_tui.tui import screen_facts  # noqa: PLC0415 (headless verbs import none of this)

    return screen_facts.ScreenFacts()


def _controller(options: argparse.Namespace, configuration: Configuration) -> Controller:
    """Made behind the first frame: the engine and the parsers need not be imported for that."""
    from dataclasses import replace  # noqa: PLC0415

    from rproc_tui.clock import SystemClock  # noqa: PLC0415
    from rproc_tui.commands.chosen import chosen_settings  # noqa: PLC0415
    from rproc_tui.commands.source_map import mappings  # noqa: PLC0415
    from rproc_tui.commands.where import open_hosts  # noqa: PLC0415
    from rproc_tui.controller.controller import Controller  # noqa: PLC0415

    source_map = mappings(options, configuration.source_map)
    settings = replace(chosen_settings(options, configuration, capture=True), source_map=source_map)
    return Controller(open_hosts(options), clock=SystemClock(), settings=settings)


if __name__ == "__main__":
    sys.exit(main())
