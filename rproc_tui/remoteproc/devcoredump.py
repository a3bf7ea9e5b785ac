"""Dumps that wait to be collected (`/sys/class/devcoredump`, drivers/base/devcoredump.c).

A device has at most one; a further one is dropped. Writing to `data` frees a dump, and so do five minutes.
"""

from __future__ import annotations

import errno
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from rproc_tui.remoteproc.c_text import c_string
from rproc_tui.remoteproc.errors import failure

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc

TIMEOUT = 5 * 60.0
"""Seconds from the making, not from the last read."""

DumpReader: TypeAlias = Callable[[int, int | None], bytes]
"""`read(offset, limit)` of the `data` file."""


@dataclass(frozen=True, slots=True, eq=False)
class Devcoredump:
    """One dump."""

    number: int
    rproc: Rproc
    read: DumpReader
    free: Callable[[], None]
    """Called once when it goes."""

    @property
    def name(self) -> str:
        """`devcd1`."""
        return f"devcd{self.number}"

    @property
    def devpath(self) -> str:
        """Below /sys."""
        return f"/devices/virtual/devcoredump/{self.name}"


class Devcoredumps:
    """The class: every dump that waits."""

    def __init__(self) -> None:
        self.disabled = False
        self._dumps: dict[int, Devcoredump] = {}
        self._timers: dict[int, Callable[[], None]] = {}
        self._count = 0
        self._lock = threading.Lock()

    @property
    def waiting(self) -> tuple[Devcoredump, ...]:
        """Oldest first."""
        with self._lock:
            return tuple(self._dumps.values())

    def of(self, rproc: Rproc) -> Devcoredump | None:
        """The dump of a processor."""
        return next((dump for dump in self.waiting if dump.rproc is rproc), None)

    def add(self, rproc: Rproc, read: DumpReader, free: Callable[[], None]) -> None:
        """Offer a dump; it is freed at once when dumps are disabled or the processor has one already."""
        with self._lock:
            if self.disabled or any(dump.rproc is rproc for dump in self._dumps.values()):
                dump = None
            else:
                self._count += 1
                dump = Devcoredump(self._count, rproc, read, free)
                self._dumps[dump.number] = dump
        if dump is None:
            free()
            return
        rproc.registry.get(rproc)
        rproc.environment.uevent("add", dump.devpath, "devcoredump", {})
        cancel = rproc.environment.call_later(TIMEOUT, lambda: self.remove(dump))
        with self._lock:
            still_there = dump.number in self._dumps
            if still_there:
                self._timers[dump.number] = cancel
        if not still_there:
            cancel()

    def discard(self, dump: Devcoredump) -> None:
        """What a write to `data` does: it goes at once, on another thread; the recovery may be waiting for it."""
        dump.rproc.environment.call_later(0.0, lambda: self.remove(dump))

    def remove(self, dump: Devcoredump) -> None:
        """Free it now; nothing when it is gone already."""
        with self._lock:
            if self._dumps.pop(dump.number, None) is None:
                return
            cancel = self._timers.pop(dump.number, None)
        if cancel is not None:
            cancel()
        dump.rproc.environment.uevent("remove", dump.devpath, "devcoredump", {})
        dump.free()
        dump.rproc.registry.put(dump.rproc)

    def disable(self, written: bytes) -> None:
        """What a write to `disabled` does: 1 frees every dump and allows no more; nothing else is accepted (EINVAL)."""
        match = re.match(rb"-?\d+", c_string(written))
        if match is None or int(match[0]) != 1:
            raise failure(errno.EINVAL)
        self.disabled = True
        for dump in self.waiting:
            self.remove(dump)
