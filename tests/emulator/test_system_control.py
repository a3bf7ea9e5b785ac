"""Registers of the system control space, read and written by a program and looked at from outside."""

from __future__ import annotations

import pytest

from rproc_tui.emulator.machine.cortex_m import system_control
from rproc_tui.emulator.machine.cortex_m.fault_status import FaultStatus
from rproc_tui.emulator.machine.cortex_m.models import MODELS
from rproc_tui.emulator.machine.cortex_m.nvic import InterruptController
from rproc_tui.emulator.machine.cortex_m.system_control import ControlState, SystemControl
from rproc_tui.emulator.machine.cortex_m.systick import SystemTick
from rproc_tui.emulator.machine.faults import CoreStopped


class Bench:
    def __init__(self, model: str = "cortex-m4") -> None:
        kind = MODELS[f"rproc-tui,{model}"]
        self.attended = 0
        self.configured: list[int] = []
        self.nvic = InterruptController(kind.interrupt_lines, kind.priority_bits)
        self.state = ControlState(0x10000000)
        self.faults = FaultStatus()
        self.block = SystemControl(
            model=kind,
            state=self.state,
            nvic=self.nvic,
            tick=SystemTick(lambda: 0.0, 1_000_000, lambda: None),
            faults=self.faults,
            attend=self.attend,
            on_configuration=self.configured.append,
        )

    def attend(self) -> None:
        self.attended += 1

    def read(self, offset: int, size: int = 4) -> int:
        return self.block.read(offset, size)

    def write(self, offset: int, value: int, size: int = 4) -> None:
        self.block.write(offset, size, value)


def test_the_core_names_itself() -> None:
    assert Bench().read(0xD00) == 0x410FC241
    assert Bench("cortex-m33").read(0xD00) == 0x410FD214


def test_lines_are_enabled_and_disabled_by_writing_ones() -> None:
    bench = Bench()
    bench.write(0x100, 0b1010)
    bench.write(0x104, 1)
    bench.write(0x180, 0b0010)
    assert bench.read(0x100) == bench.read(0x180) == 0b1000
    assert bench.nvic.enabled >> 16 == 0b1000 | 1 << 32
    assert bench.attended == 3


def test_lines_are_made_pending_and_not() -> None:
    bench = Bench()
    bench.write(0x200, 0b11)
    bench.write(0x280, 0b01)
    assert bench.read(0x200) == 0b10
    bench.write(0xF00, 5)
    assert bench.nvic.pending >> 16 == 0b100010


def test_lines_that_do_not_exist_cannot_be_enabled() -> None:
    bench = Bench("cortex-m0")
    bench.write(0x104, 0xFFFFFFFF)
    assert bench.nvic.enabled >> 48 == 0


def test_priorities_are_bytes() -> None:
    bench = Bench()
    bench.write(0x401, 0xFF, 1)
    bench.write(0x404, 0x10203040)
    assert bench.read(0x400) == 0xF000
    assert bench.read(0x406, 1) == 0x20
    bench.write(0xD22, 0xE0, 1)
    assert bench.nvic.register_priority(14) == 0xE0
    assert bench.read(0xD20) == 0x00E00000


def test_active_lines_can_be_seen() -> None:
    bench = Bench()
    bench.nvic.activate(18)
    assert bench.read(0x300) == 0b100
    assert bench.read(0xD04) & 0x1FF == 18


@pytest.mark.parametrize(("set_bit", "clear_bit", "number"), [(28, 27, 14), (26, 25, 15)])
def test_pendsv_and_tick_are_made_pending_and_not(set_bit: int, clear_bit: int, number: int) -> None:
    bench = Bench()
    bench.write(0xD04, 1 << set_bit)
    assert bench.nvic.pending == 1 << number
    assert bench.read(0xD04) >> set_bit & 1
    assert bench.read(0xD04) >> 12 & 0x1FF == number
    bench.write(0xD04, 1 << clear_bit)
    assert bench.nvic.pending == 0


def test_the_vector_table_is_aligned() -> None:
    bench = Bench()
    bench.write(0xD08, 0x200000FF)
    assert bench.state.vector_table == 0x20000080


def test_reset_control_needs_its_key() -> None:
    bench = Bench()
    bench.write(0xD0C, 0x12340004 | 3 << 8)
    assert bench.nvic.priority_group == 0
    bench.write(0xD0C, 0x05FA0000 | 3 << 8)
    assert bench.read(0xD0C) == 0xFA050300
    with pytest.raises(CoreStopped):
        bench.write(0xD0C, 0x05FA0004)


def test_fault_status_is_cleared_by_writing_ones_also_by_bytes() -> None:
    bench = Bench()
    bench.faults.configurable = 0x02008200
    bench.write(0xD29, 0x82, 1)
    assert bench.read(0xD28) == 0x02000000
    assert bench.read(0xD2A, 2) == 0x0200
    bench.faults.hard = 0x40000000
    bench.write(0xD2C, 0xFFFFFFFF)
    assert bench.read(0xD2C) == 0


def test_fault_handlers_are_enabled_where_the_core_has_them() -> None:
    bench = Bench()
    bench.write(0xD24, 7 << 16)
    assert bench.read(0xD24) == 7 << 16
    bench.nvic.activate(5)
    assert bench.read(0xD24) & 0b10
    baseline = Bench("cortex-m0")
    baseline.write(0xD24, 7 << 16)
    assert baseline.read(0xD24) == 0


def test_the_divide_trap_is_told_to_the_core() -> None:
    bench = Bench()
    bench.write(0xD14, 1 << 4)
    assert bench.configured == [1 << 4]
    assert bench.read(0xD14) == 1 << 4 | 1 << 9


def test_registers_without_a_meaning_here_only_remember() -> None:
    bench = Bench()
    bench.write(0xD88, 0x00F00000)
    bench.write(0xD8B, 0x11, 1)
    assert bench.read(0xD88) == 0x11F00000


def test_read_only_registers_stay_as_they_are() -> None:
    bench = Bench()
    bench.write(0xD00, 0)
    assert bench.read(0xD00) == 0x410FC241


def test_the_tick_is_part_of_the_block() -> None:
    bench = Bench()
    bench.write(0x14, 0x12345678)
    assert bench.read(0x14) == 0x345678
    bench.write(0x10, 5)
    assert bench.read(0x10) == 5
    assert bench.read(0x18) == 0x345678
    bench.write(0x18, 1)
    assert bench.read(0x1C) == 9_999


def test_the_number_of_lines_can_be_read() -> None:
    assert Bench().read(4) == 7
    assert Bench("cortex-m0").read(4) == 0


def test_the_block_is_one_page() -> None:
    assert (system_control.ADDRESS, system_control.SIZE) == (0xE000E000, 0x1000)
