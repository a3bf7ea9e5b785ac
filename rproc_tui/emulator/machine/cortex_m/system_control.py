"""The System Control Space at 0xE000E000: NVIC, SysTick and system control block as registers (Armv7-M, B3.2 to B3.4).

Registers that the architecture has and this core lacks read as zero and ignore writes, as on silicon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rproc_tui.emulator.machine.cortex_m.fault_status import FaultStatus
from rproc_tui.emulator.machine.cortex_m.models import CortexM
from rproc_tui.emulator.machine.cortex_m.nvic import (
    BUS_FAULT,
    FIRST_LINE,
    MEMORY_MANAGEMENT,
    NMI,
    PENDABLE_CALL,
    SYSTEM_TICK,
    USAGE_FAULT,
    InterruptController,
)
from rproc_tui.emulator.machine.cortex_m.systick import SystemTick
from rproc_tui.emulator.machine.cpu import Attend
from rproc_tui.emulator.machine.faults import CoreStopped

ADDRESS = 0xE000E000
SIZE = 0x1000

_KEY = 0x05FA
_SYSTEM_RESET_REQUEST = 1 << 2
_FAULT_ENABLES = {16: MEMORY_MANAGEMENT, 17: BUS_FAULT, 18: USAGE_FAULT}
"""SHCSR: bit number of each configurable fault's enable."""
DIVIDE_TRAP = 1 << 4
"""CCR.DIV_0_TRP"""
_STACK_ALIGN = 1 << 9
"""CCR.STKALIGN, fixed here."""


@dataclass(slots=True)
class ControlState:
    """What of the block the core itself looks at."""

    vector_table: int
    """VTOR"""
    fault_enables: int = 0
    """Bit mask of configurable fault exceptions that are enabled (SHCSR)."""
    configuration: int = 0
    """CCR"""
    sleep: int = 0
    """SCR"""
    plain: dict[int, int] = field(default_factory=dict)
    """Registers that only remember, by offset."""


class SystemControl:
    """The block as a device. `attend` is called where the core has to look at once."""

    def __init__(
        self,
        *,
        model: CortexM,
        state: ControlState,
        nvic: InterruptController,
        tick: SystemTick,
        faults: FaultStatus,
        attend: Attend,
        on_configuration: Callable[[int], None],
    ) -> None:
        self._model = model
        self._state = state
        self._nvic = nvic
        self._tick = tick
        self._faults = faults
        self._attend = attend
        self._on_configuration = on_configuration
        self._readers: dict[int, Callable[[], int]] = {
            0x004: lambda: (nvic.lines - 1) // 32,
            0x010: tick.read_control,
            0x014: lambda: tick.reload,
            0x018: tick.read_count,
            0x01C: lambda: tick.calibration,
            0xD00: lambda: model.cpuid,
            0xD04: self._interrupt_state,
            0xD08: lambda: state.vector_table,
            0xD0C: lambda: 0xFA050000 | nvic.priority_group << 8,
            0xD10: lambda: state.sleep,
            0xD14: lambda: state.configuration | _STACK_ALIGN,
            0xD24: self._handler_state,
            0xD28: lambda: faults.configurable,
            0xD2C: lambda: faults.hard,
            0xD34: lambda: faults.memory_address,
            0xD38: lambda: faults.bus_address,
        }
        self._writers: dict[int, Callable[[int], None]] = {
            0x010: tick.write_control,
            0x014: tick.write_reload,
            0x018: lambda _value: tick.clear_count(),
            0xD04: self._set_pending,
            0xD08: self._move_vectors,
            0xD0C: self._reset_control,
            0xD10: self._set_sleep,
            0xD14: self._configure,
            0xD24: self._enable_faults,
            0xF00: lambda value: self._pend_line(value & 0x1FF),
        }

    def read(self, offset: int, size: int) -> int:
        """A register or a part of one."""
        word, shift = offset & ~3, 8 * (offset & 3)
        return self._load(word) >> shift & ((1 << 8 * size) - 1)

    def write(self, offset: int, size: int, value: int) -> None:
        """The same for writing."""
        word, shift = offset & ~3, 8 * (offset & 3)
        mask = ((1 << 8 * size) - 1) << shift
        self._store(word, value << shift & mask, mask)

    def _load(self, word: int) -> int:
        if 0x100 <= word < 0x400:
            return self._load_lines(word)
        if 0x400 <= word < 0x7F0 or 0xD18 <= word <= 0xD20:
            first = self._first_priority(word)
            return sum(self._nvic.register_priority(first + index) << 8 * index for index in range(4))
        reader = self._readers.get(word)
        return self._state.plain.get(word, 0) if reader is None else reader() & 0xFFFFFFFF

    def _store(self, word: int, value: int, mask: int) -> None:
        if 0x100 <= word < 0x400:
            self._store_lines(word, value)
        elif 0x400 <= word < 0x7F0 or 0xD18 <= word <= 0xD20:
            self._store_priorities(word, value, mask)
        elif word == 0xD28:
            self._faults.configurable &= ~value  # write one to clear
        elif word == 0xD2C:
            self._faults.hard &= ~value
        elif word in self._writers:
            self._writers[word](value | self._load(word) & ~mask)
        elif word not in self._readers:
            self._state.plain[word] = value | self._state.plain.get(word, 0) & ~mask

    @staticmethod
    def _first_priority(word: int) -> int:
        return FIRST_LINE + word - 0x400 if word < 0xD00 else 4 + word - 0xD18

    def _store_priorities(self, word: int, value: int, mask: int) -> None:
        first = self._first_priority(word)
        for index in range(4):
            if mask >> 8 * index & 0xFF:
                self._nvic.set_priority(first + index, value >> 8 * index & 0xFF)
        self._attend()

    def _load_lines(self, word: int) -> int:
        """ISER and ICER, ISPR and ICPR, IABR: 32 lines a word."""
        block, base = (word - 0x100) // 0x80, FIRST_LINE + (word & 0x7F) * 8
        active = sum(1 << number for number in self._nvic.active)
        bits = (self._nvic.enabled, self._nvic.enabled, self._nvic.pending, self._nvic.pending, active, 0)[block]
        return bits >> base & 0xFFFFFFFF

    def _store_lines(self, word: int, value: int) -> None:
        block, base = (word - 0x100) // 0x80, FIRST_LINE + (word & 0x7F) * 8
        bits = value << base & ((1 << FIRST_LINE + self._nvic.lines) - 1)
        if block == 0:
            self._nvic.enabled |= bits
        elif block == 1:
            self._nvic.enabled &= ~bits
        elif block == 2:
            self._nvic.pending |= bits
        elif block == 3:
            self._nvic.pending &= ~bits
        self._attend()

    def _pend_line(self, line: int) -> None:
        if line < self._nvic.lines:
            self._nvic.pend(FIRST_LINE + line)
            self._attend()

    def _interrupt_state(self) -> int:
        """ICSR."""
        nvic = self._nvic
        urgent = nvic.most_urgent() or 0
        base = 1 << 11 if len(nvic.active) <= 1 else 0
        lines = 1 << 22 if nvic.pending >> FIRST_LINE else 0
        pending = sum(
            1 << bit
            for number, bit in ((SYSTEM_TICK, 26), (PENDABLE_CALL, 28), (NMI, 31))
            if nvic.pending >> number & 1
        )
        return nvic.current | base | urgent << 12 | lines | pending

    def _set_pending(self, value: int) -> None:
        """ICSR: set and clear bits of PendSV and SysTick, set bit of NMI."""
        for number, set_bit, clear_bit in ((PENDABLE_CALL, 28, 27), (SYSTEM_TICK, 26, 25)):
            if value >> clear_bit & 1:
                self._nvic.unpend(number)
            elif value >> set_bit & 1:
                self._nvic.pend(number)
        if value >> 31 & 1:
            self._nvic.pend(NMI)
        self._attend()

    def _move_vectors(self, value: int) -> None:
        self._state.vector_table = value & ~0x7F

    def _reset_control(self, value: int) -> None:
        """AIRCR; nothing happens without the key."""
        if value >> 16 != _KEY:
            return
        self._nvic.priority_group = value >> 8 & 7
        if value & _SYSTEM_RESET_REQUEST:
            raise CoreStopped("the firmware asked for a system reset (AIRCR.SYSRESETREQ)")
        self._attend()

    def _set_sleep(self, value: int) -> None:
        self._state.sleep = value & 0x16

    def _configure(self, value: int) -> None:
        self._state.configuration = value & 0x31B
        self._on_configuration(self._state.configuration)

    def _handler_state(self) -> int:
        """SHCSR."""
        enables = sum(1 << bit for bit, number in _FAULT_ENABLES.items() if self._state.fault_enables >> number & 1)
        active_bits = {4: 0, 5: 1, 6: 3, 11: 7, 12: 8, 14: 10, 15: 11}
        return enables | sum(1 << bit for number, bit in active_bits.items() if number in self._nvic.active)

    def _enable_faults(self, value: int) -> None:
        if not self._model.baseline:
            self._state.fault_enables = sum(1 << number for bit, number in _FAULT_ENABLES.items() if value >> bit & 1)
