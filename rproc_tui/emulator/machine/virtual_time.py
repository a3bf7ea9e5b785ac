"""Time that passes only when it is told to: the same firmware with the same inputs then does the same, on any machine.

A core's time moves with the instructions that it executes, jumps to the next deadline when it waits, and stands still
at the moment that was allowed last. Inputs are given while it stands still.
"""

from __future__ import annotations

import threading

INSTRUCTIONS_A_SECOND = 100_000_000
_PATIENCE = 60.0
"""Real seconds until a core that does not come to rest is an error."""


class VirtualTime:
    """One core's time, from one start of it to its end."""

    is_real = False

    def __init__(self, start: float) -> None:
        self.condition = threading.Condition()
        self._now = start
        self._allowed = start
        self._rests = False
        self._over = False

    def now(self) -> float:
        """The core's present; the same during a whole slice."""
        return self._now

    @property
    def may_run(self) -> bool:
        """There is time left."""
        return self._now < self._allowed

    def executed(self, instructions: int) -> None:
        """Every instruction takes the same time."""
        self._now += instructions / INSTRUCTIONS_A_SECOND

    def wait(self, until: float | None) -> None:
        """Jump to the moment, if it is allowed already; else rest until more is."""
        if until is not None and until <= self._allowed:
            self._now = max(self._now, until)
            return
        self._now = max(self._now, self._allowed)
        self.stand_still()

    def stand_still(self) -> None:
        """Rest where the core is; what it is allowed meanwhile it uses later."""
        self._rests = True
        self.condition.notify_all()
        self.condition.wait()
        self._rests = False

    def go_on(self) -> None:
        """It moves with what is executed."""

    def ended(self) -> None:
        """Whoever waits for it to come to rest need not any longer."""
        with self.condition:
            self._over = True
            self.condition.notify_all()

    @property
    def is_over(self) -> bool:
        """The core has ended."""
        return self._over

    def run_to(self, moment: float) -> None:
        """Let the core get to a moment, and wait until it has. TimeoutError when it does not come to rest."""
        with self.condition:
            self._allowed = max(self._allowed, moment)
            self._rests = False
            self.condition.notify_all()
            if not self.condition.wait_for(lambda: self._rests or self._over, _PATIENCE):
                raise TimeoutError("a core does not come to rest")


class VirtualClock:
    """The time of a whole board; every core that is started gets its own share of it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._shares: list[VirtualTime] = []

    def timeline(self) -> VirtualTime:
        """For a core that starts now."""
        share = VirtualTime(self.now)
        self._shares.append(share)
        return share

    def advance(self, seconds: float) -> None:
        """Let every core live for so long, one after the other; at rest again when this returns."""
        self.now += seconds
        self._shares = [share for share in self._shares if not share.is_over]
        for share in self._shares:
            share.run_to(self.now)
