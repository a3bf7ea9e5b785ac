"""How DWARF numbers the registers of a machine, and which of them a function hands back as it found them.

Sources: DWARF for the Arm Architecture and AAPCS32; RISC-V ELF psABI.
"""

from __future__ import annotations

from collections.abc import Mapping

from rproc_tui.crash.values import Machine

ARM = (*(f"r{number}" for number in range(13)), "sp", "lr", "pc")
RISCV = (
    *("zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1"),
    *(f"a{number}" for number in range(8)),
    *(f"s{number}" for number in range(2, 12)),
    *(f"t{number}" for number in range(3, 7)),
)
_ARM_KEPT = frozenset((*(f"r{number}" for number in range(4, 12)), "psp", "msp", "control", "cpsr", "spsr"))
_RISCV_KEPT = frozenset(("gp", "tp", *(f"s{number}" for number in range(12)), "mepc", "mtvec"))

ARM_FLOATS = 64
"""DWARF's number of S0."""
ARM_DOUBLES = 256
"""DWARF's number of D0, which is S0 and S1."""


def names(machine: Machine) -> tuple[str, ...]:
    """The names by number; empty for a machine that nothing is known of."""
    if machine.is_arm:
        return ARM
    return RISCV if machine.is_riscv else ()


def kept(machine: Machine) -> frozenset[str]:
    """What a function's caller still has when it returns, and what no call touches."""
    return _ARM_KEPT if machine.is_arm else _RISCV_KEPT


def link(machine: Machine) -> str:
    """The register that a call leaves its return address in."""
    return "lr" if machine.is_arm else "ra"


def numbered(values: Mapping[str, int], machine: Machine) -> dict[int, int]:
    """The known registers by DWARF's number."""
    found = {number: values[name] for number, name in enumerate(names(machine)) if name in values}
    if machine.is_riscv:
        found[0] = 0
    if machine.is_arm:
        floats = {number: values[f"s{number}"] for number in range(32) if f"s{number}" in values}
        found |= {ARM_FLOATS + number: value for number, value in floats.items()}
        found |= {
            ARM_DOUBLES + number // 2: low | floats[number + 1] << 32
            for number, low in floats.items()
            if number % 2 == 0 and number + 1 in floats
        }
    return found
