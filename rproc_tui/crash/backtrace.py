"""The chain of calls that led to a place, as far as it can be proved, and guessed from there.

A function's frame is undone by its frame information. Where there is none the link register tells the caller of the
innermost function, and else the stack is looked through. Exceptions are crossed: on Cortex-M by the frame that hardware
pushes, on RISC-V by `mepc`, on ARM by the saved state of the interrupted mode.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rproc_tui.crash import caller, register_names
from rproc_tui.crash.call_site import follows_call
from rproc_tui.crash.dwarf.frame_program import FrameRules, RuleKind
from rproc_tui.crash.dwarf.location import Unavailable
from rproc_tui.crash.exception_return import is_exception_return, pop
from rproc_tui.crash.program import Layered
from rproc_tui.crash.stack_scan import Candidate, scan
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.trap_return import interrupted_state, returns_from_trap
from rproc_tui.crash.values import Certainty, Frame, How, Machine, Memory, Place, Registers

FRAMES_MOST = 4096
"""Frames that are followed: a stack overflow has thousands."""


def backtrace(registers: Registers, memory: Memory, symbols: Symbols, machine: Machine) -> tuple[Frame, ...]:
    """The frames from the innermost on; none where the program counter is not known. Never raises."""
    if registers.pc is None:
        return ()
    first = _State(dict(registers.values), How.REGISTERS, registers.source, registers.certainty)
    return tuple(_Walk(Layered(memory, symbols.program), symbols, machine, registers.pc).frames(first))


@dataclass(frozen=True, slots=True)
class _State:
    """A frame before its caller is looked for."""

    values: Mapping[str, int]
    how: How
    source: str
    certainty: Certainty

    @property
    def pc(self) -> int:
        """Always known."""
        return self.values["pc"]


@dataclass(frozen=True, slots=True)
class _Step:
    """What is found out from a frame."""

    cfa: int | None
    caller: _State | None


class _Walk:
    """One walk up a chain."""

    def __init__(self, memory: Memory, symbols: Symbols, machine: Machine, innermost: int) -> None:
        self._memory = memory
        self._symbols = symbols
        self._machine = machine
        self._innermost = innermost

    def frames(self, state: _State) -> Iterator[Frame]:
        """From a state to the outermost."""
        seen = set()
        below: int | None = None
        for _ in range(FRAMES_MOST):
            step = self._step(state)
            if not _is_above(step.cfa, below, state.how):
                return
            yield Frame(
                self._places(state), Registers(state.values, state.source, state.certainty), step.cfa, state.how
            )
            if step.caller is None or not _is_above(
                step.caller.values.get("sp"), state.values.get("sp"), step.caller.how
            ):
                return
            state, below = step.caller, step.cfa
            key = state.pc, state.values.get("sp")
            if key in seen:
                return
            seen.add(key)

    def _places(self, state: _State) -> tuple[Place, ...]:
        return self._symbols.places(state.pc) if state.how.is_exact else self._symbols.return_places(state.pc)

    def _step(self, state: _State) -> _Step:
        rules = self._symbols.rules(self._lookup(state))
        if rules is not None:
            try:
                return self._by_rules(state, rules)
            except (Unavailable, LookupError, ValueError):
                pass
        elif state.how.is_exact and (step := self._by_link_register(state)) is not None:
            return step
        return _Step(None, self._by_scan(state, state.values.get("sp"), rules))

    def _lookup(self, state: _State) -> int:
        """An address inside of the call that a return address belongs to."""
        if state.how.is_exact:
            return state.pc
        return (state.pc & ~1 if self._machine.is_arm else state.pc) - 1

    def _by_rules(self, state: _State, rules: FrameRules) -> _Step:
        context = caller.context_of(state.values, self._memory, self._machine, little=self._symbols.little)
        cfa = caller.frame_address(rules, context)
        restored = caller.restore(rules, context, cfa, state.values, self._machine)
        target = restored.get("pc")
        if not target:
            return _Step(cfa, None)
        crossed = self._through_exception(state, restored)
        if crossed is not None:
            return _Step(cfa, crossed)
        if not self._symbols.is_code(target):
            return _Step(cfa, self._by_scan(state, cfa))
        values = caller.after_call(restored, rules, self._machine)
        if self._machine.is_riscv and returns_from_trap(self._lookup(state), self._symbols):
            source = "the return address that the interrupted code had"
            return _Step(cfa, _State(values, How.LINK_REGISTER, source, Certainty.GUESS))
        source = "as the function that it called will restore them"
        return _Step(cfa, _State(values, How.FRAME_INFORMATION, source, state.certainty))

    def _by_link_register(self, state: _State) -> _Step | None:
        """The caller of a function that has not saved its return address, or of an address that is none."""
        target, stack_pointer = state.values.get(register_names.link(self._machine)), state.values.get("sp")
        if target is None:
            return None
        crossed = self._through_exception(state, {**state.values, "pc": target})
        if crossed is not None:
            return _Step(stack_pointer, crossed)
        if not self._symbols.is_code(target) or not follows_call(target, self._symbols.program.read, self._machine):
            return None
        kept = register_names.kept(self._machine) | {"sp"}
        values = {name: value for name, value in state.values.items() if name in kept} | {"pc": target}
        return _Step(stack_pointer, _State(values, How.LINK_REGISTER, "link register", _at_most_likely(state)))

    def _through_exception(self, state: _State, restored: Mapping[str, int]) -> _State | None:
        """The interrupted code, where a frame is that of an exception's handler."""
        if self._machine is not Machine.CORTEX_M:
            found = interrupted_state(restored, self._lookup(state), self._symbols, self._machine, self._innermost)
            return None if found is None else self._interrupted(state, found, "saved state of the interrupted code")
        target = restored["pc"]
        if not is_exception_return(target):
            return None
        frame = pop(target, restored.get("sp"), restored.get("psp"), self._memory)
        if frame is None:
            return None
        stack = "process" if frame.on_process_stack else "main"
        values = {**restored, **frame.values, "msp": restored["sp"] if frame.on_process_stack else frame.values["sp"]}
        return self._interrupted(state, values, f"exception frame at {frame.address:#010x}, {stack} stack")

    def _interrupted(self, state: _State, values: Mapping[str, int], source: str) -> _State:
        return _State(values, How.EXCEPTION_FRAME, source, state.certainty)

    def _by_scan(self, state: _State, stack_pointer: int | None, rules: FrameRules | None = None) -> _State | None:
        """A guess, unless this is where the program began.

        With the rules of a frame whose address is not known, the return address that is found tells it.
        """
        if stack_pointer is None or self._is_entry(state):
            return None
        found = scan(stack_pointer, self._memory, self._symbols, self._machine, little=self._symbols.little)
        if found is None:
            return None
        values = {"sp": found.at + self._machine.word}
        values |= {} if rules is None else self._undone(state, found, rules)
        values |= {"pc": found.address}
        return _State(values, How.STACK_SCAN, f"the word at {found.at:#010x}", Certainty.GUESS)

    def _undone(self, state: _State, found: Candidate, rules: FrameRules) -> dict[str, int]:
        """The caller's registers, when a function has saved its return address where one was found."""
        rule = rules.registers.get(rules.return_register)
        if rule is None or rule.kind is not RuleKind.AT:
            return {}
        context = caller.context_of(state.values, self._memory, self._machine, little=self._symbols.little)
        restored = caller.restore(rules, context, found.at - rule.number, state.values, self._machine)
        return caller.after_call(restored, rules, self._machine)

    def _is_entry(self, state: _State) -> bool:
        """Whether the program begins in this function."""
        entry = self._symbols.entry
        function = None if entry is None else self._symbols.function_at(entry)
        return function is not None and function == self._symbols.function_at(self._lookup(state))


def _is_above(address: int | None, below: int | None, how: How) -> bool:
    """A stack is only ever unwound upwards; an exception may have come while another one was in use."""
    return how is How.EXCEPTION_FRAME or address is None or below is None or address >= below


def _at_most_likely(state: _State) -> Certainty:
    return Certainty.LIKELY if state.certainty is Certainty.KNOWN else state.certainty
