"""Which exception is pending, enabled, active, and which comes first: the interrupt controller's bookkeeping.

Numbers are exception numbers: 1 to 15 are the core's own, 16 onward the interrupt lines. Bit masks are Python integers
with one bit an exception. A lower number of priority is more urgent.
"""

from __future__ import annotations

NMI = 2
HARD_FAULT = 3
MEMORY_MANAGEMENT = 4
BUS_FAULT = 5
USAGE_FAULT = 6
SUPERVISOR_CALL = 11
PENDABLE_CALL = 14
SYSTEM_TICK = 15
FIRST_LINE = 16

THREAD_PRIORITY = 256
"""Of code outside of any exception: less urgent than everything."""
_FIXED = (0, -3, -2, -1)
"""Priorities of the first exceptions: none, reset, NMI, HardFault."""
_ALWAYS_ENABLED = (1 << FIRST_LINE) - 1


class InterruptController:
    """The state; `lines` interrupts with `priority_bits` of priority each."""

    def __init__(self, lines: int, priority_bits: int) -> None:
        self.lines = lines
        self.pending = 0
        self.enabled = _ALWAYS_ENABLED
        """The core's own exceptions need no enabling here; faults ask for theirs when they happen."""
        self.active: list[int] = []
        """From the first taken to the one that executes now."""
        self._priority_mask = 0xFF & ~(0xFF >> priority_bits)
        self._priority = [*_FIXED, *(0 for _ in range(FIRST_LINE + lines - len(_FIXED)))]
        """What orders the pending ones, by exception number."""
        self._group = list(self._priority)
        """What decides about preemption."""
        self._priority_group = 0

    @property
    def current(self) -> int:
        """The exception that executes now; 0: none, thread mode."""
        return self.active[-1] if self.active else 0

    def pend(self, number: int) -> None:
        """Make an exception pending."""
        self.pending |= 1 << number

    def unpend(self, number: int) -> None:
        """Take it back."""
        self.pending &= ~(1 << number)

    @property
    def priority_group(self) -> int:
        """AIRCR.PRIGROUP: how many of a priority's lower bits do not preempt, less one."""
        return self._priority_group

    @priority_group.setter
    def priority_group(self, value: int) -> None:
        self._priority_group = value
        self._group = [self.group(priority) for priority in self._priority]

    def set_priority(self, number: int, value: int) -> None:
        """Eight bits, of which the lower ones may not exist. Fixed priorities stay, unknown lines have none."""
        if len(_FIXED) <= number < len(self._priority):
            self._priority[number] = value & self._priority_mask
            self._group[number] = self.group(value & self._priority_mask)

    def register_priority(self, number: int) -> int:
        """The eight bits as the register shows them."""
        return self._priority[number] if len(_FIXED) <= number < len(self._priority) else 0

    def group_priority(self, number: int) -> int:
        """What decides about preemption; negative for what cannot be masked."""
        return self._group[number]

    def group(self, priority: int) -> int:
        """A priority without the bits that only order what is pending."""
        return priority if priority < 0 else priority & ~((2 << self._priority_group) - 1) & 0xFF

    def execution_priority(self, primask: int = 0, basepri: int = 0, faultmask: int = 0) -> int:
        """How urgent the running code is: its exceptions and its masks."""
        priority = THREAD_PRIORITY
        for number in self.active:
            priority = min(priority, self._group[number])
        if basepri & self._priority_mask:
            priority = min(priority, self.group(basepri & self._priority_mask))
        if primask & 1:
            priority = min(priority, 0)
        if faultmask & 1:
            priority = min(priority, -1)
        return priority

    @property
    def candidates(self) -> int:
        """Bit mask of what is pending and enabled."""
        return self.pending & self.enabled

    def most_urgent(self) -> int | None:
        """Of the candidates: by priority, then by number."""
        candidates = self.pending & self.enabled
        if not candidates:
            return None
        best = (candidates & -candidates).bit_length() - 1
        candidates &= candidates - 1
        while candidates:
            number = (candidates & -candidates).bit_length() - 1
            candidates &= candidates - 1
            if self._priority[number] < self._priority[best]:
                best = number
        return best

    def due(self, execution_priority: int) -> int | None:
        """What is to be taken now."""
        best = self.most_urgent()
        return best if best is not None and self._group[best] < execution_priority else None

    def activate(self, number: int) -> None:
        """An exception is taken."""
        self.unpend(number)
        self.active.append(number)

    def deactivate(self, number: int) -> bool:
        """It has returned; False when it was not active."""
        if number not in self.active:
            return False
        self.active.remove(number)
        return True
