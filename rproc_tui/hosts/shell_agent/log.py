"""The kernel's log as the shell agent passes it on: lines of /dev/kmsg, where a record may have several."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rproc_tui.hosts.kmsg import parse_record
from rproc_tui.model.kernel_log import KernelLine

PAUSE = 0.1
"""Seconds of silence after which a record is whole: its lines come together."""

SILENCE = 0.5
"""Seconds of silence after which all that the log held has come."""


class Records:
    """Lines into records; each is told once, also when the agent begins anew because the kernel overwrote some."""

    def __init__(self, tell: Callable[[KernelLine], None], told: asyncio.Event) -> None:
        """`told` is set when what the log held at first has come."""
        self._tell = tell
        self._told = told
        self._lines: list[bytes] = []
        self._last = -1
        self._whole: asyncio.TimerHandle | None = None
        self._silence: asyncio.TimerHandle | None = None

    def take(self, line: bytes) -> None:
        """One more line."""
        if not line.startswith(b" "):
            self._finish()
        self._lines.append(line)
        self.wait()

    def wait(self) -> None:
        """What comes now comes after a silence, or at once."""
        self.stop()
        loop = asyncio.get_running_loop()
        self._whole = loop.call_later(PAUSE, self._finish)
        if not self._told.is_set():
            self._silence = loop.call_later(SILENCE, self._told.set)

    def stop(self) -> None:
        """Wait no more."""
        for timer in (self._whole, self._silence):
            if timer is not None:
                timer.cancel()

    def _finish(self) -> None:
        record = parse_record(b"\n".join(self._lines)) if self._lines else None
        self._lines = []
        if record is not None and record.sequence > self._last:
            self._last = record.sequence
            self._tell(record)
