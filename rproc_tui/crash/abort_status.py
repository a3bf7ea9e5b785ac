"""Fault status of Armv7-R and Armv7-A: DFSR and IFSR, short format (Armv7-A/R B3.13.3, B5.8.2)."""

from __future__ import annotations

from rproc_tui.crash.fault_title import Access
from rproc_tui.crash.status_bits import StatusBit

WRITE = 1 << 11
"""DFSR.WnR"""

STATUS = {
    0b00000: ("background", "no region of the memory protection unit covers the address"),
    0b00001: ("alignment", "an unaligned access"),
    0b00010: ("debug event", "a breakpoint or watchpoint"),
    0b00011: ("access flag", "an access flag fault of a section"),
    0b00100: ("instruction cache maintenance", "maintenance of the instruction cache failed"),
    0b00101: ("translation", "no section is mapped at the address"),
    0b00110: ("access flag", "an access flag fault of a page"),
    0b00111: ("translation", "no page is mapped at the address"),
    0b01000: ("synchronous external abort", "the bus refused the access: nothing answers at the address"),
    0b01001: ("domain", "a domain fault of a section"),
    0b01011: ("domain", "a domain fault of a page"),
    0b01100: ("external abort on a table walk", "the translation table could not be read"),
    0b01101: ("permission", "memory protection forbade the access"),
    0b01110: ("external abort on a table walk", "the translation table could not be read"),
    0b01111: ("permission", "memory protection forbade the access, of a page"),
    0b10100: ("lockdown", "a lockdown fault of this implementation"),
    0b10110: ("asynchronous external abort", "the bus refused an earlier write; the program counter is behind it"),
    0b11000: ("asynchronous parity or ECC error", "memory is damaged; the program counter is behind the access"),
    0b11001: ("synchronous parity or ECC error", "memory is damaged at the address"),
    0b11010: ("coprocessor", "a coprocessor aborted"),
    0b11100: ("parity error on a table walk", "the translation table is damaged"),
}
"""By FS, five bits: name and meaning."""

_ASYNCHRONOUS = frozenset({0b10110, 0b11000})


def fault_status(value: int) -> int:
    """FS of a DFSR or IFSR: bit 10 and the lowest four."""
    return value & 0xF | value >> 6 & 0x10


def abort_bit(register: str, value: int) -> StatusBit:
    """What DFSR or IFSR says."""
    number = fault_status(value)
    name, meaning = STATUS.get(number, (f"status {number:#x}", "a reserved fault status"))
    return StatusBit(register, name, meaning)


def has_address(value: int) -> bool:
    """Whether the address register goes with it."""
    return fault_status(value) not in _ASYNCHRONOUS


def data_access(dfsr: int) -> Access:
    """Whether a data abort was a write or a read."""
    return Access.WRITE if dfsr & WRITE else Access.READ
