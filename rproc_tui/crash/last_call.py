"""The call that a program never came back from: where its assertion or abort was called, found on the stack.

A dump without registers still holds return addresses. The innermost one that leads back into a function which ends
programs, and that stands behind a call, is where the stack ends; where it lies gives the stack pointer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from rproc_tui.crash.call_site import follows_call
from rproc_tui.crash.exception_frames import SCAN_MOST, Locate
from rproc_tui.crash.extents import Extents
from rproc_tui.crash.fault_names import is_ending, is_fault_handler
from rproc_tui.crash.values import Certainty, Machine, Memory, Registers

LOCATED_MOST = 4096
"""Return addresses whose function is looked up."""
_FRAME_MOST = 0x80
"""Bytes above a return address in which the same function's next one is looked for: that is the one which counts."""
_FRAME_POINTERS = {Machine.CORTEX_M: "r7", Machine.ARM: "r11", Machine.RISCV32: "s0", Machine.RISCV64: "s0"}
"""What compilers save right below the return address, where they keep a frame pointer."""


_MOVE_LINK = b"\x0f\xe0\xa0\xe1"
"""`mov lr, pc`, before a plain branch: then LR is the address behind that."""


@dataclass(frozen=True, slots=True)
class _Return:
    """A return address on the stack."""

    at: int
    below: int
    """The word below it."""
    target: int
    function: str


def last_call(
    memory: Memory, extents: Extents, locate: Locate, machine: Machine, *, after_fault: bool
) -> Registers | None:
    """The registers right behind the innermost call out of what ends a program; None where there is none.

    Fault handlers count only `after_fault`: on some machines the same function takes interrupts, which come back.
    """
    found: _Return | None = None
    for one in _endings(memory, extents, locate, machine, after_fault=after_fault):
        if found is None:
            found = one
        elif one.at - found.at > _FRAME_MOST:
            break
        elif one.function == found.function:  # below it lie the remains of its earlier calls
            found = one
    return None if found is None else _registers(found, memory, machine)


def _registers(found: _Return, memory: Memory, machine: Machine) -> Registers:
    """At the call itself: behind it another function may begin."""
    short = machine is not Machine.ARM and _is_short_call(memory.read(found.target - 2, 2) or b"")
    values = {"pc": found.target - (2 if short else 4), "sp": found.at + machine.word}
    pointer = _FRAME_POINTERS.get(machine)
    if pointer is not None and found.at < found.below + machine.word < found.at + 0x2000:
        values[pointer] = found.below
    return Registers(values, f"the call from {found.function} that never came back", Certainty.LIKELY)


def _follows_call(memory: Memory, word: int, machine: Machine) -> bool:
    """Whether a call stands before an address, or what compilers for ARM make of one that never returns."""
    if follows_call(word, memory.read, machine):
        return True
    return machine is Machine.ARM and memory.read(word - 8, 4) == _MOVE_LINK


def _is_short_call(code: bytes) -> bool:
    """BLX of a register, C.JALR."""
    half = int.from_bytes(code, "little")
    return half & 0xFF87 == 0x4780 or (half & 0xF07F == 0x9002 and half & 0x0F80 != 0)


def _endings(
    memory: Memory, extents: Extents, locate: Locate, machine: Machine, *, after_fault: bool
) -> Iterator[_Return]:
    """Returns into functions that end programs, from the lowest address on."""
    for number, (at, below, word) in enumerate(_code_addresses(memory, extents, machine)):
        if number >= LOCATED_MOST:
            return
        target = word & ~1 if machine.is_arm else word
        function = locate(target - 1).function
        wanted = is_ending(function) and (after_fault or not is_fault_handler(function))
        if function is not None and wanted and _follows_call(memory, word, machine):
            yield _Return(at, below, target, function)


def _code_addresses(memory: Memory, extents: Extents, machine: Machine) -> Iterator[tuple[int, int, int]]:
    """Address, the word below it, and the word, of everything in data that leads into code."""
    left, word_size = SCAN_MOST, machine.word
    odd = machine is Machine.CORTEX_M
    for one in extents.data:
        start = one.start + (-one.start % word_size)
        size = min(one.stop - start, left) & -word_size
        content = memory.read(start, size) if size > 0 else None
        if content is None:
            continue
        left -= size
        words = struct.unpack(f"<{size // word_size}{'I' if word_size == 4 else 'Q'}", content)
        for index, word in enumerate(words):
            if (word & 1 or not odd) and word > 1 and extents.is_code(word):
                yield start + word_size * index, words[index - 1] if index else 0, word
