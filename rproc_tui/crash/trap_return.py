"""Crosses from a trap handler to the code that it interrupted, on machines that keep this in registers.

RISC-V: `mepc` (privileged specification, 3.1.14). Armv7-R: the handler runs in a mode with a stack pointer and a link
register of its own, so those of the interrupted code are in banked registers (B1.3.1).
"""

from __future__ import annotations

from collections.abc import Mapping

from rproc_tui.crash.call_site import follows_call
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Machine

MRET = b"\x73\x00\x20\x30"
HANDLER_MOST = 1 << 14
"""Bytes of a function that are searched for its return instruction."""

_MODE = 0x1F
_EXCEPTION_MODES = frozenset((0x11, 0x12, 0x13, 0x17, 0x1B))
"""FIQ, IRQ, supervisor, abort, undefined; user and system mode share their registers."""
_BANKS = {"sp": ("sp_usr", "sp_sys", "r13_usr"), "lr": ("lr_usr", "lr_sys", "r14_usr")}


def interrupted_state(
    restored: Mapping[str, int], address: int, symbols: Symbols, machine: Machine, innermost: int
) -> dict[str, int] | None:
    """The registers of the interrupted code; None where the function at the address is no handler.

    `restored` is what the function leaves in the registers, with its return address in `pc`; `innermost` is the program
    counter that the whole chain began at.
    """
    if machine.is_riscv:
        return _by_mepc(restored, address, symbols, innermost)
    if machine is Machine.ARM:
        return _by_mode(restored, symbols, machine)
    return None


def _by_mepc(restored: Mapping[str, int], address: int, symbols: Symbols, innermost: int) -> dict[str, int] | None:
    target = restored.get("mepc")
    if target is None or target == innermost or not symbols.is_code(target):
        return None  # a fault inside of the handler has put its own address there
    if not returns_from_trap(address, symbols):
        return None
    return {name: value for name, value in restored.items() if name != "mepc"} | {"pc": target}


def returns_from_trap(address: int, symbols: Symbols) -> bool:
    """Whether the function at an address of a RISC-V program is a trap handler: it has an `mret`."""
    extent = symbols.function_at(address)
    code = None if extent is None else symbols.program.read(extent[0], min(extent[1], HANDLER_MOST))
    return code is not None and MRET in code


def _by_mode(restored: Mapping[str, int], symbols: Symbols, machine: Machine) -> dict[str, int] | None:
    if restored.get("cpsr", 0) & _MODE not in _EXCEPTION_MODES:
        return None
    target = restored["pc"]
    if not symbols.is_code(target) or follows_call(target, symbols.program.read, machine):
        return None
    values = {name: value for name, value in restored.items() if name not in {*_BANKS, "cpsr", "spsr"}}
    for name, banks in _BANKS.items():
        known = next((restored[bank] for bank in banks if bank in restored), None)
        if known is not None:
            values[name] = known
    return values | ({"cpsr": restored["spsr"]} if "spsr" in restored else {})
