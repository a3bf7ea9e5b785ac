"""Where the program begins: `rproc-tui` and `python -m rproc_tui`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rproc_tui.commands import command_line

if TYPE_CHECKING:
    from rproc_tui.controller.controller import Controller


def main() -> int:
    """Run the command line; the answer is the exit code."""
    return command_line.run(sys.argv[1:], open_screen)


def open_screen(options: argparse.Namespace) -> int:
    """The screen over the hosts that the options name; everything of textual is imported here and not before."""
    from rproc_tui.commands import where  # noqa: PLC0415 (headless verbs import none of this)
    from rproc_tui.tui import app  # noqa: PLC0415

    where.check(options)
    return app.run(lambda: _controller(options))


def _controller(options: argparse.Namespace) -> Controller:
    """Made behind the first frame: the engine and the parsers need not be imported for that."""
    from rproc_tui.clock import SystemClock  # noqa: PLC0415
    from rproc_tui.commands.source_map import mappings  # noqa: PLC0415
    from rproc_tui.commands.where import open_hosts  # noqa: PLC0415
    from rproc_tui.controller.controller import Controller  # noqa: PLC0415
    from rproc_tui.controller.settings import Settings  # noqa: PLC0415

    settings = Settings(
        read_only=options.read_only, rollback=options.rollback, capture=True, source_map=mappings(options)
    )
    return Controller(open_hosts(options), clock=SystemClock(), settings=settings)


if __name__ == "__main__":
    sys.exit(main())
