"""What an address is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.crash.address_meaning import AddressSpace, address_text
from rproc_tui.crash.stack_top import stack_top
from rproc_tui.crash.values import Machine
from rproc_tui.firmware.facts import Section
from rproc_tui.model.memory import Region, RegionKind
from tests.crash.cortex_m_memory import CODE, DATA, EXTENTS, Names, Ram

BSS = Section(1, ".bss", 8, 3, 0x2000_1000, 0, 0x100)
SPACE = AddressSpace(
    (
        Region("itcm", 0x1000_0000, 0x1000, RegionKind.INTERNAL),
        Region("dtcm", 0x2000_0000, 0x4000, RegionKind.INTERNAL),
    ),
    (BSS,),
    lambda address: ("counter", address - 0x2000_1000) if 0x2000_1000 <= address < 0x2000_1008 else None,
    Machine.CORTEX_M,
)
AT_ZERO = AddressSpace((Region("tcm", 0, 0x1000, RegionKind.INTERNAL),))

MEANINGS = [
    (0, "a null pointer"),
    (12, "a null pointer plus 12"),
    (0x2000_1000, "counter"),
    (0x2000_1004, "counter plus 4"),
    (0x2000_1100, "0 bytes past the end of .bss"),
    (0x2000_1110, "16 bytes past the end of .bss"),
    (0x1000_0010, "itcm plus 0x10"),
    (0x1FFF_FFF0, "16 bytes below dtcm"),
    (0xA5A5_A5A5, "0xa5a5a5a5, what FreeRTOS fills stacks with: a pointer that was never set"),
    (0xDEAD_BEF3, "0xdeadbeef plus 4, a mark of poisoned memory: a pointer that was never set"),
    (0x4000_0000, "in no memory, where Cortex-M has peripherals"),
    (0xE000_ED28, "in no memory, among the core's own registers (private peripheral bus)"),
    (0x3000_0000, "in no memory"),
]


@pytest.mark.parametrize(("address", "text"), MEANINGS, ids=[f"{address:#x}" for address, _ in MEANINGS])
def test_an_address_is_named(address: int, text: str) -> None:
    assert address_text(address, SPACE) == text


def test_an_address_below_a_memory_that_the_stack_has_left_is_an_overflow() -> None:
    text = "16 bytes below dtcm, as is the stack pointer: the stack has overflowed"
    assert address_text(0x1FFF_FFF0, SPACE, 0x1FFF_FFD0) == text
    assert address_text(0x1FFF_FFF0, SPACE, 0x2000_0040) == text
    assert address_text(0x1FFF_FFF0, SPACE, 0x2000_3000) == "16 bytes below dtcm"


def test_address_0_is_no_null_pointer_where_memory_is() -> None:
    assert address_text(4, AT_ZERO) == "tcm plus 0x4"


def test_other_machines_have_no_map_by_architecture() -> None:
    assert address_text(0x4000_0000, AddressSpace((), machine=Machine.RISCV32)) == "in no memory"


def test_without_a_stack_pointer_the_memory_that_the_stack_is_in_tells() -> None:
    space = replace(SPACE, stack_top=0x2000_1000)
    text = "16 bytes below dtcm, which the stack is in: it has overflowed, as it seems"
    assert address_text(0x1FFF_FFF0, space) == text
    assert address_text(0x1FFF_FFF0, space, 0x2000_0F00) == "16 bytes below dtcm"
    assert address_text(0x0FFF_FFF0, space) == "16 bytes below itcm"


@pytest.mark.parametrize("name", ["stack_top", "_estack", "__StackTop"])
def test_linker_scripts_name_the_top_of_the_stack(name: str) -> None:
    assert stack_top(Ram(), EXTENTS, Names({name: (DATA + 0x1000, 0)}), Machine.RISCV32) == DATA + 0x1000
    assert stack_top(Ram(), EXTENTS, Names({name: (0x9000_0000, 0)}), Machine.RISCV32) is None


def test_the_first_word_of_a_vector_table_is_the_top_of_the_stack() -> None:
    ram = Ram({CODE: DATA + 0x800})
    assert stack_top(ram, EXTENTS, Names({}), Machine.CORTEX_M) == DATA + 0x800
    assert stack_top(ram, EXTENTS, Names({}), Machine.RISCV32) is None
    assert stack_top(Ram(), EXTENTS, Names({}), Machine.CORTEX_M) is None
    elsewhere = Ram({CODE + 0x100: DATA + 0x400})
    assert stack_top(elsewhere, EXTENTS, Names({"_vector_table": (CODE + 0x100, 64)}), Machine.CORTEX_M) == DATA + 0x400
