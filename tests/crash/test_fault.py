"""What fault status registers mean, on each kind of core."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.crash.address_meaning import AddressSpace
from rproc_tui.crash.fatal_text import Assertion
from rproc_tui.crash.fault import Fault, Symptoms, explain
from rproc_tui.crash.fault_title import Access
from rproc_tui.crash.status_bits import CFSR, HFSR
from rproc_tui.crash.values import Machine
from rproc_tui.model.memory import Region, RegionKind

SPACE = AddressSpace((Region("dtcm", 0x2000_0000, 0x4000, RegionKind.INTERNAL),))


def fault(machine: Machine, status: dict[str, int], access: Access | None = None) -> Fault:
    return explain(machine, Symptoms(status, access=access), SPACE)


CORTEX_M = [
    ({"cfsr": 0x8200, "bfar": 0}, "bus-fault", "access through a null pointer"),
    ({"cfsr": 0x8200, "bfar": 12}, "bus-fault", "access through a null pointer plus 12"),
    ({"cfsr": 0x0082, "mmfar": 0x3000_0000}, "memory-fault", "access to 0x30000000, in no memory"),
    ({"cfsr": 0x0001, "pc": 0x2000_0004}, "memory-fault", "branch to 0x20000004, dtcm plus 0x4"),
    ({"cfsr": 0x0100, "pc": 0x7000_0000}, "bus-fault", "branch to 0x70000000, in no memory"),
    ({"cfsr": 0x0400, "bfar": 0}, "bus-fault", "the bus refused a buffered write, of some instruction before the"),
    ({"cfsr": 0x0001_0000}, "usage-fault", "an undefined instruction"),
    ({"cfsr": 0x0002_0000}, "usage-fault", "a branch to an even address"),
    ({"cfsr": 0x0010_0000}, "usage-fault", "the stack pointer went below its limit"),
    ({"cfsr": 0x0200_0000, "hfsr": 0x4000_0000}, "usage-fault", "a division by zero"),
    ({"cfsr": 0, "hfsr": 2}, "hard-fault", "the vector table could not be read"),
    ({"cfsr": 0x8200, "bfar": 0x1FFF_FFF0, "sp": 0x1FFF_FFF0}, "bus-fault", "stack overflow"),
]


@pytest.mark.parametrize(("status", "kind", "title"), CORTEX_M)
def test_a_fault_of_cortex_m_has_a_kind_and_a_title(status: dict[str, int], kind: str, title: str) -> None:
    found = fault(Machine.CORTEX_M, status)
    assert (found.kind, found.title.startswith(title)) == (kind, True), found.title


def test_a_fault_that_became_a_hard_fault_says_what_it_was() -> None:
    found = fault(Machine.CORTEX_M, {"cfsr": 0x8200, "hfsr": 0x4000_0000, "bfar": 4}, Access.WRITE)
    assert found.summary == (
        "BusFault, taken as a HardFault: the bus refused a write, of the instruction at the program counter, "
        "at 0x00000004 (a null pointer plus 4)"
    )
    assert [(bit.register, bit.name) for bit in found.bits] == [
        ("CFSR", "PRECISERR"),
        ("CFSR", "BFARVALID"),
        ("HFSR", "FORCED"),
    ]


@pytest.mark.parametrize("bit", CFSR)
def test_every_bit_of_cfsr_is_told_in_words(bit: int) -> None:
    with_another = fault(Machine.CORTEX_M, {"cfsr": 1 << bit | 1 << 16})
    assert CFSR[bit] in [(one.name, one.meaning) for one in with_another.bits]


@pytest.mark.parametrize("bit", HFSR)
def test_every_bit_of_hfsr_is_told_in_words(bit: int) -> None:
    found = fault(Machine.CORTEX_M, {"hfsr": 1 << bit})
    assert [(one.name, one.meaning) for one in found.bits] == [HFSR[bit]]


def test_an_address_register_counts_only_where_its_bit_says_so() -> None:
    assert fault(Machine.CORTEX_M, {"cfsr": 0x0200, "bfar": 0x1234}).address is None


def test_without_an_address_register_the_instruction_tells() -> None:
    symptoms = Symptoms({"cfsr": 0x0200}, access=Access.WRITE, computed=8)
    found = explain(Machine.CORTEX_M, symptoms, SPACE)
    assert (found.address, found.title) == (8, "write through a null pointer plus 8")
    assert found.summary.endswith("computed from its registers")


RISCV = [
    ({"mcause": 7, "mtval": 0, "mepc": 4}, "store-access-fault", "write through a null pointer", Access.WRITE),
    ({"mcause": 5, "mtval": 0x3000_0000, "mepc": 4}, "load-access-fault", "read of 0x30000000, in no", Access.READ),
    ({"mcause": 1, "mtval": 0x3000_0000, "mepc": 4}, "instruction-access-fault", "branch to 0x30000000", Access.FETCH),
    ({"mcause": 2, "mtval": 0, "mepc": 4}, "illegal-instruction", "illegal instruction", None),
    ({"mcause": 24, "mepc": 4}, "cause-24", "cause 24", None),
]


@pytest.mark.parametrize(("status", "kind", "title", "access"), RISCV)
def test_a_trap_of_risc_v_has_a_kind_and_a_title(
    status: dict[str, int], kind: str, title: str, access: Access | None
) -> None:
    found = fault(Machine.RISCV32, status)
    assert (found.kind, found.title.startswith(title), found.access) == (kind, True, access), found.title


@pytest.mark.parametrize("status", [{"mcause": 0x8000_000B, "mepc": 4}, {"mcause": 0, "mepc": 0}, {}])
def test_an_interrupt_or_no_trap_at_all_is_no_fault(status: dict[str, int]) -> None:
    assert fault(Machine.RISCV32, status).kind == "unknown"


ARM = [
    ({"dfsr": 0x808, "dfar": 0}, "data-abort", "write through a null pointer"),
    ({"dfsr": 0x008, "dfar": 0}, "data-abort", "read through a null pointer"),
    ({"dfsr": 0x00D, "dfar": 0x2000_0000}, "data-abort", "read of 0x20000000, dtcm plus 0x0"),
    ({"dfsr": 0x001, "dfar": 0x2000_0001}, "data-abort", "read of 0x20000001, dtcm plus 0x1"),
    ({"dfsr": 0x406, "dfar": 0}, "data-abort", "the bus refused an earlier write"),
    ({"dfsr": 0, "dfar": 0x3000_0000}, "data-abort", "read of 0x30000000, in no memory"),
    ({"dfsr": 0, "dfar": 0, "ifsr": 0, "ifar": 0}, "unknown", "unknown"),
    ({"ifsr": 0x008, "ifar": 0x7000_0000}, "prefetch-abort", "branch to 0x70000000, in no memory"),
    ({"ifsr": 0x002, "ifar": 0x2000_0000}, "prefetch-abort", "branch to 0x20000000"),
]


@pytest.mark.parametrize(("status", "kind", "title"), ARM)
def test_an_abort_of_cortex_r_has_a_kind_and_a_title(status: dict[str, int], kind: str, title: str) -> None:
    found = fault(Machine.ARM, status)
    assert (found.kind, found.title.startswith(title)) == (kind, True), found.title


NOTHING = Symptoms({})


@pytest.mark.parametrize(
    ("symptoms", "kind", "summary"),
    [
        (NOTHING, "unknown", "nothing says why the program ended"),
        (replace(NOTHING, crash_type="watchdog"), "watchdog", "the watchdog expired: the program no longer did what"),
        (
            replace(NOTHING, crash_type="watchdog", assertion=Assertion("x", "a.c", 3)),
            "assertion",
            "assertion failed: x at a.c:3",
        ),
        (replace(NOTHING, words=["dead: undefined instruction"]), "undefined-instruction", "an undefined instruction"),
        (replace(NOTHING, words=["***** Stack overflow in task A"]), "stack-overflow", "the stack has overflowed"),
        (replace(NOTHING, words=["fatal error: 7"]), "told", "it was said: fatal error: 7"),
    ],
)
def test_without_status_registers_what_was_said_counts(symptoms: Symptoms, kind: str, summary: str) -> None:
    found = explain(Machine.CORTEX_M, symptoms, SPACE)
    assert (found.kind, found.summary.startswith(summary)) == (kind, True), found.summary


def test_a_core_without_status_registers_has_the_address_that_the_driver_names() -> None:
    found = explain(Machine.CORTEX_M, replace(NOTHING, words=["HARD FAULT"], said=4, access=Access.READ), SPACE)
    assert (found.title, found.address) == ("read through a null pointer plus 4", 4)


def test_a_computed_address_in_memory_is_no_reason_for_a_fault() -> None:
    found = explain(Machine.CORTEX_M, replace(NOTHING, words=["HARD FAULT"], computed=0x2000_0000), SPACE)
    assert found.address is None
