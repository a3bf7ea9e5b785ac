"""A small Thumb assembler: what the tests' programs are written in."""

from __future__ import annotations

import struct

VECTORS = 64


class Program:
    """Vector table and code for one core, at one address."""

    def __init__(self, base: int, stack: int) -> None:
        self.base = base
        self._stack = stack
        self._code: list[int] = []
        self._labels: dict[str, int] = {}
        self._fixes: list[tuple[int, str, str]] = []
        self._literals: list[tuple[int, int | str]] = []
        self._vectors: dict[int, str | int] = {}

    @property
    def here(self) -> int:
        return self.base + 4 * VECTORS + 2 * len(self._code)

    def emit(self, *halfwords: int) -> Program:
        self._code.extend(halfwords)
        return self

    def label(self, name: str) -> Program:
        self._labels[name] = self.here
        return self

    def vector(self, number: int, target: str | int) -> Program:
        self._vectors[number] = target
        return self

    def address(self, name: str) -> int:
        return self._labels[name]

    def load(self, register: int, value: int | str) -> Program:
        """A constant or a label's address (with its Thumb bit) from a literal behind the code."""
        self._literals.append((len(self._code), value))
        return self.emit(0x4800 | register << 8)

    def branch(self, name: str) -> Program:
        self._fixes.append((len(self._code), name, "b"))
        return self.emit(0xE000)

    def branch_if(self, condition: int, name: str) -> Program:
        self._fixes.append((len(self._code), name, "bcc"))
        return self.emit(0xD000 | condition << 8)

    def call(self, name: str) -> Program:
        self._fixes.append((len(self._code), name, "bl"))
        return self.emit(0xF000, 0xD000)

    def store_word(self, address: int, value: int) -> Program:
        """Uses r6 and r7."""
        return self.load(7, address).load(6, value).emit(strw(6, 7))

    def image(self) -> bytes:
        if len(self._code) % 2:
            self.emit(NOP)
        self._place_literals()
        for index, name, kind in self._fixes:
            self._fix(index, self._labels[name] - (self.base + 4 * VECTORS + 2 * index + 4), kind)
        table = [self._stack, self._resolve(self._vectors.get(1, "start"))]
        table += [self._resolve(self._vectors.get(number, 0)) for number in range(2, VECTORS)]
        return struct.pack(f"<{VECTORS}I", *table) + struct.pack(f"<{len(self._code)}H", *self._code)

    def _resolve(self, target: str | int) -> int:
        return target if isinstance(target, int) else self._labels[target] | 1

    def _place_literals(self) -> None:
        for index, value in self._literals:
            here = self.base + 4 * VECTORS + 2 * index + 4 & ~3
            assert self.here - here < 1024, "literal out of reach"
            self._code[index] |= (self.here - here) // 4
            number = self._resolve(value)
            self.emit(number & 0xFFFF, number >> 16)
        self._literals.clear()

    def _fix(self, index: int, offset: int, kind: str) -> None:
        if kind == "b":
            self._code[index] |= offset >> 1 & 0x7FF
        elif kind == "bcc":
            self._code[index] |= offset >> 1 & 0xFF
        else:
            sign = offset >> 24 & 1
            j1, j2 = ((~(offset >> bit) ^ sign) & 1 for bit in (23, 22))
            self._code[index] |= sign << 10 | offset >> 12 & 0x3FF
            self._code[index + 1] |= j1 << 13 | j2 << 11 | offset >> 1 & 0x7FF


NOP = 0xBF00
WFI = 0xBF30
WFE = 0xBF20
YIELD = 0xBF10
SEV = 0xBF40
CPSID_I = 0xB672
CPSIE_I = 0xB662
BX_LR = 0x4770
BKPT = 0xBE00
DSB = (0xF3BF, 0x8F4F)
ISB = (0xF3BF, 0x8F6F)
EQ, NE, LO, LT = 0, 1, 3, 11


def udf(number: int = 0) -> int:
    return 0xDE00 | number


def svc(number: int = 0) -> int:
    return 0xDF00 | number


def movs(register: int, value: int) -> int:
    return 0x2000 | register << 8 | value


def adds(register: int, value: int) -> int:
    return 0x3000 | register << 8 | value


def subs(register: int, value: int) -> int:
    return 0x3800 | register << 8 | value


def cmp(register: int, value: int) -> int:
    return 0x2800 | register << 8 | value


def cmp_registers(left: int, right: int) -> int:
    return 0x4280 | right << 3 | left


def mov(destination: int, source: int) -> int:
    return 0x4600 | (destination & 8) << 4 | source << 3 | destination & 7


def strw(value: int, base: int, offset: int = 0) -> int:
    return 0x6000 | offset // 4 << 6 | base << 3 | value


def ldrw(value: int, base: int, offset: int = 0) -> int:
    return 0x6800 | offset // 4 << 6 | base << 3 | value


def push(*registers: int, lr: bool = False) -> int:
    return 0xB400 | lr << 8 | sum(1 << register for register in registers)


def pop(*registers: int, pc: bool = False) -> int:
    return 0xBC00 | pc << 8 | sum(1 << register for register in registers)


def bx(register: int) -> int:
    return 0x4700 | register << 3


def mrs(register: int, special: int) -> tuple[int, int]:
    return 0xF3EF, 0x8000 | register << 8 | special


def msr(special: int, register: int) -> tuple[int, int]:
    return 0xF380 | register, 0x8800 | special


IPSR, MSP, PSP, PRIMASK, BASEPRI, FAULTMASK, CONTROL = 5, 8, 9, 16, 17, 19, 20
