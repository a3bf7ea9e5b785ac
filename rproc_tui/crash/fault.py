"""What went wrong, in words: from fault status registers, an assertion, or the kernel's word for the crash."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rproc_tui.crash import abort_status, trap_causes
from rproc_tui.crash.address_meaning import AddressSpace, address_text
from rproc_tui.crash.fatal_text import Assertion
from rproc_tui.crash.status_bits import (
    StatusBit,
    cortex_m_address,
    cortex_m_bits,
    cortex_m_cause,
    cortex_m_fault,
)
from rproc_tui.crash.values import Machine
from rproc_tui.sanitise import sanitise

_TOLD = (
    (re.compile(r"(?i)undefined instruction|illegal instruction"), "undefined-instruction", "an undefined instruction"),
    (re.compile(r"(?i)stack overflow|stack smashing"), "stack-overflow", "the stack has overflowed"),
    (re.compile(r"(?i)division by zero|divide by zero"), "divide-by-zero", "a division by zero"),
    (re.compile(r"(?i)out of memory|malloc failed"), "out-of-memory", "no memory was left"),
)
"""Pattern, kind and meaning."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The end of a program."""

    kind: str
    """A stable word for programs: `bus-fault`, `illegal-instruction`, `assertion`, `watchdog`, `unknown` …"""
    summary: str
    """One sanitised sentence without a full stop."""
    bits: tuple[StatusBit, ...] = ()
    """What the status registers say, one by one."""
    address: int | None = None
    """Whose access failed."""
    address_meaning: str | None = None


def explain(
    machine: Machine,
    status: Mapping[str, int],
    space: AddressSpace,
    *,
    assertion: Assertion | None = None,
    crash_type: str | None = None,
    words: Sequence[str] = (),
) -> Fault:
    """The fault; `status` has registers by name, `crash_type` is the kernel's word (`watchdog`, `mmufault`).

    `words` are lines in which firmware or driver told of the end.
    """
    found = _by_registers(machine, status, space)
    if found is not None:
        return found
    if assertion is not None:
        what = f": {assertion.expression}" if assertion.expression else ""
        return Fault("assertion", f"assertion failed{what} at {assertion.file}:{assertion.line}")
    if crash_type == "watchdog":
        return Fault("watchdog", "the watchdog expired: the program no longer did what resets it")
    return _told(words) or Fault("unknown", "no fault is known: nothing says why the program ended")


def _told(words: Sequence[str]) -> Fault | None:
    """A fault that has no register of its own, by what was said of it."""
    for line in words:
        for pattern, kind, meaning in _TOLD:
            if pattern.search(line):
                return Fault(kind, f"{meaning}, as was said: {sanitise(line.strip(), limit=160)}")
    if words:
        return Fault("told", f"the firmware said: {sanitise(words[0].strip(), limit=160)}")
    return None


def _by_registers(machine: Machine, status: Mapping[str, int], space: AddressSpace) -> Fault | None:
    if machine is Machine.CORTEX_M:
        return _cortex_m(status, space)
    if machine.is_riscv:
        return _riscv(status, space, 8 * machine.word)
    if machine is Machine.ARM:
        return _abort(status, space)
    return None


def _cortex_m(status: Mapping[str, int], space: AddressSpace) -> Fault | None:
    cfsr, hfsr = status.get("cfsr", 0), status.get("hfsr", 0)
    name, cause = cortex_m_fault(cfsr, hfsr), cortex_m_cause(cfsr, hfsr)
    if name is None or cause is None:
        return None
    address = cortex_m_address(cfsr, status.get("mmfar"), status.get("bfar"))
    if address is None and cause[0] in {"IBUSERR", "IACCVIOL"}:
        address = status.get("pc")
    meaning = None if address is None else address_text(address, space, status.get("sp"))
    forced = ", taken as a HardFault" if hfsr >> 30 & 1 else ""
    kinds = {"MemManage": "memory-fault", "BusFault": "bus-fault", "UsageFault": "usage-fault"}
    return Fault(
        kinds.get(name, "hard-fault"),
        f"{name}{forced}: {cause[1]}{_at(address, meaning)}",
        tuple(cortex_m_bits(cfsr, hfsr)),
        address,
        meaning,
    )


def _riscv(status: Mapping[str, int], space: AddressSpace, bits: int) -> Fault | None:
    mcause = status.get("mcause")
    if mcause is None or trap_causes.is_interrupt(mcause, bits):
        return None
    if mcause == 0 and not status.get("mepc"):  # as after a reset: no trap yet
        return None
    name, meaning = trap_causes.cause_text(mcause)
    address = status.get("mtval") if mcause in trap_causes.WITH_ADDRESS else None
    place = None if address is None else address_text(address, space, status.get("sp"))
    bit = StatusBit("mcause", name, meaning)
    kind = "illegal-instruction" if mcause == 2 else name.split("(")[0].replace("/AMO", "").replace(" ", "-")
    return Fault(kind, f"{name}: {meaning}{_at(address, place)}", (bit,), address, place)


def _abort(status: Mapping[str, int], space: AddressSpace) -> Fault | None:
    for title, kind, status_name, address_name in (
        ("data abort", "data-abort", "dfsr", "dfar"),
        ("prefetch abort", "prefetch-abort", "ifsr", "ifar"),
    ):
        value = status.get(status_name)
        if value:  # 0 is what a register is after a reset, and a background fault, which needs its address to count
            bit = abort_status.abort_bit(status_name.upper(), value)
            address = status.get(address_name) if abort_status.has_address(value) else None
            place = None if address is None else address_text(address, space, status.get("sp"))
            how = _direction(value) if kind == "data-abort" else ""
            return Fault(kind, f"{title}{how}: {bit.meaning}{_at(address, place)}", (bit,), address, place)
    return None


def _direction(dfsr: int) -> str:
    return " of a write" if dfsr & abort_status.WRITE else " of a read"


def _at(address: int | None, meaning: str | None) -> str:
    return "" if address is None else f", at {address:#010x} ({meaning})"
