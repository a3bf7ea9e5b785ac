"""The demo board as a host, with its firmware in a folder of the test's own."""

from __future__ import annotations

import asyncio

from rproc_tui.emulator.board import load_board
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.emulated.firmware_folder import furnish
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.emulated.open_board import open_board


def demo_board(folder: str) -> EmulatedHost:
    """The board; the folder is its /lib/firmware."""
    furnish(folder, load_board(None).firmware_folder)
    return open_board(firmware_folder=folder)


async def announced(host: Host) -> None:
    """Until the hub's two channels have their nodes below `/dev`, a moment after its boot; fails after five seconds."""
    async with asyncio.timeout(5):
        while not {"rpmsg0", "ttyRPMSG0"} <= set(await host.list("/dev")):  # noqa: ASYNC110
            await asyncio.sleep(0.002)
