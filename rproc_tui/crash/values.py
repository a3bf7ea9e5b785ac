"""What passes between the parts of this room: registers, memory, places in a program, frames of a call chain.

Registers go by their names in DWARF's and gdb's order. ARM: `r0` to `r12`, `sp`, `lr`, `pc`, and `xpsr` or `cpsr`.
RISC-V: `ra`, `sp`, `gp`, `tp`, `t0` … by the names of the calling convention, and `pc`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Machine(StrEnum):
    """How a processor keeps its registers and takes its exceptions."""

    CORTEX_M = "cortex-m"
    """Armv6-M, Armv7-M, Armv8-M: Thumb only, exception frames on the stack."""
    ARM = "arm"
    """Armv7-R and its like: ARM and Thumb, banked registers."""
    RISCV32 = "riscv32"
    RISCV64 = "riscv64"
    UNKNOWN = "unknown"

    @property
    def is_arm(self) -> bool:
        """Registers by the names of ARM."""
        return self in {Machine.CORTEX_M, Machine.ARM}

    @property
    def is_riscv(self) -> bool:
        """Registers by the names of RISC-V."""
        return self in {Machine.RISCV32, Machine.RISCV64}

    @property
    def word(self) -> int:
        """Bytes of a register and of an address."""
        return 8 if self is Machine.RISCV64 else 4


class Certainty(StrEnum):
    """How far a value can be trusted."""

    KNOWN = "known"
    """The hardware, the engine or the kernel says it."""
    LIKELY = "likely"
    """Found where firmware or hardware leaves it, and everything about it fits."""
    GUESS = "guess"
    """Looks like it."""


@dataclass(frozen=True, slots=True)
class Registers:
    """Registers of one moment that come from one source."""

    values: Mapping[str, int]
    """By name; what is not known is missing."""
    source: str
    """Where they come from, in words (`exception frame at 0x20000fa0, main stack`)."""
    certainty: Certainty

    def get(self, name: str) -> int | None:
        """One of them; None where it is not known."""
        return self.values.get(name)

    @property
    def pc(self) -> int | None:
        """The program counter, with the lowest bit as it was found."""
        return self.values.get("pc")

    @property
    def sp(self) -> int | None:
        """The stack pointer."""
        return self.values.get("sp")


class Memory(Protocol):
    """Bytes by device address."""

    def read(self, address: int, size: int) -> bytes | None:
        """Exactly `size` bytes; None where not all of them are known."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a program. What is not known is None."""

    address: int
    function: str | None = None
    """Sanitised."""
    offset: int | None = None
    """Bytes from the function's beginning."""
    file: str | None = None
    """Sanitised path, as the compiler wrote it, with its directory."""
    line: int | None = None
    inlined: bool = False
    """The function's code stands inside of the next place's."""


class How(StrEnum):
    """How a frame was found, the surest first."""

    REGISTERS = "registers"
    """The innermost: the registers are those of the dump."""
    EXCEPTION_FRAME = "exception frame"
    FRAME_INFORMATION = "frame information"
    LINK_REGISTER = "link register"
    STACK_SCAN = "stack scan (guess)"

    @property
    def is_exact(self) -> bool:
        """The program counter is at the instruction that was to be next, not behind a call."""
        return self in {How.REGISTERS, How.EXCEPTION_FRAME}

    @property
    def is_guess(self) -> bool:
        """Nothing proves that this call ever happened."""
        return self is How.STACK_SCAN


@dataclass(frozen=True, slots=True)
class Frame:
    """One activation of a function."""

    places: tuple[Place, ...]
    """The innermost inlined function first, the function that has the frame last; never empty."""
    registers: Registers
    """As they are in this frame; a caller's are those that its callee will restore."""
    cfa: int | None
    """The canonical frame address: the stack pointer before the call."""
    how: How

    @property
    def place(self) -> Place:
        """The innermost."""
        return self.places[0]


@dataclass(frozen=True, slots=True)
class Local:
    """A variable or parameter of a frame."""

    name: str
    """Sanitised, like the type and the value."""
    type: str
    value: str
    """As text: `0x20000010`, `-3`, `<optimised out>`."""
    location: str
    """`r4`, `stack+8`, or why there is none."""
    is_parameter: bool = False


@dataclass(frozen=True, slots=True)
class Instruction:
    """One disassembled instruction."""

    address: int
    code: bytes
    text: str
    """Mnemonic and operands."""
    is_current: bool = False
    """The one at the program counter."""
