"""Serves the emulated board of this suite through an agent: `python -m tests.conformance.serve PROFILE`."""

from __future__ import annotations

import asyncio
import sys
import tempfile

from rproc_tui.commands.agent import serve
from tests.conformance.hosts import emulated


def main(profile: str) -> None:
    """Until the input ends."""
    with tempfile.TemporaryDirectory() as firmware_folder:
        asyncio.run(serve(emulated(profile, firmware_folder)))


if __name__ == "__main__":
    main(sys.argv[1])
