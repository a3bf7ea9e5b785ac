"""Disassembles the code around a place, with capstone where it is installed."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Instruction, Machine
from rproc_tui.sanitise import sanitise

BEFORE = 6
"""Instructions shown in front of the current one."""
AFTER = 5
_LONGEST = 4
"""Bytes of an instruction, on all machines here."""


def disassemble(
    symbols: Symbols, pc: int, machine: Machine, *, before: int = BEFORE, after: int = AFTER
) -> tuple[Instruction, ...] | None:
    """The instructions around a program counter; None without capstone, empty where the program has no code there.

    Code is decoded from the beginning of its function, because instructions differ in length, and to its end.
    """
    engine = _engine(symbols, pc, machine)
    if engine is None:
        return None
    pc = pc & ~1 if machine.is_arm else pc
    function = symbols.function_at(pc)
    start, size = function or (pc, 0)
    code = _code(symbols, start, min(start + size if size else sys.maxsize, pc + (after + 1) * _LONGEST))
    found = list(_decode(engine, code, start, symbols, pc))
    index = next((number for number, one in enumerate(found) if one.is_current), None)
    if index is None:  # data in the code has put the decoder out of step
        found, index = list(_decode(engine, code[pc - start :], pc, symbols, pc)), 0
    return tuple(found[max(0, index - before) : index + after + 1])


def _code(symbols: Symbols, start: int, end: int) -> bytes:
    """The bytes from a function's beginning, as far as the file has them."""
    for stop in range(end, start, -2):
        code = symbols.program.read(start, stop - start)
        if code is not None:
            return code
    return b""


def _decode(engine: Any, code: bytes, start: int, symbols: Symbols, pc: int) -> list[Instruction]:
    found = []
    for address, size, mnemonic, operands in engine.disasm_lite(code, start):
        data = code[address - start : address - start + size]
        text = f"{mnemonic} {operands}".rstrip() + _target(operands, symbols)
        found.append(Instruction(address, data, sanitise(text), address == pc))
    return found


def _target(operands: str, symbols: Symbols) -> str:
    """The name of a branch's target."""
    last = operands.rpartition("#")[2] if "#" in operands else operands.rpartition(" ")[2]
    try:
        address = int(last, 16)
    except ValueError:
        return ""
    known = symbols.symbol_at(address) if symbols.is_code(address) else None
    if known is None:
        return ""
    name, offset = known
    return f" <{name}+{offset:#x}>" if offset else f" <{name}>"


def _engine(symbols: Symbols, pc: int, machine: Machine) -> Any:
    """A decoder for the machine; None where capstone is missing or does not know it."""
    try:
        capstone = importlib.import_module("capstone")
    except ImportError:
        return None
    if machine.is_riscv:
        word = capstone.CS_MODE_RISCV64 if machine is Machine.RISCV64 else capstone.CS_MODE_RISCV32
        architecture, mode = capstone.CS_ARCH_RISCV, word | capstone.CS_MODE_RISCVC
    elif machine is Machine.CORTEX_M:
        architecture, mode = capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS
    elif machine is Machine.ARM:
        is_thumb = symbols.is_thumb(pc)
        thumb = bool(pc & 1) if is_thumb is None else is_thumb
        architecture, mode = capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB if thumb else capstone.CS_MODE_ARM
    else:
        return None
    order = capstone.CS_MODE_LITTLE_ENDIAN if symbols.little else capstone.CS_MODE_BIG_ENDIAN
    try:
        engine = capstone.Cs(architecture, mode | order)
    except capstone.CsError:
        return None
    engine.skipdata = True
    return engine
