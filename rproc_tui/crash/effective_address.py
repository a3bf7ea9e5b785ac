"""The address that a load or store accesses, from its text and the registers: where no fault register tells."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ARM = re.compile(r"\[([a-z][a-z0-9]{1,2})(?:, #(-?(?:0x[0-9a-f]{1,8}|\d{1,10})))?\]")
_ARM_INDEXED = re.compile(r"\[([a-z][a-z0-9]{1,2}), ([a-z][a-z0-9]{1,2})(?:, lsl #(\d))?\]")
_RISCV = re.compile(r"(-?(?:0x[0-9a-f]{1,8}|\d{1,10}))\(([a-z][a-z0-9]{1,2})\)")
_OTHER_NAMES = {"fp": "r11", "ip": "r12", "sb": "r9", "sl": "r10"}


def effective_address(instruction: str, registers: Mapping[str, int]) -> int | None:
    """The address, 32 bits; None where the instruction accesses none or a register of it is not known."""
    found = _RISCV.search(instruction)
    if found is not None:
        return _sum(registers.get(found.group(2)), int(found.group(1), 0))
    found = _ARM.search(instruction)
    if found is not None:
        return _sum(_arm_register(found.group(1), registers), int(found.group(2) or "0", 0))
    found = _ARM_INDEXED.search(instruction)
    if found is None:
        return None
    index = _arm_register(found.group(2), registers)
    return None if index is None else _sum(_arm_register(found.group(1), registers), index << int(found.group(3) or 0))


def _arm_register(name: str, registers: Mapping[str, int]) -> int | None:
    return registers.get(_OTHER_NAMES.get(name, name))


def _sum(base: int | None, offset: int) -> int | None:
    return None if base is None else (base + offset) & 0xFFFF_FFFF
