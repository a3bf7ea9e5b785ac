"""Waits until the demo board's firmware has announced its channels, a moment after its boot."""

from __future__ import annotations

import asyncio

from rproc_tui.hosts.base import Host


async def announced(host: Host) -> None:
    """Until the hub's two channels have their nodes below `/dev`; fails after five seconds."""
    async with asyncio.timeout(5):
        while not {"rpmsg0", "ttyRPMSG0"} <= set(await host.list("/dev")):  # noqa: ASYNC110
            await asyncio.sleep(0.002)
