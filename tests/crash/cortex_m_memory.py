"""Memory of a made-up Cortex-M program: code with functions, and a stack to write words to."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from rproc_tui.crash.extents import Extents
from rproc_tui.crash.values import Place

CODE, DATA, SIZE = 0x1000_0000, 0x2000_0000, 0x1000
EXTENTS = Extents((range(CODE, CODE + SIZE),), (range(DATA, DATA + SIZE),))
FUNCTIONS = {"main": 0x100, "work": 0x200, "HardFault_Handler": 0x300, "SysTick_Handler": 0x400, "assert_failed": 0x500}
BRANCH_AND_LINK = b"\x00\xf0\x00\xf8"


class Ram:
    """Code of zeros and data of zeros, with what a test puts in."""

    def __init__(self, words: Mapping[int, int] | None = None) -> None:
        self._code, self._data = bytearray(SIZE), bytearray(SIZE)
        for address, word in (words or {}).items():
            self.put(address, [word])

    def put(self, address: int, words: Sequence[int]) -> Ram:
        content = struct.pack(f"<{len(words)}I", *words)
        return self.put_bytes(address, content)

    def put_bytes(self, address: int, content: bytes) -> Ram:
        block, start = (self._code, CODE) if address < DATA else (self._data, DATA)
        block[address - start : address - start + len(content)] = content
        return self

    def read(self, address: int, size: int) -> bytes | None:
        for block, start in ((self._code, CODE), (self._data, DATA)):
            if start <= address and address + size <= start + SIZE:
                return bytes(block[address - start : address - start + size])
        return None


def at(function: str, offset: int = 0) -> int:
    """An address in a function."""
    return CODE + FUNCTIONS[function] + offset


def locate(address: int) -> Place:
    """Functions are 0x100 bytes long."""
    for name, start in FUNCTIONS.items():
        if 0 <= address - CODE - start < 0x100:
            return Place(address, name, address - CODE - start)
    return Place(address)


def frame(pc: int, lr: int, *, xpsr: int = 0x0100_0000, r0: int = 0) -> list[int]:
    """What the hardware pushes."""
    return [r0, 1, 2, 3, 12, lr, pc, xpsr]


class Names:
    """A symbol table of variables: name to address and size."""

    def __init__(self, variables: Mapping[str, tuple[int, int]]) -> None:
        self._variables = dict(variables)

    def symbol_named(self, name: str) -> tuple[int, int] | None:
        return self._variables.get(name)

    def symbol_at(self, address: int) -> tuple[str, int] | None:
        for name, (start, size) in self._variables.items():
            if start <= address < start + size:
                return name, address - start
        return None
