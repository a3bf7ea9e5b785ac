"""Which kind of machine a dump is of, from the ELF headers and from what else is known."""

from __future__ import annotations

from rproc_tui.crash.dump import Dump
from rproc_tui.crash.values import Machine, Registers
from rproc_tui.firmware.facts import Elf
from rproc_tui.firmware.machines import EM_ARM, EM_RISCV

_M_PROFILE = ("cortex-m", "armv6-m", "armv6s-m", "armv7e-m", "armv8-m", "armv8.1-m", "armv7-m")


def machine_of(
    dump: Dump, firmware: Elf | None = None, *, core: str | None = None, registers: Registers | None = None
) -> Machine:
    """The machine; `core` is a core kind in anybody's words (`Cortex-M4`, `arm,cortex-r5f`)."""
    number = dump.machine_number or (firmware.machine_number if firmware is not None else 0)
    if number == EM_RISCV:
        bits = firmware.bits if firmware is not None and not dump.machine_number else dump.bits
        return Machine.RISCV64 if bits == 64 else Machine.RISCV32
    if number == EM_ARM or (number == 0 and _names_arm(registers)):
        return Machine.CORTEX_M if _is_m_profile(dump, firmware, core, registers) else Machine.ARM
    if number == 0 and registers is not None and registers.get("ra") is not None:
        return Machine.RISCV32 if dump.bits == 32 else Machine.RISCV64
    return Machine.UNKNOWN


def _names_arm(registers: Registers | None) -> bool:
    return registers is not None and registers.get("lr") is not None and registers.get("ra") is None


def _is_m_profile(dump: Dump, firmware: Elf | None, core: str | None, registers: Registers | None) -> bool:
    for known in (registers, *dump.registers):
        if known is not None and ("xpsr" in known.values) != ("cpsr" in known.values):
            return "xpsr" in known.values
    for name in (core, firmware.core if firmware is not None else None):
        if name:
            return name.lower().removeprefix("arm,").startswith(_M_PROFILE)
    entry = firmware.entry if firmware is not None else dump.entry
    return bool(entry & 1)
