"""Bits of fault status registers in words: Cortex-M's CFSR and HFSR (Armv7-M B3.2.15, B3.2.16; Armv8-M adds STKOF)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatusBit:
    """One thing that a status register says."""

    register: str
    """`CFSR`, `HFSR`, `DFSR`, `IFSR`, `mcause`."""
    name: str
    """In the architecture's manual."""
    meaning: str


MMARVALID = 1 << 7
BFARVALID = 1 << 15
FORCED = 1 << 30

CFSR = {
    0: ("IACCVIOL", "an instruction was fetched from where none may be executed"),
    1: ("DACCVIOL", "the memory protection unit forbade a read or write"),
    3: ("MUNSTKERR", "the memory protection unit forbade the return from an exception to read its frame"),
    4: ("MSTKERR", "the memory protection unit forbade to push an exception frame: the stack has overflowed"),
    5: ("MLSPERR", "the memory protection unit forbade to save floating-point registers late"),
    7: ("MMARVALID", "MMFAR has the address"),
    8: ("IBUSERR", "an instruction was fetched from where nothing is"),
    9: ("PRECISERR", "the bus refused a read or write, of the instruction at the program counter"),
    10: ("IMPRECISERR", "the bus refused a buffered write, of some instruction before the program counter"),
    11: ("UNSTKERR", "the bus refused the return from an exception to read its frame: the stack pointer is wrong"),
    12: ("STKERR", "the bus refused to push an exception frame: the stack has overflowed, or its pointer is wrong"),
    13: ("LSPERR", "the bus refused to save floating-point registers late"),
    15: ("BFARVALID", "BFAR has the address"),
    16: ("UNDEFINSTR", "an undefined instruction"),
    17: ("INVSTATE", "a branch to an even address: no Thumb code, so a wrong function pointer or return address"),
    18: ("INVPC", "an exception returned with a wrong EXC_RETURN or frame: the stack is damaged"),
    19: ("NOCP", "a floating-point or coprocessor instruction while that unit is off or absent"),
    20: ("STKOF", "the stack pointer went below its limit: the stack has overflowed"),
    24: ("UNALIGNED", "an unaligned access"),
    25: ("DIVBYZERO", "a division by zero"),
}
"""By bit: name and meaning."""

HFSR = {
    1: ("VECTTBL", "the vector table could not be read"),
    30: ("FORCED", "a fault that could not be taken as itself became a HardFault"),
    31: ("DEBUGEVT", "a breakpoint without a debugger"),
}

_ADDRESS_BITS = frozenset({7, 15})


def cortex_m_bits(cfsr: int, hfsr: int) -> Iterator[StatusBit]:
    """What both registers say, CFSR first."""
    for bit, (name, meaning) in CFSR.items():
        if cfsr >> bit & 1:
            yield StatusBit("CFSR", name, meaning)
    for bit, (name, meaning) in HFSR.items():
        if hfsr >> bit & 1:
            yield StatusBit("HFSR", name, meaning)


def cortex_m_cause(cfsr: int, hfsr: int) -> tuple[str, str] | None:
    """The one bit that says most: its name and meaning."""
    for table, value in ((CFSR, cfsr), (HFSR, hfsr & ~FORCED), (HFSR, hfsr)):
        for bit, found in table.items():
            if value >> bit & 1 and not (table is CFSR and bit in _ADDRESS_BITS):
                return found
    return None


def cortex_m_fault(cfsr: int, hfsr: int) -> str | None:
    """The exception that it was to begin with: `BusFault`; None where nothing is set."""
    for mask, name in ((0xFF, "MemManage"), (0xFF00, "BusFault"), (0xFFFF_0000, "UsageFault")):
        if cfsr & mask:
            return name
    return "HardFault" if hfsr else None


def cortex_m_address(cfsr: int, mmfar: int | None, bfar: int | None) -> int | None:
    """The address whose access failed, where a register is said to have it."""
    if cfsr & MMARVALID and mmfar is not None:
        return mmfar
    return bfar if cfsr & BFARVALID else None
