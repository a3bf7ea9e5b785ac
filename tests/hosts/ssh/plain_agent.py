"""A board of plain memory of its own, served on the standard streams: `python -m tests.hosts.ssh.plain_agent`."""

from __future__ import annotations

import asyncio
import pathlib
import tempfile

from rproc_tui.clock import SystemClock
from rproc_tui.commands.agent import serve
from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.emulated.kernel import SoftKernel
from rproc_tui.remoteproc.profile import DEFAULT_PROFILE
from tests.plain_board import PlainBoard, firmware


def main() -> None:
    """Until the input ends."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("m4", "dsp"):
            (pathlib.Path(folder) / f"{name}.elf").write_bytes(firmware())
        mount = FirmwareMount(folder)
        asyncio.run(
            serve(EmulatedHost("plain", PlainBoard(), SoftKernel(DEFAULT_PROFILE, SystemClock(), mount), mount))
        )


if __name__ == "__main__":
    main()
