"""Runs the instructions of a frame description up to an address (DWARF 5, section 6.4.2)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import NamedTuple

from rproc_tui.crash.dwarf.number import sleb128, uleb128

STATES_MOST = 64
"""States that a program may remember at a time."""


class RuleKind(Enum):
    """Where a register of the caller is."""

    AT = auto()
    """In memory, so many bytes from the frame's address."""
    IS = auto()
    """It is the frame's address plus so many bytes."""
    IN = auto()
    """In another register."""
    AT_EXPRESSION = auto()
    IS_EXPRESSION = auto()
    UNDEFINED = auto()
    SAME = auto()


class Rule(NamedTuple):
    """How to find one register."""

    kind: RuleKind
    number: int = 0
    """Offset or register."""
    expression: bytes = b""


@dataclass(frozen=True, slots=True)
class FrameRules:
    """How to find the frame's address and the caller's registers at one instruction."""

    return_register: int
    cfa_register: int = 0
    cfa_offset: int = 0
    cfa_expression: bytes | None = None
    """Instead of register and offset."""
    registers: dict[int, Rule] = field(default_factory=dict)
    """By DWARF's number; what is missing is unspecified."""


class Common(NamedTuple):
    """A common information entry: what many functions share."""

    code_factor: int
    data_factor: int
    return_register: int
    instructions: bytes


class _Reached(Exception):
    """The address is reached: the rest is about later instructions."""


def run(common: Common, instructions: bytes, offset: int, *, little: bool) -> FrameRules:
    """The rules at an offset of a function. Raises IndexError or ValueError for nonsense."""
    initial = _Program(offset, common, FrameRules(common.return_register), little=little).run(common.instructions)
    return _Program(offset, common, initial, little=little).run(instructions)


class _Program:
    """One run."""

    def __init__(self, offset: int, common: Common, initial: FrameRules, *, little: bool) -> None:
        self.initial = initial
        self.rules = replace(initial, registers=dict(initial.registers))
        self.code_factor = common.code_factor
        self.data_factor = common.data_factor
        self._offset = offset
        self._little = little
        self._stack: list[FrameRules] = []
        self._location = 0
        self._code = b""
        self._at = 0

    def run(self, code: bytes) -> FrameRules:
        """To the last instruction that applies."""
        self._code, self._at = code, 0
        with contextlib.suppress(_Reached):
            while self._at < len(code):
                opcode = code[self._at]
                self._at += 1
                if opcode >> 6:
                    self._with_operand(opcode >> 6, opcode & 0x3F)
                elif opcode in _INSTRUCTIONS:
                    _INSTRUCTIONS[opcode](self)
                else:
                    raise ValueError(f"call frame instruction {opcode:#x} is not known")
        return self.rules

    def _with_operand(self, kind: int, operand: int) -> None:
        """The three instructions that have an operand in their own byte."""
        if kind == 1:
            self.advance(operand)
        elif kind == 2:
            self.rule(operand, RuleKind.AT, self.unsigned() * self.data_factor)
        else:
            self.restore(operand)

    def unsigned(self) -> int:
        """The next operand."""
        value, self._at = uleb128(self._code, self._at)
        return value

    def scaled(self) -> int:
        """The next operand, signed and in units of the data alignment."""
        value, self._at = sleb128(self._code, self._at)
        return value * self.data_factor

    def block(self) -> bytes:
        """The next operand, an expression."""
        length = self.unsigned()
        self._at += length
        return self._code[self._at - length : self._at]

    def fixed(self, size: int) -> int:
        """The next operand, of so many bytes."""
        self._at += size
        return int.from_bytes(self._code[self._at - size : self._at], "little" if self._little else "big")

    def advance(self, delta: int) -> None:
        """What follows applies from a later instruction on."""
        self._location += delta * self.code_factor
        if self._location > self._offset:
            raise _Reached

    def rule(self, register: int, kind: RuleKind, number: int = 0, expression: bytes = b"") -> None:
        """How to find a register."""
        self.rules.registers[register] = Rule(kind, number, expression)

    def restore(self, register: int) -> None:
        """A register is found as it was at the function's beginning."""
        if register in self.initial.registers:
            self.rules.registers[register] = self.initial.registers[register]
        else:
            self.rules.registers.pop(register, None)

    def frame(self, register: int, offset: int) -> None:
        """The frame's address by a register."""
        self.rules = replace(self.rules, cfa_register=register, cfa_offset=offset, cfa_expression=None)

    def frame_by(self, expression: bytes) -> None:
        """The frame's address by an expression."""
        self.rules = replace(self.rules, cfa_expression=expression)

    def remember(self) -> None:
        """Put the rules aside."""
        if len(self._stack) >= STATES_MOST:
            raise ValueError(f"more than {STATES_MOST} remembered states")
        self._stack.append(replace(self.rules, registers=dict(self.rules.registers)))

    def recall(self) -> None:
        """Take the rules that were put aside last."""
        self.rules = self._stack.pop()


_INSTRUCTIONS: dict[int, Callable[[_Program], object]] = {
    0x00: lambda program: None,  # noqa: ARG005 (nop)
    0x02: lambda program: program.advance(program.fixed(1)),
    0x03: lambda program: program.advance(program.fixed(2)),
    0x04: lambda program: program.advance(program.fixed(4)),
    0x05: lambda program: program.rule(program.unsigned(), RuleKind.AT, program.unsigned() * program.data_factor),
    0x06: lambda program: program.restore(program.unsigned()),
    0x07: lambda program: program.rule(program.unsigned(), RuleKind.UNDEFINED),
    0x08: lambda program: program.rule(program.unsigned(), RuleKind.SAME),
    0x09: lambda program: program.rule(program.unsigned(), RuleKind.IN, program.unsigned()),
    0x0A: lambda program: program.remember(),
    0x0B: lambda program: program.recall(),
    0x0C: lambda program: program.frame(program.unsigned(), program.unsigned()),
    0x0D: lambda program: program.frame(program.unsigned(), program.rules.cfa_offset),
    0x0E: lambda program: program.frame(program.rules.cfa_register, program.unsigned()),
    0x0F: lambda program: program.frame_by(program.block()),
    0x10: lambda program: program.rule(program.unsigned(), RuleKind.AT_EXPRESSION, 0, program.block()),
    0x11: lambda program: program.rule(program.unsigned(), RuleKind.AT, program.scaled()),
    0x12: lambda program: program.frame(program.unsigned(), program.scaled()),
    0x13: lambda program: program.frame(program.rules.cfa_register, program.scaled()),
    0x14: lambda program: program.rule(program.unsigned(), RuleKind.IS, program.unsigned() * program.data_factor),
    0x15: lambda program: program.rule(program.unsigned(), RuleKind.IS, program.scaled()),
    0x16: lambda program: program.rule(program.unsigned(), RuleKind.IS_EXPRESSION, 0, program.block()),
    0x2E: lambda program: program.unsigned(),  # GNU: size of the arguments on the stack
    0x2F: lambda program: program.rule(program.unsigned(), RuleKind.AT, -program.unsigned() * program.data_factor),
}
"""By opcode; the operands of a call are read from left to right. DW_CFA_set_loc is missing: it needs relocation."""
