"""Fault status in memory, and the call that never came back."""

from __future__ import annotations

import pytest

from rproc_tui.crash.extents import Extents
from rproc_tui.crash.fault_variables import SYSTEM_CONTROL, fault_variables, system_control_block
from rproc_tui.crash.last_call import last_call
from rproc_tui.crash.values import Certainty, Machine, Registers
from tests.crash.cortex_m_memory import BRANCH_AND_LINK, CODE, DATA, EXTENTS, Names, Ram, at, locate


@pytest.mark.parametrize(
    ("variables", "machine", "values"),
    [
        ({"cfsr": 0x8200, "hfsr": 0x4000_0000}, Machine.CORTEX_M, {"cfsr": 0x8200, "hfsr": 0x4000_0000}),
        ({"_CFSR": 1, "_BFAR": 2}, Machine.CORTEX_M, {"cfsr": 1, "bfar": 2}),
        ({"stacked_pc": 7, "g_cfsr": 1}, Machine.CORTEX_M, {"pc": 7, "cfsr": 1}),
        ({"fault_mmar": 7, "cfsr_val": 1}, Machine.CORTEX_M, {"mmfar": 7, "cfsr": 1}),
        ({"saved_mcause": 5, "saved_mepc": 8}, Machine.RISCV32, {"mcause": 5, "mepc": 8}),
        ({"g_dfsr": 8}, Machine.ARM, {"dfsr": 8}),
    ],
)
def test_variables_of_fault_handlers_are_read(
    variables: dict[str, int], machine: Machine, values: dict[str, int]
) -> None:
    places = {name: (DATA + 4 * number, 4) for number, name in enumerate(variables)}
    ram = Ram({places[name][0]: value for name, value in variables.items()})
    found = fault_variables(ram, Names(places), machine)
    assert found is not None
    assert found.values == values
    assert found.certainty is Certainty.LIKELY


def test_variables_that_hold_nothing_or_are_something_else_tell_nothing() -> None:
    assert fault_variables(Ram(), Names({"cfsr": (DATA, 4)}), Machine.CORTEX_M) is None
    assert fault_variables(Ram({DATA: 1}), Names({"cfsr": (DATA, 64)}), Machine.CORTEX_M) is None


class WithSystemControl:
    """A dump that has the system control block."""

    def read(self, address: int, size: int) -> bytes | None:
        return (0x8200).to_bytes(4, "little") if address == SYSTEM_CONTROL["cfsr"] else None


def test_the_cores_own_registers_are_read_where_a_dump_has_them() -> None:
    found = system_control_block(WithSystemControl(), Machine.CORTEX_M)
    assert found is not None
    assert found.values == {"cfsr": 0x8200}
    assert system_control_block(Ram(), Machine.CORTEX_M) is None
    assert system_control_block(WithSystemControl(), Machine.RISCV32) is None


def called_from(function: str, offset: int = 0x20) -> tuple[Ram, int]:
    """Code with a call in a function, and the return address behind it."""
    target = at(function, offset)
    return Ram().put_bytes(target - 4, BRANCH_AND_LINK), target


def call(ram: Ram, *, after_fault: bool = False) -> Registers | None:
    return last_call(ram, EXTENTS, locate, Machine.CORTEX_M, after_fault=after_fault)


def test_the_call_from_an_assertion_gives_place_and_stack() -> None:
    ram, target = called_from("assert_failed")
    found = call(ram.put(DATA + 0x100, [DATA + 0x180, target | 1]))
    assert found is not None
    assert found.values == {"pc": target - 4, "sp": DATA + 0x108, "r7": DATA + 0x180}
    assert found.source == "the call from assert_failed that never came back"


def test_a_call_that_came_back_earlier_lies_below_the_one_that_did_not() -> None:
    ram, target = called_from("assert_failed")
    ram.put_bytes(target + 4, BRANCH_AND_LINK)
    ram.put(DATA + 0x100, [target | 1]).put(DATA + 0x110, [(target + 8) | 1])
    found = call(ram)
    assert found is not None
    assert (found.pc, found.sp) == (target + 4, DATA + 0x114)


@pytest.mark.parametrize("function", ["main", "work"])
def test_ordinary_functions_come_back(function: str) -> None:
    ram, target = called_from(function)
    assert call(ram.put(DATA + 0x100, [target | 1])) is None


def test_a_fault_handler_counts_only_after_a_fault() -> None:
    ram, target = called_from("HardFault_Handler")
    ram.put(DATA + 0x100, [target | 1])
    assert call(ram) is None
    assert call(ram, after_fault=True) is not None


def test_an_address_that_no_call_stands_before_is_no_return() -> None:
    assert call(Ram().put(DATA + 0x100, [at("assert_failed", 0x21)])) is None


def test_a_call_of_arm_that_never_returns_is_a_plain_branch() -> None:
    target = at("assert_failed", 0x20)
    ram = Ram().put(target - 8, [0xE1A0_E00F, 0xEA00_0000]).put(DATA + 0x100, [target])
    found = last_call(ram, Extents((range(CODE, CODE + 0x1000),), EXTENTS.data), locate, Machine.ARM, after_fault=False)
    assert found is not None
    assert (found.pc, found.sp) == (target - 4, DATA + 0x104)
