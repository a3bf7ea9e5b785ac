"""Where a debugger gets hold of an emulated processor; it outlives the processor's starts."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rproc_tui.emulator.gdb import signals
from rproc_tui.emulator.gdb.debuggee import Ended, Stopped
from rproc_tui.emulator.machine.faults import Crash
from rproc_tui.emulator.machine.halt import Halt, HaltCause, Resume, Watchpoint
from rproc_tui.emulator.machine.memory import Access, MemoryMap

if TYPE_CHECKING:
    from rproc_tui.emulator.machine.debug_unit import DebugUnit
    from rproc_tui.emulator.machine.machine import Machine


class DebugPort:
    """Of one processor: a `Debuggee`. Calls may come from any thread, one at a time."""

    def __init__(self, memory: MemoryMap) -> None:
        self.holds_next = False
        """The next start is to be held before its first instruction."""
        self.listener: Callable[[Stopped | Ended], None] = lambda _news: None
        """Is told of every stop behind `attach`, on the core's thread."""
        self._memory = memory
        self._machine: Machine | None = None
        self._is_attached = False

    def starts(self, machine: Machine) -> None:
        """The processor is about to start, on a new machine."""
        self._machine = machine
        self._is_attached = self.holds_next
        if self.holds_next:
            self.holds_next = False
            machine.debug(self)

    # what happens to the core, told on its thread

    def halted(self, halt: Halt) -> None:
        """It stands still."""
        self.listener(Stopped(signals.signal_of(halt), halt.watchpoint, _message(halt)))

    def ended(self, crash: Crash | None) -> None:
        """It is over."""
        self._is_attached = False
        self.listener(Ended(None, "stopped") if crash is None else Ended(signals.ABORT, crash.reason))

    # what a debugger wants

    def attach(self) -> Stopped | Ended:
        """Halt it; a processor that was held waits already."""
        machine = self._machine
        if machine is None or not machine.is_alive:
            return Ended(None, "not running")
        try:
            if not self._is_attached:
                machine.debug(self)
                self._is_attached = True
            machine.examine(lambda unit: unit.halt())
        except OSError as error:
            if error.errno == errno.ESRCH:
                return Ended(None, "stopped")
            raise
        return Stopped(signals.TRAP)

    def registers(self) -> Mapping[str, int]:
        """By the architecture's names; none before the first start."""
        return {} if self._machine is None else self._machine.registers()

    def write_registers(self, values: Mapping[str, int]) -> None:
        """Change some; EPERM for one that cannot be written."""

        def write(unit: DebugUnit) -> None:
            for name, value in values.items():
                try:
                    unit.write_register(name, value)
                except KeyError:
                    raise _failure(errno.EPERM) from None

        self._machine_now().examine(write)

    def read_memory(self, address: int, length: int) -> bytes:
        """Up to the end of the region; EFAULT where none is. What a device holds is not read: that may change it."""
        region = self._memory.region_at(address)
        if region is None:
            raise _failure(errno.EFAULT)
        start = address - region.address
        return bytes(region.view[start : start + length])

    def write_memory(self, address: int, data: bytes) -> None:
        """All or nothing, also where the core itself may not write."""
        region, place = self._memory.region_at(address), self._memory.find(address, len(data))
        if region is None or place is None:
            raise _failure(errno.EFAULT)

        def write(unit: DebugUnit) -> None:
            place[:] = data
            if region.access & Access.EXECUTE:
                unit.core.engine.forget_code()

        self._machine_now().examine(write)

    def set_breakpoints(self, addresses: frozenset[int]) -> None:
        """Stop before these and no other instructions."""
        self._machine_now().examine(lambda unit: unit.set_breakpoints(addresses))

    def set_watchpoints(self, watchpoints: frozenset[Watchpoint]) -> None:
        """Stop at these and no other accesses."""
        self._machine_now().examine(lambda unit: unit.set_watchpoints(watchpoints))

    def resume(self, resume: Resume) -> None:
        """Go on."""
        self._machine_now().examine(lambda unit: unit.resume(resume))

    def interrupt(self) -> None:
        """Stop, if it runs."""
        machine = self._machine
        if machine is not None and self._is_attached:
            try:
                machine.examine(lambda unit: unit.halt())
            except OSError as error:
                if error.errno != errno.ESRCH:  # its end has been told
                    raise

    def detach(self) -> None:
        """Go on as if there had never been a debugger."""
        if self._machine is not None:
            self._machine.let_go()
        self._is_attached = False

    def _machine_now(self) -> Machine:
        if self._machine is None:
            raise _failure(errno.ESRCH)
        return self._machine


def _message(halt: Halt) -> str:
    if halt.fault is not None:
        return str(halt.fault)
    return halt.reason if halt.cause is HaltCause.END else ""


def _failure(number: int) -> OSError:
    return OSError(number, os.strerror(number))
