"""All registers that can be had of a processor that died, from every source, the surest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rproc_tui.crash.backtrace import backtrace
from rproc_tui.crash.exception_frames import Clues, find_frames
from rproc_tui.crash.extents import Extents
from rproc_tui.crash.fatal_text import last_words
from rproc_tui.crash.fault_variables import fault_variables, system_control_block
from rproc_tui.crash.handler_exit import behind_handlers
from rproc_tui.crash.last_call import last_call
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.threads import Thread, current_thread, told_thread
from rproc_tui.crash.values import Certainty, Machine, Memory, Place, Registers

STATUS = frozenset(
    ("cfsr", "hfsr", "mmfar", "bfar", "mcause", "mtval", "mepc", "dfsr", "dfar", "ifsr", "ifar"),
)
"""Registers that stay what a fault has made them; others are of one moment."""
_ABORT_MODE = 0x17
"""Of a CPSR: tells the unwinder that the handler has a stack and a link register of its own (Armv7-A/R B1.3.1)."""
UNWOUND = "what the fault handler saved, and where it said that it was"
FRAMES_TOLD = 3
"""Exception frames that are given back."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was written about the end: registers without memory."""

    known: Sequence[Registers] = ()
    """Of the note and of the `regs` file."""
    trace: Sequence[str] = ()
    """The firmware's log, its last lines."""
    by_kernel: Registers | None = None


@dataclass(frozen=True, slots=True)
class FoundRegisters:
    """What was found."""

    sets: tuple[Registers, ...]
    """All of them. The first with a program counter is the one to begin a backtrace with."""
    thread: Thread | None = None

    @property
    def best(self) -> Registers | None:
        """The surest with a program counter."""
        return next((one for one in self.sets if one.pc is not None), None)

    @property
    def status(self) -> Mapping[str, int]:
        """The registers that a backtrace begins with, and fault status from the surest set that has it."""
        kept = {name: value for one in reversed(self.sets) for name, value in one.values.items() if name in STATUS}
        return kept if self.best is None else {**kept, **self.best.values}


@dataclass(frozen=True, slots=True)
class RegisterSearch:
    """A search in one dump."""

    memory: Memory
    extents: Extents
    symbols: Symbols
    machine: Machine
    told: Told

    def run(self) -> FoundRegisters:
        """Look everywhere; memory is searched only when nobody tells the registers."""
        printed = last_words(self.told.trace)
        thread = current_thread(self.memory, self.extents, self.symbols) if self.machine is Machine.CORTEX_M else None
        known = [one for one in self.told.known if one.values]
        told = any(one.pc is not None for one in known)
        searched = [printed] if told else list(self._searched(printed, thread))
        kept = [
            system_control_block(self.memory, self.machine),
            fault_variables(self.memory, self.symbols, self.machine),
            None if thread is None else thread.saved,
        ]
        everything = [*known, *searched, *kept]
        sets = tuple(one for one in everything if one is not None)
        return FoundRegisters(sets, thread or told_thread(self.told.trace))

    def _searched(self, printed: Registers | None, thread: Thread | None) -> Iterator[Registers | None]:
        """What memory gives away, the surest first."""
        frames: Sequence[Registers] = ()
        if self.machine is Machine.CORTEX_M:
            stack = range(0) if thread is None else thread.stack
            clues = Clues(printed, stack, None if thread is None else thread.saved_at)
            found = find_frames(self.memory, self.extents, self._locate, clues)
            frames = [one.registers for one in found[:FRAMES_TOLD]]
        yield from (one for one in frames if one.certainty is not Certainty.GUESS)
        call = last_call(self.memory, self.extents, self._locate, self.machine, after_fault=printed is not None)
        yield self._behind_the_handler(call, printed)
        yield printed
        if printed is not None and printed.pc is not None:  # then the call is one of its handler
            yield from (self.told.by_kernel, call)
        else:
            yield from (call, self.told.by_kernel)
        yield from (one for one in frames if one.certainty is Certainty.GUESS)

    def _locate(self, address: int) -> Place:
        """By the symbol table alone, where there is one: thousands of places are asked for."""
        if not self.symbols.has_symbols:
            return self.symbols.place(address)
        found = self.symbols.symbol_at(address)
        return Place(address) if found is None else Place(address, *found)

    def _behind_the_handler(self, call: Registers | None, printed: Registers | None) -> Registers | None:
        """The registers at the fault, unwound out of the trap handler that printed where it was."""
        if call is None or printed is None or printed.pc is None or self.machine is Machine.CORTEX_M:
            return None
        state = {"mepc": printed.pc} if self.machine.is_riscv else {"cpsr": _ABORT_MODE}
        start = replace(call, values={**call.values, **state})
        frames = backtrace(start, self.memory, self.symbols, self.machine)
        values = behind_handlers(frames, printed.pc, self.machine)
        return None if values is None else Registers(values, UNWOUND, Certainty.LIKELY)
