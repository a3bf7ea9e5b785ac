from __future__ import annotations

import struct

import pytest

from rproc_tui.emulator.machine.cortex_m.endless_loop import is_endless_loop
from rproc_tui.emulator.machine.memory import Access, MemoryBlock, MemoryMap, MemoryRegion

CODE = 0x1000
NOP = 0xBF00


def memory(*halfwords: int) -> MemoryMap:
    block = MemoryBlock(0x1000)
    block.view[: 2 * len(halfwords)] = struct.pack(f"<{len(halfwords)}H", *halfwords)
    return MemoryMap((MemoryRegion("code", CODE, block, Access.READ | Access.EXECUTE),))


@pytest.mark.parametrize(
    "loop",
    [
        (0xE7FE,),
        (NOP, 0xE7FD),
        (NOP, NOP, NOP, 0xE7FB),
        (0xF7FF, 0xBFFE),
        (NOP, 0xF7FF, 0xBFFD),
        (0xE000, NOP, 0xE7FC),
        (0x4800, 0x4700, CODE | 1, 0),
        (0x4A00, 0x4710, CODE | 1, 0),
    ],
    ids=["b", "nop b", "nops b", "b.w", "nop b.w", "two b", "ldr bx", "ldr bx r2"],
)
def test_every_form_of_resting_is_recognised(loop: tuple[int, ...]) -> None:
    assert is_endless_loop(memory(*loop), CODE)


@pytest.mark.parametrize(
    "code",
    [
        (0x6808, 0xE7FD),
        (0x3001, 0xE7FD),
        (0xE7FF, 0xE7FF),
        (0x4770,),
        (0x4700,),
        (0xF000, 0xF800),
        (NOP, NOP, NOP, NOP, NOP, NOP, NOP, 0xE7F7),
        (0xBF30, 0xE7FD),
    ],
    ids=["reads", "counts", "goes on", "returns", "jumps somewhere", "calls", "long", "waits"],
)
def test_anything_else_is_no_rest(code: tuple[int, ...]) -> None:
    assert not is_endless_loop(memory(*code), CODE)


def test_where_there_is_no_memory_there_is_no_loop() -> None:
    assert not is_endless_loop(memory(0xE7FE), 0x9000)
    assert not is_endless_loop(memory(), CODE + 0x1000 - 2)
