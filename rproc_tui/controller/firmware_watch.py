"""Tells when a firmware file of this machine has become another one: whole, closed and at rest.

Builds replace files in many ways: written in place, renamed over, deleted and made again, a link pointed elsewhere.
So the folders are watched, of the file and of whatever its links lead to, and versions are told apart by fingerprints.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from rproc_tui.clock import Clock
from rproc_tui.controller.settle import Fingerprint, Settling, left, look, rested_before
from rproc_tui.hosts.file_access import is_being_written

POLL = 0.25
"""Seconds between two looks where no watcher is to be had."""

SAFETY_NET_MS = 2000
"""Milliseconds after which a watcher that stays silent is not believed, and the file is looked at."""

STEP_MS = 30
"""Milliseconds between two looks of the watcher for events; each costs a little, changes or not."""

DEBOUNCE_MS = 100
"""Milliseconds after which it tells of them even if more keep coming."""

LOOKS_PER_SETTLE = 5

MAX_LINKS = 40

_DEAFNESS = (OSError, RuntimeError, UnicodeError, ExceptionGroup)
"""How a watcher ends: a folder went away, there are no more watches to give, or a name beside the file is no UTF-8."""


@dataclass(frozen=True, slots=True)
class FileStirred:
    """The file changed and may still be on its way."""


@dataclass(frozen=True, slots=True)
class FileSettled:
    """The file is at rest; None: it is gone."""

    fingerprint: Fingerprint | None


async def watch_file(
    path: str, known: Fingerprint | None, *, clock: Clock, settle: float
) -> AsyncGenerator[FileStirred | FileSettled]:
    """Each change of the file against the version that is known, first stirred, then settled; for ever."""
    async with aclosing(_moments(path)) as moments:
        async for _ in moments:
            if fingerprint(path) == known and not _is_busy(path):
                continue
            yield FileStirred()
            known = await _rest(path, clock, settle)
            yield FileSettled(known)


async def _rest(path: str, clock: Clock, settle: float) -> Fingerprint | None:
    """Wait until the file rests, and answer with what it is then."""
    settling: Settling | None = None
    while True:
        there, busy = fingerprint(path), _is_busy(path)
        rested = rested_before(there, busy=busy, wall=clock.wall(), settle=settle)
        settling = look(settling, there, busy=busy, now=clock.monotonic(), rested=rested)
        rest = left(settling, clock.monotonic(), settle)
        if rest <= 0:
            return settling.fingerprint
        await asyncio.sleep(min(rest, settle / LOOKS_PER_SETTLE))


def fingerprint(path: str) -> Fingerprint | None:
    """What tells this version of the file apart; None when nothing is there."""
    try:
        return fingerprint_of(os.stat(path))
    except OSError:
        return None


def fingerprint_of(status: os.stat_result) -> Fingerprint:
    """What tells the version apart that was looked at."""
    return Fingerprint(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _is_busy(path: str) -> bool:
    try:
        return is_being_written(path)
    except OSError:
        return False


def folders_behind(path: str) -> tuple[str, ...]:
    """The folders of the file and of each link on the way to it, without repeats and without those that are missing."""
    folders: list[str] = []
    here = os.path.abspath(path)
    for _ in range(MAX_LINKS):
        folder = os.path.dirname(here)
        if folder not in folders and os.path.isdir(folder):
            folders.append(folder)
        try:
            here = os.path.abspath(os.path.join(folder, os.readlink(here)))
        except OSError:  # no link, or none any more
            break
    return tuple(folders)


async def _moments(path: str) -> AsyncGenerator[None]:
    """Each moment at which the file may have changed; there are more of them than changes."""
    try:
        import watchfiles  # noqa: F401, PLC0415 (26 ms, and no wheel for every board)
    except ImportError:
        while True:
            await asyncio.sleep(POLL)
            yield
    while True:
        folders = folders_behind(path)
        if not folders:
            await asyncio.sleep(POLL)
            yield
            continue
        try:
            async with aclosing(_until_elsewhere(path, folders)) as moments:
                async for moment in moments:
                    yield moment
        except _DEAFNESS:
            await asyncio.sleep(POLL)
            yield


async def _until_elsewhere(path: str, folders: tuple[str, ...]) -> AsyncGenerator[None]:
    """Each moment at which something changed in the folders, until a link of the path leads elsewhere."""
    from watchfiles import awatch  # noqa: PLC0415

    stream = awatch(
        *folders,
        recursive=False,
        watch_filter=None,
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        rust_timeout=SAFETY_NET_MS,
        yield_on_timeout=True,
    )
    while True:
        event = asyncio.ensure_future(anext(stream))
        try:
            await asyncio.sleep(0)  # now the folders are watched: what changed before is seen by looking
            yield
            if folders_behind(path) != folders:
                return
            await event
        finally:
            event.cancel()
