"""When a crash of one processor begins, is certain, and is over: from the kernel's lines, or without them its state.

The report (`crash detected`) comes first; kernels of 6.x queue the work before they log it, so that its handling
(`handling crash #3`) may come before it. A report about a processor that is off or crashed already means nothing.
"""

from __future__ import annotations

from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.processor import State

_ENDS = frozenset({Kind.UP, Kind.ATTACHED, Kind.POWERING_UP, Kind.ATTACHING, Kind.AVAILABLE, Kind.RELEASED})


class CrashSigns:
    """What was seen so far of one processor."""

    def __init__(self) -> None:
        self.under_way = False
        """A crash began, and nothing shows that it is over."""
        self.is_certain = False
        """The kernel deals with it, or the state says so."""
        self.number: int | None = None
        """The kernel's number of the last crash; None until it is told."""
        self.type: str | None = None
        """Of the last crash; None until it is reported."""
        self._report_is_due = False

    def heard(self, fact: KernelFact) -> bool:
        """Take one more line; whether a crash begins with it."""
        if fact.kind is Kind.CRASH_DETECTED:
            return self._reported(fact.detail)
        if fact.kind is Kind.CRASH_HANDLED:
            return self._handled(fact.number)
        if fact.kind in _ENDS:
            self.under_way = self.is_certain = False
        return False

    def saw(self, state: State) -> bool:
        """Take the state as a sign, where the log does not tell; whether a crash begins with it."""
        if state is State.CRASHED:
            begins = not self.under_way
            if begins:
                self.type = self.number = None
            self.under_way = self.is_certain = True
            return begins
        if state.is_up:
            self.under_way = self.is_certain = False
        return False

    def _reported(self, crash_type: str | None) -> bool:
        if self._report_is_due:
            self._report_is_due = False
            self.type = crash_type
            return False
        if self.under_way:
            return False
        self.under_way, self.is_certain, self.type, self.number = True, False, crash_type, None
        return True

    def _handled(self, number: int | None) -> bool:
        known = self.under_way and self.number in (None, number)
        self._report_is_due = not known
        if not known:
            self.type = None
        self.under_way = self.is_certain = True
        self.number = number
        return not known
