"""The kernel's log as a syslog daemon or the boot scripts keep it below /var/log: where /dev/kmsg may not be read."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Callable

from rproc_tui.hosts.log_text import LogText
from rproc_tui.model.kernel_log import KernelLine

PLACES = ("/var/log/kern.log", "/var/log/messages", "/var/log/syslog", "/run/log/messages", "/var/log/dmesg")
"""Best first: the kernel's own lines as they come, everybody's lines as they come, the lines of the boot alone."""

MIXED = ("messages", "syslog")
"""Files that other programs' lines are in, too."""

TAIL_MOST = 2 * 1024 * 1024
"""Bytes at the end of a file that are read at first."""

CHUNK_MOST = 1024 * 1024
"""Bytes that are read at a time afterwards."""

EVERY = 1.0
"""Seconds between two looks whether a file has grown."""

_BOOT = "Linux version "
"""How the first line of every boot begins."""


def find(place: Callable[[str], str]) -> str | None:
    """The best file that can be read and was written since the machine booted; None where there is none.

    `place` tells where a path of the machine is on this one's disk.
    """
    booted = _boot_time(place("/proc/stat"))
    return next((path for path in map(place, PLACES) if _usable(path, booted)), None)


def _usable(path: str, booted: float) -> bool:
    try:
        facts = os.stat(path)
        return stat.S_ISREG(facts.st_mode) and facts.st_mtime >= booted and os.access(path, os.R_OK)
    except OSError:
        return False


def _boot_time(path: str) -> float:
    """Seconds since 1970 at which the machine booted; 0 where it does not tell."""
    try:
        with open(path, "rb") as file:
            return next((float(line.split()[1]) for line in file if line.startswith(b"btime ")), 0.0)
    except (OSError, ValueError, IndexError):
        return 0.0


async def lines(path: str) -> AsyncIterator[KernelLine]:
    """What the file tells of the present boot, then each line that is added, also after the file was rotated."""
    log, mixed = LogText(), os.path.basename(path) in MIXED
    file = _File(path)
    try:
        for line in _present_boot([line for raw in file.tail() if (line := log.take(raw, only_kernel=mixed))]):
            yield line
        while True:
            await asyncio.sleep(EVERY)
            for raw in file.more():
                if (line := log.take(raw, only_kernel=mixed)) is not None:
                    yield line
    finally:
        file.close()


def _present_boot(found: list[KernelLine]) -> list[KernelLine]:
    """The lines from the last boot on; all of them where its beginning is not among them."""
    starts = [index for index, line in enumerate(found) if line.text.startswith(_BOOT)]
    return found[starts[-1] :] if starts else found


class _File:
    """A file that others append to, rotate or cut."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._rest = b""
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        os.close(self._descriptor)

    def tail(self) -> list[bytes]:
        """The whole lines at its end."""
        start = max(0, os.fstat(self._descriptor).st_size - TAIL_MOST)
        os.lseek(self._descriptor, start, os.SEEK_SET)
        found = self._read(TAIL_MOST)
        return found[1:] if start else found  # the first one is cut

    def more(self) -> list[bytes]:
        """The whole lines that came since."""
        if os.fstat(self._descriptor).st_size < os.lseek(self._descriptor, 0, os.SEEK_CUR):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            self._rest = b""
        found = self._read(CHUNK_MOST)
        return found or self._successor()

    def _successor(self) -> list[bytes]:
        """What is in another file that has the name now, once the old one is read to its end."""
        try:
            if os.path.samestat(os.stat(self._path), os.fstat(self._descriptor)):
                return []
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:  # the old one was moved away and the new one is not there yet
            return []
        os.close(self._descriptor)
        self._descriptor, self._rest = descriptor, b""
        return self._read(CHUNK_MOST)

    def _read(self, most: int) -> list[bytes]:
        *whole, rest = (self._rest + os.read(self._descriptor, most)).split(b"\n")
        self._rest = rest[:CHUNK_MOST]
        return whole
