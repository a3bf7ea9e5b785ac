"""Where a variable is (DWARF 5, section 2.6), and the frame that this is said of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rproc_tui.crash.values import Memory


class Unavailable(Exception):
    """The value cannot be known; the message says why."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """It lies at an address."""

    address: int


@dataclass(frozen=True, slots=True)
class InRegister:
    """It is in a register, by DWARF's number."""

    number: int


@dataclass(frozen=True, slots=True)
class Constant:
    """It is nowhere, but its value is known: as bytes in the machine's order."""

    data: bytes


Simple: TypeAlias = InMemory | InRegister | Constant


@dataclass(frozen=True, slots=True)
class Pieces:
    """It is spread out."""

    parts: tuple[tuple[Simple | None, int], ...]
    """Where each part is (None: nowhere), and its bytes."""


Location: TypeAlias = Simple | Pieces


@dataclass(frozen=True, slots=True)
class Context:
    """The frame in which an expression is evaluated."""

    registers: Mapping[int, int]
    """By DWARF's number; what is not known is missing."""
    memory: Memory
    word: int
    """Bytes of an address."""
    little: bool
    cfa: int | None = None
    frame_base: Callable[[], int] | None = None
    """What DW_OP_fbreg counts from. Raises Unavailable."""

    def register(self, number: int) -> int:
        """The content of a register. Raises Unavailable."""
        value = self.registers.get(number)
        if value is None:
            raise Unavailable("its register was not kept")
        return value

    def load(self, address: int, size: int) -> int:
        """A number from memory. Raises Unavailable."""
        data = self.memory.read(address, size)
        if data is None:
            raise Unavailable(f"no memory at {address:#x}")
        return self.number(data)

    def number(self, data: bytes) -> int:
        """Bytes in the machine's order as an unsigned number."""
        return int.from_bytes(data, "little" if self.little else "big")

    def bytes(self, number: int) -> bytes:
        """The other way round, as long as an address."""
        return (number & self.mask).to_bytes(self.word, "little" if self.little else "big")

    @property
    def mask(self) -> int:
        """All bits of an address."""
        return (1 << 8 * self.word) - 1

    def signed(self, number: int) -> int:
        """A number of the length of an address, with its sign."""
        return number - self.mask - 1 if number > self.mask >> 1 else number
