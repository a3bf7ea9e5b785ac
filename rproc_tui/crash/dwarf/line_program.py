"""Runs the line number program of one unit (DWARF 5, section 6.2). pyelftools reads its header."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from rproc_tui.crash.dwarf.line_table import LineTable
from rproc_tui.crash.dwarf.number import sleb128, uleb128

_COPY, _ADVANCE_PC, _ADVANCE_LINE, _SET_FILE, _SET_COLUMN, _NEGATE_STATEMENT = 1, 2, 3, 4, 5, 6
_CONST_ADD_PC, _FIXED_ADVANCE_PC = 8, 9
_END_SEQUENCE, _SET_ADDRESS = 1, 2


@dataclass(slots=True)
class _State:
    """The registers of the machine that runs a program."""

    is_statement: bool
    address: int = 0
    file: int = 1
    line: int = 1


@dataclass(frozen=True, slots=True)
class LineProgram:
    """A program with the numbers of its header that running it needs."""

    code: bytes
    little: bool
    minimum_instruction: int
    line_base: int
    line_range: int
    opcode_base: int
    operands: tuple[int, ...]
    """Of each standard opcode, from the first."""
    default_is_statement: bool

    @classmethod
    def of(cls, program: Any, section: bytes, *, little: bool) -> LineProgram:
        """From pyelftools' program. Raises ValueError for a header that no program can be run by."""
        header = program.header
        if not header["line_range"] or not header["opcode_base"]:
            raise ValueError("a line program's header without opcodes")
        return cls(
            code=section[program.program_start_offset : program.program_end_offset],
            little=little,
            minimum_instruction=header["minimum_instruction_length"],
            line_base=header["line_base"],
            line_range=header["line_range"],
            opcode_base=header["opcode_base"],
            operands=tuple(header["standard_opcode_lengths"]),
            default_is_statement=bool(header["default_is_stmt"]),
        )

    def run(self) -> LineTable:
        """Every row. A program that is cut off or makes no sense ends early: its whole sequences still hold."""
        table = LineTable()
        with contextlib.suppress(IndexError, ValueError, OverflowError):
            self._run(table)
        return table

    def _run(self, table: LineTable) -> None:
        code, base, add = self.code, self.opcode_base, table.add
        advances = [opcode // self.line_range * self.minimum_instruction for opcode in range(256)]
        lines = [opcode % self.line_range + self.line_base for opcode in range(256)]
        state = _State(self.default_is_statement)
        at, end = 0, len(code)
        while at < end:
            opcode = code[at]
            at += 1
            if opcode >= base:
                state.address += advances[opcode - base]
                state.line += lines[opcode - base]
                add(state.address, state.file, state.line, state.is_statement)
            elif opcode == 0:
                at, ends = self._extended(at, state)
                if ends:
                    table.end(state.address)
                    state = _State(self.default_is_statement)
            elif opcode == _SET_COLUMN and code[at] < 0x80:  # every other opcode of some compilers
                at += 1
            elif opcode == _COPY:
                add(state.address, state.file, state.line, state.is_statement)
            else:
                at = self._standard(opcode, at, state, advances[255 - base])

    def _standard(self, opcode: int, at: int, state: _State, constant: int) -> int:
        """Run an opcode that makes no row; the offset behind it."""
        if opcode == _ADVANCE_LINE:
            change, at = sleb128(self.code, at)
            state.line += change
        elif opcode == _NEGATE_STATEMENT:
            state.is_statement = not state.is_statement
        elif opcode == _CONST_ADD_PC:
            state.address += constant
        elif opcode == _FIXED_ADVANCE_PC:
            state.address += self._integer(at, 2)
            at += 2
        else:
            first, at = self._operands(opcode, at)
            if opcode == _ADVANCE_PC:
                state.address += first * self.minimum_instruction
            elif opcode == _SET_FILE:
                state.file = first
        return at

    def _extended(self, at: int, state: _State) -> tuple[int, bool]:
        """Run an extended opcode; the offset behind it, and whether the sequence ends."""
        length, at = uleb128(self.code, at)
        if self.code[at] == _SET_ADDRESS:
            state.address = self._integer(at + 1, length - 1)
        return at + length, self.code[at] == _END_SEQUENCE

    def _operands(self, opcode: int, at: int) -> tuple[int, int]:
        """The first operand of a standard opcode, and the offset behind all of them."""
        first = 0
        for number in range(self.operands[opcode - 1]):
            value, at = uleb128(self.code, at)
            first = first if number else value
        return first, at

    def _integer(self, at: int, size: int) -> int:
        return int.from_bytes(self.code[at : at + max(0, size)], "little" if self.little else "big")
