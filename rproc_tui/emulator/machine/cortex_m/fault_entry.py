"""How a fault becomes an exception, or the end of the core (Armv7-M, B1.5.10 to B1.5.15).

The registers at the first fault are kept before anything else happens: they are what a crash report is made of,
whatever the firmware's own handler does afterwards.
"""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.emulator.machine.cortex_m.exceptions import ExceptionUnit, Faulted
from rproc_tui.emulator.machine.cortex_m.fault_status import RULES, FaultStatus
from rproc_tui.emulator.machine.cortex_m.nvic import (
    BUS_FAULT,
    HARD_FAULT,
    MEMORY_MANAGEMENT,
    USAGE_FAULT,
    InterruptController,
)
from rproc_tui.emulator.machine.cortex_m.system_control import ControlState
from rproc_tui.emulator.machine.faults import CoreStopped, Fault, FaultKind

FAULT_EXCEPTIONS = frozenset((HARD_FAULT, MEMORY_MANAGEMENT, BUS_FAULT, USAGE_FAULT))


class FaultEntry:
    """Takes faults of one core."""

    def __init__(
        self,
        *,
        unit: ExceptionUnit,
        nvic: InterruptController,
        state: ControlState,
        status: FaultStatus,
        registers: Callable[[], dict[str, int]],
        execution_priority: Callable[[], int],
    ) -> None:
        self._unit = unit
        self._nvic = nvic
        self._state = state
        self._status = status
        self._registers = registers
        self._execution_priority = execution_priority
        self.first: tuple[Fault, dict[str, int]] | None = None
        """The fault that is being handled, with the registers at that moment."""

    def take(self, fault: Fault) -> int:
        """Enter the handler that a fault leads to and answer its address. Raises CoreStopped at the end of the road."""
        first = self.first is None
        if first:
            self.first = (fault, self._registers())
        escalate = False
        while True:
            number = self._exception_for(fault, escalate=escalate)
            self._status.note(fault, escalated=number == HARD_FAULT)
            if first and self.first is not None:
                self.first = (self.first[0], self.first[1] | self._status.registers())
                first = False
            try:
                handler = self._unit.enter(number, fault.pc)
            except Faulted as nested:
                fault, escalate = nested.fault, True
                continue
            if handler & 1:
                return handler & ~1
            fault, escalate = Fault(FaultKind.WRONG_STATE, handler), False

    def returned(self) -> None:
        """An exception has returned: when no fault is being handled any more, the next one is the first again."""
        if self.first is not None and FAULT_EXCEPTIONS.isdisjoint(self._nvic.active):
            self.first = None

    def _exception_for(self, fault: Fault, *, escalate: bool) -> int:
        priority = self._execution_priority()
        if priority <= -1:
            raise CoreStopped(f"lockup: {fault}, where no handler can interrupt")
        own = RULES[fault.kind].exception
        enabled = own != HARD_FAULT and self._state.fault_enables >> own & 1
        if enabled and not escalate and self._nvic.group_priority(own) < priority:
            return own
        if not self._unit.vector(HARD_FAULT):
            raise CoreStopped(f"{fault}, and no HardFault handler")
        return HARD_FAULT
