"""Looks through a stack for what can be a return address: the last resort, and a guess."""

from __future__ import annotations

from typing import NamedTuple

from rproc_tui.crash.call_site import follows_call
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Machine, Memory

SCAN_MOST = 8192
"""Bytes of stack that are looked through for one frame."""


class Candidate(NamedTuple):
    """A word that can be a return address."""

    at: int
    """Where it lies."""
    address: int


def scan(stack_pointer: int, memory: Memory, symbols: Symbols, machine: Machine, *, little: bool) -> Candidate | None:
    """The first word from the stack pointer up that points behind a call in the program."""
    word = machine.word
    first = -(-stack_pointer // word) * word
    for at in range(first, first + SCAN_MOST, word):
        data = memory.read(at, word)
        if data is None:
            return None
        address = int.from_bytes(data, "little" if little else "big")
        if symbols.is_code(address) and follows_call(address, symbols.program.read, machine):
            return Candidate(at, address)
    return None
