"""Where the program begins: `rproc-tui` and `python -m rproc_tui`."""

from __future__ import annotations

import sys

from rproc_tui.commands.command_line import run


def main() -> int:
    """Run the command line; the answer is the exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
