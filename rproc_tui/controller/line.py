"""The line to a host as its session sees it: whether it stands, since when it does not, and what to say of that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rproc_tui.hosts.base import Host, Remote
from rproc_tui.model.connection import Connection, Link


class LineWatch:
    """Follows a line that may break; a machine that needs none always stands."""

    def __init__(self, host: Host, changed: Callable[[str | None], None]) -> None:
        self._label = host.label
        self._line = host if isinstance(host, Remote) else None
        self._changed = changed
        self._told: Link | None = None
        """What was told of it last."""
        self._anew = asyncio.Event()
        self._looked_over = 0
        self.last_seen: float | None = None
        """Monotonic seconds at which it broke; None while it stands, and where it never did."""

    @property
    def may_break(self) -> bool:
        """Whether there is a line at all."""
        return self._line is not None

    @property
    def connection(self) -> Connection | None:
        """As it is now."""
        return None if self._line is None else self._line.connection

    @property
    def generation(self) -> int:
        """How often it was made."""
        return 0 if self._line is None else self._line.connection.generation

    @property
    def stands(self) -> bool:
        """Whether the machine can be asked now."""
        return self._line is None or self._line.connection.link is Link.CONNECTED

    @property
    def reason(self) -> str | None:
        """Why it does not stand; None while that is being found out for the first time."""
        return None if self._line is None else self._line.connection.reason

    @property
    def error(self) -> str | None:
        """That it does not stand, and why, in one sentence."""
        connection = self.connection
        if connection is None or connection.link is Link.CONNECTED:
            return None
        if connection.reason is None:
            return f"{self._label} is not connected yet"
        word = "refused" if connection.link is Link.REFUSED else "lost" if connection.generation else "not reached"
        return f"{self._label} is {word}: {connection.reason}"

    def reconnect(self) -> None:
        """Try again now; nothing happens while it stands or is being made."""
        if self._line is not None:
            self._line.reconnect()

    async def stands_anew(self) -> None:
        """Wait for a line over which nobody has looked yet."""
        while not self.stands or self.generation == self._looked_over:
            self._anew.clear()
            await self._anew.wait()
        self._looked_over = self.generation

    async def follow(self) -> None:
        """Tell of each change until the host is closed, in words where it is news."""
        if self._line is None:
            return
        stood = False
        async for connection in self._line.connections():
            stands = connection.link is Link.CONNECTED
            if stands:
                self.last_seen = None
            elif stood:
                self.last_seen = connection.since
            stood = stands
            self._anew.set()
            self._changed(self._news(connection))

    def _news(self, connection: Connection) -> str | None:
        """Each attempt that fails like the one before is none."""
        before = self._told
        if connection.link is Link.CONNECTING or connection.link is before:
            return None
        self._told = connection.link
        if connection.link is not Link.CONNECTED:
            return self.error
        return None if before is None else f"{self._label} is connected"
