"""Fault status that is in memory: variables of fault handlers, and the core's own registers where a dump has them.

Many HardFault handlers copy CFSR, HFSR and the addresses into variables of those names before they stop.
"""

from __future__ import annotations

from rproc_tui.crash.threads import SymbolNames
from rproc_tui.crash.values import Certainty, Machine, Memory, Registers

SYSTEM_CONTROL = {"cfsr": 0xE000_ED28, "hfsr": 0xE000_ED2C, "mmfar": 0xE000_ED34, "bfar": 0xE000_ED38}
"""Addresses in the System Control Block (Armv7-M B3.2.2)."""
CORTEX_M_NAMES = (*SYSTEM_CONTROL, "mmar", "stacked_pc", "stacked_lr")
RISCV_NAMES = ("mepc", "mcause", "mtval")
ARM_NAMES = ("dfsr", "dfar", "ifsr", "ifar")

_MEANINGS = {"mmar": "mmfar", "stacked_pc": "pc", "stacked_lr": "lr"}
_PREFIXES = ("", "_", "g_", "s_", "stacked_", "saved_", "fault_", "hardfault_", "g_fault_")
_SUFFIXES = ("", "_val", "_value", "_reg")


def fault_variables(memory: Memory, symbols: SymbolNames, machine: Machine) -> Registers | None:
    """Status registers that variables hold; None where there are none, or all are 0."""
    names = CORTEX_M_NAMES if machine is Machine.CORTEX_M else RISCV_NAMES if machine.is_riscv else ARM_NAMES
    values: dict[str, int] = {}
    for name in names:
        value = _variable(memory, symbols, name, machine.word)
        if value is not None:
            values.setdefault(_MEANINGS.get(name, name), value)
    if not any(values.values()):
        return None
    return Registers(values, "variables that the firmware's fault handler keeps", Certainty.LIKELY)


def system_control_block(memory: Memory, machine: Machine) -> Registers | None:
    """The core's own fault registers, where a dump has that memory."""
    if machine is not Machine.CORTEX_M:
        return None
    found = {name: memory.read(address, 4) for name, address in SYSTEM_CONTROL.items()}
    values = {name: int.from_bytes(content, "little") for name, content in found.items() if content is not None}
    return (
        Registers(values, "the core's fault registers in the dump", Certainty.KNOWN) if any(values.values()) else None
    )


def _variable(memory: Memory, symbols: SymbolNames, name: str, word: int) -> int | None:
    for spelled in (name, name.upper()):
        for prefix in _PREFIXES:
            for suffix in _SUFFIXES:
                found = symbols.symbol_named(f"{prefix}{spelled}{suffix}")
                if found is not None and found[1] in {0, word}:
                    content = memory.read(found[0], word)
                    return None if content is None else int.from_bytes(content, "little")
    return None
