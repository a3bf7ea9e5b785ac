"""What went wrong, in words: from fault status registers, an assertion, or the kernel's word for the crash."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rproc_tui.crash import abort_status, trap_causes
from rproc_tui.crash.address_meaning import AddressSpace, address_text
from rproc_tui.crash.fatal_text import Assertion
from rproc_tui.crash.fault_title import Access, title_of
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
_KINDS = {"MemManage": "memory-fault", "BusFault": "bus-fault", "UsageFault": "usage-fault"}
_FETCH_CAUSES = frozenset({"IBUSERR", "IACCVIOL"})
_DATA_CAUSES = frozenset({"PRECISERR", "DACCVIOL"})


@dataclass(frozen=True, slots=True)
class Fault:
    """The end of a program. Texts are sanitised, without a full stop."""

    kind: str
    """A stable word for programs: `bus-fault`, `illegal-instruction`, `assertion`, `watchdog`, `unknown` …"""
    title: str
    """A few words: `write through a null pointer`, `stack overflow`."""
    summary: str
    """One sentence, with what the processor calls it."""
    bits: tuple[StatusBit, ...] = ()
    """What the status registers say, one by one."""
    access: Access | None = None
    address: int | None = None
    """Whose access failed."""
    address_meaning: str | None = None


@dataclass(frozen=True, slots=True)
class Symptoms:
    """What is known about the end of a program."""

    status: Mapping[str, int]
    """Registers by name."""
    assertion: Assertion | None = None
    crash_type: str | None = None
    """The kernel's word: `watchdog`, `mmufault`, `fatal error`."""
    words: Sequence[str] = ()
    """Lines in which firmware or driver told of the end."""
    access: Access | None = None
    """What the instruction at the program counter does to memory; a branch to nowhere has none."""
    computed: int | None = None
    """The address that it does this at, from the registers."""
    said: int | None = None
    """The address that the driver named."""


def explain(machine: Machine, symptoms: Symptoms, space: AddressSpace) -> Fault:
    """The fault."""
    found = _by_registers(machine, symptoms, space)
    if found is not None:
        return found
    if symptoms.assertion is not None:
        assertion = symptoms.assertion
        what = f": {assertion.expression}" if assertion.expression else ""
        place = f"{assertion.file}:{assertion.line}"
        return Fault("assertion", "failed assertion", f"assertion failed{what} at {place}")
    if symptoms.crash_type == "watchdog":
        return Fault("watchdog", "watchdog", "the watchdog expired: the program no longer did what resets it")
    return _told(symptoms, space) or Fault("unknown", "unknown", "nothing says why the program ended")


def _told(symptoms: Symptoms, space: AddressSpace) -> Fault | None:
    """A fault that has no register of its own, by what was said of it."""
    for line in symptoms.words:
        for pattern, kind, meaning in _TOLD:
            if pattern.search(line):
                return Fault(kind, meaning, f"{meaning}, as was said: {_quoted(line)}")
    if not symptoms.words:
        return None
    address = symptoms.said
    if address is None and symptoms.computed is not None and not space.is_memory(symptoms.computed):
        address = symptoms.computed  # of a core without fault registers, such as Cortex-M0
    place = None if address is None else address_text(address, space, symptoms.status.get("sp"))
    access = None if address is None else symptoms.access
    return Fault(
        kind="told",
        title=title_of("last words", access, address, place),
        summary=f"it was said: {_quoted(symptoms.words[0])}{_at(address, place)}",
        access=access,
        address=address,
        address_meaning=place,
    )


def _quoted(line: str) -> str:
    return sanitise(line.strip(), limit=160)


def _by_registers(machine: Machine, symptoms: Symptoms, space: AddressSpace) -> Fault | None:
    if machine is Machine.CORTEX_M:
        found = _cortex_m(symptoms, space)
    elif machine.is_riscv:
        found = _riscv(symptoms.status, space, 8 * machine.word)
    else:
        found = _abort(symptoms.status, space) if machine is Machine.ARM else None
    if found is None:
        return None
    return replace(found, title=title_of(found.title, found.access, found.address, found.address_meaning))


def _cortex_m(symptoms: Symptoms, space: AddressSpace) -> Fault | None:
    status = symptoms.status
    cfsr, hfsr = status.get("cfsr", 0), status.get("hfsr", 0)
    name, cause = cortex_m_fault(cfsr, hfsr), cortex_m_cause(cfsr, hfsr)
    if name is None or cause is None:
        return None
    address = cortex_m_address(cfsr, status.get("mmfar"), status.get("bfar"))
    access = symptoms.access if cause[0] in _DATA_CAUSES else None
    computed = address is None and access is not None and symptoms.computed is not None
    if computed:
        address = symptoms.computed
    if cause[0] in _FETCH_CAUSES:
        access, address = Access.FETCH, status.get("pc") if address is None else address
    text = cause[1] if access is None else cause[1].replace("a read or write", f"a {access}")
    place = None if address is None else address_text(address, space, status.get("sp"))
    forced = ", taken as a HardFault" if hfsr >> 30 & 1 else ""
    return Fault(
        kind=_KINDS.get(name, "hard-fault"),
        title=text,
        summary=f"{name}{forced}: {text}{_at(address, place)}{', computed from its registers' if computed else ''}",
        bits=tuple(cortex_m_bits(cfsr, hfsr)),
        access=access,
        address=address,
        address_meaning=place,
    )


def _riscv(status: Mapping[str, int], space: AddressSpace, bits: int) -> Fault | None:
    mcause = status.get("mcause")
    if mcause is None or trap_causes.is_interrupt(mcause, bits):
        return None
    if mcause == 0 and not status.get("mepc"):  # as after a reset: no trap yet
        return None
    name, meaning = trap_causes.cause_text(mcause)
    access = _riscv_access(mcause)
    address = status.get("mtval") if access is not None else None
    place = None if address is None else address_text(address, space, status.get("sp"))
    kind = name.split("(")[0].replace("/AMO", "").strip().replace(" ", "-")
    return Fault(
        kind=kind,
        title=name,
        summary=f"{name}: {meaning}{_at(address, place)}",
        bits=(StatusBit("mcause", name, meaning),),
        access=access,
        address=address,
        address_meaning=place,
    )


def _riscv_access(mcause: int) -> Access | None:
    if mcause in trap_causes.FETCHES:
        return Access.FETCH
    if mcause in trap_causes.WRITES:
        return Access.WRITE
    return Access.READ if mcause in trap_causes.READS else None


def _abort(status: Mapping[str, int], space: AddressSpace) -> Fault | None:
    for name, kind, status_name, address_name in (
        ("data abort", "data-abort", "dfsr", "dfar"),
        ("prefetch abort", "prefetch-abort", "ifsr", "ifar"),
    ):
        value = status.get(status_name)
        if value is None or not (value or status.get(address_name)):  # both are 0 after a reset
            continue
        bit = abort_status.abort_bit(status_name.upper(), value)
        access = Access.FETCH if kind == "prefetch-abort" else abort_status.data_access(value)
        address = status.get(address_name) if abort_status.has_address(value) else None
        place = None if address is None else address_text(address, space, status.get("sp"))
        of = "" if access is Access.FETCH else f" of a {access}"
        summary = f"{name}{of}: {bit.meaning}{_at(address, place)}"
        return Fault(kind, bit.meaning, summary, (bit,), access, address, place)
    return None


def _at(address: int | None, meaning: str | None) -> str:
    return "" if address is None else f", at {address:#010x} ({meaning})"
