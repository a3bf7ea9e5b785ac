"""`agent`: serves the host named in front on standard input and output."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator

from rproc_tui.commands.where import open_hosts
from rproc_tui.errors import UsageError
from rproc_tui.hosts.agent import Agent
from rproc_tui.hosts.base import Host

LINE_MOST = 256 * 1024 * 1024
"""Bytes of one request: a firmware file in base64 fits."""


def prepare_parser(_parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(options: argparse.Namespace) -> int:
    """Serve until the input ends."""
    hosts = open_hosts(options, configured=False)
    if len(hosts) > 1:
        raise UsageError("an agent serves one machine")
    asyncio.run(serve(hosts[0]))
    return 0


async def serve(host: Host) -> None:
    """Serve a host until the input ends; it is closed then."""
    try:
        await Agent(host, _send).serve(_standard_input())
    finally:
        await host.close()


def _send(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _read_some() -> bytes:
    """Unbuffered: a thread that waits inside of a buffered reader would keep the interpreter from ending."""
    try:
        return os.read(sys.stdin.fileno(), 1 << 16)
    except OSError:
        return b""


async def _standard_input() -> AsyncIterator[bytes]:
    """Lines as they come; on a thread, since standard input may be a plain file, which nobody can wait for."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        rest = b""
        while (part := _read_some()) and len(rest) < LINE_MOST:
            *whole, rest = (rest + part).split(b"\n")
            for line in whole:
                loop.call_soon_threadsafe(lines.put_nowait, line + b"\n")
        if rest:
            loop.call_soon_threadsafe(lines.put_nowait, rest)
        loop.call_soon_threadsafe(lines.put_nowait, b"")

    threading.Thread(target=read, name="standard input", daemon=True).start()
    while line := await lines.get():
        yield line
