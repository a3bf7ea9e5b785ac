"""Unicorn as this program uses it: one interpreter a start, stopped only by count, by an exit address or from inside.

What has to be kept to, each of it measured:

- A stop from another thread and `timeout=` repeat the device access that they interrupt: neither is used.
- A stop from inside a device's write leaves the program counter on the store. The store is then executed once more,
  alone, with the device looking away.
- Inside a block of conditional instructions (IT) such a stop, and a memory fault, take effect only behind the block.
  Registers are therefore kept at the fault itself.
- Host writes into code that has been executed are not noticed: every start gets a new engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rproc_tui.emulator.machine.binding import constants, unicorn
from rproc_tui.emulator.machine.bus import Window
from rproc_tui.emulator.machine.faults import BusError, CoreStopped, FaultKind
from rproc_tui.emulator.machine.instruction_counter import executed_by
from rproc_tui.emulator.machine.memory import MemoryMap
from rproc_tui.emulator.machine.register_bank import Register, RegisterBank

INVALID_INSTRUCTION = constants.UC_ERR_INSN_INVALID
_NOWHERE = 0xFFFFFFFE
"""An end address that no code has."""

_ACCESS_FAULTS = {
    constants.UC_MEM_READ_UNMAPPED: FaultKind.READ,
    constants.UC_MEM_WRITE_UNMAPPED: FaultKind.WRITE,
    constants.UC_MEM_FETCH_UNMAPPED: FaultKind.FETCH,
    constants.UC_MEM_READ_PROT: FaultKind.READ_REFUSED,
    constants.UC_MEM_WRITE_PROT: FaultKind.WRITE_REFUSED,
    constants.UC_MEM_FETCH_PROT: FaultKind.FETCH_REFUSED,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A memory access that failed, with the registers at that moment in the order of the engine's context."""

    kind: FaultKind
    address: int
    pc: int
    context: Sequence[int]


class Outcome(NamedTuple):
    """Why and where a slice ended."""

    start: int
    pc: int
    error: int
    """0, or what the engine complained about."""
    interrupt: int | None
    """The number of an exception that the engine left to us."""
    refusal: Refusal | None
    attended: bool
    """A device asked for its end."""
    executed: int | None
    """Instructions that were begun; None when that cannot be known."""
    allowed: int
    """How many instructions it was to execute at most."""

    @property
    def is_plain(self) -> bool:
        """It ended without complaint."""
        return not self.error and self.interrupt is None and self.refusal is None

    @property
    def ended_early(self) -> bool | None:
        """By something that it executed, not because its count was used up; None when that cannot be known."""
        return None if self.executed is None else self.executed <= self.allowed and not self.attended

    @property
    def is_stuck(self) -> bool:
        """Its first instruction did not get done."""
        return self.executed == 1 and self.pc == self.start


@dataclass(frozen=True, slots=True)
class CoreKind:
    """What the engine has to know about a kind of core."""

    architecture: int
    mode: int
    model: int
    pc: int
    """The program counter's register number."""
    context: Sequence[int]
    """Register numbers to keep at a memory fault; the program counter is not among them."""
    begin: Callable[[int], int]
    """From a program counter to the address that the engine wants (bit 0 set: Thumb)."""
    stores_several: Callable[[MemoryMap, int], bool]
    """Whether the instruction at an address may make more than one access, and so must not be repeated."""


CODE_CACHE = 1 << 20
"""Bytes for translated code: firmware of a small core fits, and a core costs 1 MB of memory instead of 3."""


class Engine:
    """One interpreter with its memory and its devices mapped. All calls come from one thread."""

    def __init__(self, kind: CoreKind, memory: MemoryMap) -> None:
        self.uc: Any = unicorn.Uc(kind.architecture, kind.mode)
        self.uc.ctl_set_cpu_model(kind.model)
        self.uc.ctl_set_tcg_buffer_size(CODE_CACHE)
        self._kind = kind
        self.memory = memory
        self._context = self.bank(kind.context)
        self._pc = self.register(kind.pc)
        self._executed = executed_by(self.uc)
        self.instructions = 0
        """Executed so far."""
        self._exits: frozenset[int] = frozenset()
        self.breakpoints: frozenset[int] = frozenset()
        """Addresses at which a debugger wants slices to end; empty while there is none."""
        self._interrupt: int | None = None
        self._refusal: Refusal | None = None
        self._stopped: CoreStopped | None = None
        self._attention = False
        self._attended_at: int | None = None
        self._repeating = False
        for region in memory.regions:
            self.uc.mem_map_ptr(region.address, region.size, int(region.access), region.block.pointer)
        self.uc.hook_add(constants.UC_HOOK_INTR, self._on_interrupt)
        self.uc.hook_add(constants.UC_HOOK_MEM_INVALID, self._on_refused_access)

    def bank(self, identifiers: Sequence[int]) -> RegisterBank:
        """A set of this engine's registers."""
        return RegisterBank(self.uc, identifiers)

    def register(self, identifier: int) -> Register:
        """One of them."""
        return Register(self.uc, identifier)

    def attend(self) -> None:
        """End the slice behind the write that is being made. Called by devices."""
        self._attention = True

    @property
    def counts(self) -> bool:
        """It is known whether a slice has used up its count."""
        return self._executed is not None

    @property
    def exits(self) -> frozenset[int]:
        """Addresses that are not executed: a slice that gets there ends before the instruction."""
        return self._exits

    def add_exits(self, addresses: Iterable[int]) -> None:
        """Make more of them. Each slice then takes 10 µs longer or more: the engine translates around them anew."""
        self._exits = self._exits.union(addresses)
        self._set_exits()

    def set_breakpoints(self, addresses: frozenset[int]) -> None:
        """End slices before these instructions, too, until others are set."""
        if addresses != self.breakpoints:
            self.breakpoints = addresses
            self._set_exits()

    def _set_exits(self) -> None:
        exits = self._exits | self.breakpoints
        self.uc.ctl_exits_enabled(bool(exits))
        if exits:
            self.uc.ctl_set_exits(sorted(exits))
        self.forget_code()

    def forget_code(self) -> None:
        """Translate anew: memory with code in it was written by somebody other than the core."""
        self.uc.ctl_flush_tb()

    def close(self) -> None:
        """Free the engine's memory now; binding and callbacks refer to each other and would wait for the collector."""
        finalizer = getattr(self.uc, "_Uc__finalizer", None)
        if finalizer is not None:
            finalizer()

    def restore(self, context: Sequence[int]) -> None:
        """Put the registers of a refused access back: a conditional block may have run on behind it."""
        self._context.write(context)

    def run(self, pc: int, count: int) -> Outcome:
        """At most `count` instructions from `pc`. Raises what a device raised."""
        self._interrupt = self._refusal = self._attended_at = None
        self._attention = False
        start = pc
        error = self._start(pc, count)
        pc = self._pc.read()
        executed = None if self._executed is None else self._executed.value
        self.instructions += count if executed is None else min(executed, count)
        if self._attended_at == pc and self._stopped is None and self._refusal is None:
            error, pc = self._repeat(pc)
        if self._stopped is not None:
            stopped, self._stopped = self._stopped, None
            stopped.pc = pc
            raise stopped
        attended = self._attended_at is not None
        return Outcome(start, pc, error, self._interrupt, self._refusal, attended, executed, count)

    def _repeat(self, pc: int) -> tuple[int, int]:
        """Let a store that was stopped in the middle retire, with its device looking away."""
        self._repeating = True
        try:
            error = self._start(pc, 1)
        finally:
            self._repeating = False
        return error, self._pc.read()

    def _start(self, pc: int, count: int) -> int:
        try:
            self.uc.emu_start(self._kind.begin(pc), _NOWHERE, count=count)
        except unicorn.UcError as error:
            return int(error.errno)
        return 0

    def _on_interrupt(self, uc: Any, number: int, _data: object) -> None:
        self._interrupt = number
        uc.emu_stop()  # the exception is ours; without this the engine comes back to it for ever

    def _on_refused_access(self, _uc: Any, access: int, address: int, _size: int, _value: int, _data: object) -> bool:
        self._refuse(_ACCESS_FAULTS[access], address)
        return False

    def _refuse(self, kind: FaultKind, address: int) -> None:
        if self._refusal is None:
            self._refusal = Refusal(kind, address, self._pc.read(), self._context.read())

    def map(self, window: Window) -> None:
        """Put a device into the address space."""
        device, base = window.device, window.address

        def read(uc: Any, offset: int, size: int, _data: object) -> int:
            try:
                return device.read(offset, size)
            except BusError:
                self._refuse(FaultKind.READ, base + offset)
                uc.emu_stop()
                return 0

        def write(uc: Any, offset: int, size: int, value: int, _data: object) -> None:
            if self._repeating:
                self._repeating = False
                return
            try:
                device.write(offset, size, value)
            except BusError:
                self._refuse(FaultKind.WRITE, base + offset)
                uc.emu_stop()
            except CoreStopped as stopped:
                self._stopped = stopped
                uc.emu_stop()
            if self._attention:
                self._stop_behind_store(uc)

        self.uc.mmio_map(base, window.size, read, None, write, None)

    def _stop_behind_store(self, uc: Any) -> None:
        self._attention = False
        pc = self._pc.read()
        if self._kind.stores_several(self.memory, pc):
            return  # repeating it would repeat its other accesses; what is asked for waits for the slice's end
        self._attended_at = pc
        uc.emu_stop()
