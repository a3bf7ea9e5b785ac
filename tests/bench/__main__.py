"""Prints every budget with its figure: `python -m tests.bench [name …]`."""

from __future__ import annotations

import importlib
import os
import sys

BENCHES = (
    "start_up",
    "idle",
    "idle_screens",
    "serial",
    "ssh_line",
    "boards",
    "slow_dump",
    "loop",
    "big_elf",
    "trace_ingest",
    "rpmsg",
    "flood",
    "crash",
    "emulated_speed",
)


def main() -> int:
    """0 when every budget holds."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what people start has been compiled
    wanted = sys.argv[1:] or BENCHES
    held = True
    for name in wanted:
        for measure in importlib.import_module(f"tests.bench.{name}").run():
            held = held and measure.holds
            print(measure.line(), flush=True)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
