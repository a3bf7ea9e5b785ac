"""What a machine at the other end of a line offers besides the port, whatever answers there; and why a line ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from rproc_tui.errors import LineLost
from rproc_tui.hosts.base import Host
from rproc_tui.model.connection import Link


class FarHost(Host, Protocol):
    """One conversation with an agent, good until the line ends; then there is another one."""

    @property
    def agent(self) -> str:
        """Who answers there."""
        ...

    @property
    def lacks(self) -> tuple[str, ...]:
        """What that one cannot do, one sentence each."""
        ...

    @property
    def heard(self) -> int:
        """Grows with whatever comes from there."""
        ...

    async def ping(self) -> None:
        """Have the other end say something, and wait for that."""
        ...

    async def log_told(self) -> None:
        """Wait until a `kernel_log` has been given the lines that the log held, or none can be had."""
        ...

    async def ended(self) -> LineLost:
        """Wait until the line is gone; why."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why there is no line."""

    link: Link
    """LOST: trying again may help. REFUSED: it will not before somebody does something."""
    reason: str
    """One sentence, safe to show."""


class NoLine(Exception):
    """No line came about."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


class Line(Protocol):
    """A line that stands."""

    @property
    def host(self) -> FarHost:
        """The machine at its other end."""
        ...

    async def ended(self) -> Verdict:
        """Wait until it is gone; why."""
        ...

    async def close(self) -> None:
        """Hang up, also on who does not answer; it takes a moment at most."""
        ...


Dial = Callable[[], Awaitable[Line]]
"""Makes a line; NoLine says why there is none."""
