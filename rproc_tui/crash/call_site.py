"""Whether the code before an address is a call, so that the address can be one to return to.

Encodings: Armv7-M and Armv7-A/R architecture manuals (A7.7, A8.8), RISC-V unprivileged specification (JAL, JALR, C).
"""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.crash.values import Machine

ReadCode = Callable[[int, int], bytes | None]
"""Reads so many bytes of the program from an address; None where there are none."""


def follows_call(address: int, read: ReadCode, machine: Machine) -> bool:
    """Whether the instruction before an address is a call; `address` has ARM's lowest bit as it was found."""
    if machine.is_riscv:
        return _follows_riscv_call(address, read)
    if machine is Machine.CORTEX_M or address & 1:
        return bool(address & 1) and _follows_thumb_call(address & ~1, read)
    word = _load(address - 4, 4, read)
    return word is not None and address & 3 == 0 and _is_arm_call(word)


def _follows_thumb_call(address: int, read: ReadCode) -> bool:
    high, low = _load(address - 4, 2, read), _load(address - 2, 2, read)
    if low is None:
        return False
    if low & 0xFF87 == 0x4780:  # BLX register
        return True
    return high is not None and high & 0xF800 == 0xF000 and low & 0xC000 == 0xC000  # BL, BLX to an address


def _is_arm_call(word: int) -> bool:
    if word & 0xFE000000 == 0xFA000000:  # BLX to an address
        return True
    return word >> 28 != 0xF and (word & 0x0F000000 == 0x0B000000 or word & 0x0FFFFFF0 == 0x012FFF30)


def _follows_riscv_call(address: int, read: ReadCode) -> bool:
    word, half = _load(address - 4, 4, read), _load(address - 2, 2, read)
    if half is not None and half & 0xF07F == 0x9002 and half & 0x0F80:  # C.JALR
        return True
    if half is not None and half & 0xE003 == 0x2001:  # C.JAL, of RV32
        return True
    return word is not None and word & 0xF80 == 0x080 and word & 0x7F in {0x6F, 0x67}  # JAL and JALR that set ra


def _load(address: int, size: int, read: ReadCode) -> int | None:
    data = read(address, size) if address >= 0 else None
    return None if data is None else int.from_bytes(data, "little")
