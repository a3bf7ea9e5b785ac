"""Which machine a dump is of."""

from __future__ import annotations

import pytest

from rproc_tui.crash.decode import decode
from rproc_tui.crash.dump import Dump
from rproc_tui.crash.machine import machine_of
from rproc_tui.crash.values import Certainty, Machine, Registers
from rproc_tui.firmware.facts import Elf
from rproc_tui.firmware.inspect import facts
from tests.crash.demo_crashes import firmware_of
from tests.crash.dumps import with_segments


def dump(machine: int, bits: int = 32, entry: int = 0) -> Dump:
    content = with_segments([], machine=machine, bits=bits, entry=entry)
    return decode(content, len(content))


def elf_of(processor: str) -> Elf:
    content = firmware_of(processor)
    elf = facts("", content, len(content), digest=False).elf
    assert elf is not None
    return elf


@pytest.mark.parametrize(
    ("number", "bits", "machine"),
    [(243, 32, Machine.RISCV32), (243, 64, Machine.RISCV64), (0, 32, Machine.UNKNOWN), (94, 32, Machine.UNKNOWN)],
)
def test_the_header_of_the_dump_tells(number: int, bits: int, machine: Machine) -> None:
    assert machine_of(dump(number, bits)) is machine


@pytest.mark.parametrize(
    ("processor", "machine"),
    [("m4", Machine.CORTEX_M), ("lab", Machine.CORTEX_M), ("r5f", Machine.ARM), ("rv32", Machine.RISCV32)],
)
def test_the_firmware_tells_where_the_driver_says_no_machine(processor: str, machine: Machine) -> None:
    assert machine_of(dump(0), elf_of(processor)) is machine


@pytest.mark.parametrize(
    ("core", "machine"),
    [("Cortex-M4", Machine.CORTEX_M), ("arm,cortex-m33", Machine.CORTEX_M), ("arm,cortex-r5f", Machine.ARM)],
)
def test_what_the_host_knows_of_the_core_tells_the_profile(core: str, machine: Machine) -> None:
    assert machine_of(dump(40), core=core) is machine


def test_registers_tell_by_their_names() -> None:
    m_profile = Registers({"pc": 0, "lr": 0, "xpsr": 0}, "", Certainty.KNOWN)
    r_profile = Registers({"pc": 0, "lr": 0, "cpsr": 0}, "", Certainty.KNOWN)
    riscv = Registers({"pc": 0, "ra": 0}, "", Certainty.KNOWN)
    found = [machine_of(dump(0), registers=one) for one in (m_profile, r_profile, riscv)]
    assert found == [Machine.CORTEX_M, Machine.ARM, Machine.RISCV32]


def test_an_odd_entry_is_thumb_only_where_nothing_else_is_known() -> None:
    assert machine_of(dump(40, entry=0x1000_0001)) is Machine.CORTEX_M
    assert machine_of(dump(40, entry=0x1000_0000)) is Machine.ARM
