"""`mount DIR [--run CMD]`: an emulated board as files, so that `echo start > DIR/sys/class/remoteproc/…` drives it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys

from rproc_tui.commands.ending import ending
from rproc_tui.commands.where import open_hosts
from rproc_tui.errors import UsageError
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.mount.kernel_messages import dmesg_line
from rproc_tui.hosts.mount.mount import Mount

ROOT = "RPROC_TUI_ROOT"
"""Variable in which a command finds where the board is."""


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    text = "an empty folder: the board's /sys, /dev and /lib/firmware appear in it, until a signal or umount ends it"
    parser.add_argument("folder", metavar="DIR", help=text)
    text = f"have sh run CMD on the board, which it finds in ${ROOT}; unmount behind it, and answer with its exit code"
    parser.add_argument("--run", metavar="CMD", help=text)


def run(options: argparse.Namespace) -> int:
    """Mount, and print the board's kernel log meanwhile."""
    if options.root is not None or options.ssh:
        raise UsageError("mount is for emulated boards", hint="--demo, or --board FILE.dts")
    options.demo = options.demo or options.board is None
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    (host,) = open_hosts(options)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(host.close)
        ended = stack.enter_context(ending())  # before libfuse sets its own
        mount = Mount(host, options.folder, read_only=options.read_only)
        stack.push_async_callback(mount.close)
        await mount.begin()
        log = asyncio.create_task(_log(host, mount, printed=options.run is None))
        stack.callback(log.cancel)
        if options.run is not None:
            return await _run_on(mount, options.run, ended)
        print(f"{host.label} is mounted on {mount.folder}; ^C or umount ends it", file=sys.stderr, flush=True)
        return await _until(ended, mount)


async def _log(host: Host, mount: Mount, *, printed: bool) -> None:
    async for line in host.kernel_log():
        mount.messages.add(line)
        if printed:
            print(dmesg_line(line), flush=True)


async def _until(ended: asyncio.Future[int], mount: Mount) -> int:
    """128 and the number of the signal that ends it; 0 when somebody unmounts it."""
    unmounted = asyncio.create_task(mount.ended())
    both: set[asyncio.Future[int] | asyncio.Future[None]] = {ended, unmounted}
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    unmounted.cancel()
    return 128 + ended.result() if ended.done() else 0


async def _run_on(mount: Mount, command: str, ended: asyncio.Future[int]) -> int:
    """The exit code of the command; it is ended by what ends us."""
    process = await asyncio.create_subprocess_exec("/bin/sh", "-c", command, env={**os.environ, ROOT: mount.folder})
    waiting = asyncio.create_task(process.wait())
    await asyncio.wait([ended, waiting], return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.Signals(ended.result()))
    code = await waiting
    return code if code >= 0 else 128 - code
