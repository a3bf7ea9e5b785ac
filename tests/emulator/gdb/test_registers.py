"""Which registers GDB is told of, and how their values travel."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from rproc_tui.emulator.gdb.registers import Architecture, architecture_of
from rproc_tui.emulator.gdb.target_description import target_xml
from tests.emulator.gdb.pretended import ARM_M

FLOATS = (*(f"s{index}" for index in range(32)), "fpscr")
ARM_R = (*(f"r{index}" for index in range(13)), "sp", "lr", "pc", "cpsr", "spsr", "dfsr", "dfar", "ifsr", "ifar")
RISCV = (
    *("ra", "sp", "gp", "tp", "t0", "t1", "t2", *(f"s{index}" for index in range(12))),
    *(*(f"a{index}" for index in range(8)), "t3", "t4", "t5", "t6", "pc"),
    *("mstatus", "mie", "mtvec", "mscratch", "mepc", "mcause", "mtval"),
)
KINDS = [
    (ARM_M, "arm", "org.gnu.gdb.arm.m-profile", 17),
    ((*ARM_M, *FLOATS), "arm", "org.gnu.gdb.arm.m-profile", 17),
    ((*ARM_R, *FLOATS), "arm", "org.gnu.gdb.arm.core", 17),
    (RISCV, "riscv:rv32", "org.gnu.gdb.riscv.cpu", 33),
]


@pytest.mark.parametrize(("names", "architecture", "first", "count"), KINDS)
def test_the_description_is_what_gdb_asks_of_the_architecture(
    names: tuple[str, ...], architecture: str, first: str, count: int
) -> None:
    root = ET.fromstring(target_xml(architecture_of(names)))  # noqa: S314 (our own)
    assert root.findtext("architecture") == architecture
    features = root.findall("feature")
    assert features[0].get("name") == first
    assert len(features[0]) == count
    assert ("org.gnu.gdb.arm.vfp" in {feature.get("name") for feature in features}) == ("fpscr" in names)


@pytest.mark.parametrize("names", [names for names, *_ in KINDS])
def test_every_register_of_the_machine_is_shown_once(names: tuple[str, ...]) -> None:
    shown = [part for register in architecture_of(names).registers for part in register.parts]
    assert sorted(shown) == sorted(names)


@pytest.mark.parametrize("names", [names for names, *_ in KINDS])
def test_values_come_back_from_their_bytes(names: tuple[str, ...]) -> None:
    values = {name: 0x01020304 * number & 0xFFFFFFFF for number, name in enumerate(names)}
    found: dict[str, int] = {}
    for register in architecture_of(names).registers:
        data = register.pack(values)
        assert len(data) * 8 == register.bits
        found |= register.unpack(data)
    assert found == values


def numbers(architecture: Architecture) -> dict[str, int]:
    return {register.name: number for number, register in enumerate(architecture.registers)}


def test_registers_that_gdb_knows_without_a_description_have_their_usual_numbers() -> None:
    assert numbers(architecture_of(ARM_M))["pc"] == 15
    assert numbers(architecture_of(RISCV))["zero"] == 0
    assert numbers(architecture_of(RISCV))["pc"] == 32
