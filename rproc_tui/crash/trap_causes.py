"""Causes of traps of RISC-V (The RISC-V Instruction Set Manual, Volume II, table of mcause values)."""

from __future__ import annotations

CAUSES = {
    0: ("instruction address misaligned", "a jump to an address that no instruction can have"),
    1: ("instruction access fault", "an instruction was fetched from where none may be or nothing is"),
    2: ("illegal instruction", "an instruction that this core does not know, or not now"),
    3: ("breakpoint", "a breakpoint without a debugger"),
    4: ("load address misaligned", "an unaligned read"),
    5: ("load access fault", "a read from where nothing is, or that is forbidden"),
    6: ("store/AMO address misaligned", "an unaligned write"),
    7: ("store/AMO access fault", "a write to where nothing is, or that is forbidden"),
    8: ("environment call from U-mode", "a system call"),
    9: ("environment call from S-mode", "a system call"),
    11: ("environment call from M-mode", "a system call"),
    12: ("instruction page fault", "no page is mapped where an instruction was fetched"),
    13: ("load page fault", "no page is mapped where was read"),
    15: ("store/AMO page fault", "no page is mapped where was written"),
    16: ("double trap", "a trap inside of a trap handler that was not ready for it"),
    18: ("software check", "a return address or landing pad that is not what it was"),
    19: ("hardware error", "memory is damaged"),
}
"""By mcause without its highest bit: name and meaning."""

WRITES = frozenset({6, 7, 15})
READS = frozenset({4, 5, 13})
FETCHES = frozenset({0, 1, 12})
WITH_ADDRESS = WRITES | READS | FETCHES
"""For these, mtval is the address."""


def is_interrupt(mcause: int, bits: int) -> bool:
    """Whether the last trap was an interrupt and no fault."""
    return bool(mcause >> (bits - 1) & 1)


def cause_text(mcause: int) -> tuple[str, str]:
    """Name and meaning."""
    return CAUSES.get(mcause, (f"cause {mcause}", "a cause that is not standard"))
