"""The note with a thread's registers in an ELF core (NT_PRSTATUS), as Linux and gdb for bare metal lay it out.

Sources: `struct elf_prstatus` of Linux for ARM and RISC-V; bfd's `elf32_arm_nabi_write_core_note` and
`riscv_write_core_note`, which gdb's `generate-core-file` uses for targets without an operating system.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rproc_tui.crash.values import Certainty, Registers
from rproc_tui.firmware.machines import EM_ARM, EM_RISCV

NT_PRSTATUS = 1
OWNER = b"CORE\0"
NOTES_MOST = 1024
"""Notes that are looked at."""
_SIGNAL = 12
"""Offset of pr_cursig, in all layouts."""
_SIGSEGV = 11
_MODE_THUMB_M = 1 << 24
"""The T bit of xPSR, always set; the same bit of a CPSR (Jazelle) never is."""

ARM_REGISTERS = (*(f"r{number}" for number in range(13)), "sp", "lr", "pc", "xpsr")
"""In the order of the note; the eighteenth word is the kernel's `orig_r0`."""
RISCV_REGISTERS = (
    *("pc", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1"),
    *(f"a{number}" for number in range(8)),
    *(f"s{number}" for number in range(2, 12)),
    *(f"t{number}" for number in range(3, 7)),
)
"""x0, which is always 0, gives its place to the program counter."""


@dataclass(frozen=True, slots=True)
class NoteLayout:
    """Where a note has what."""

    size: int
    registers_at: int
    pid_at: int
    names: tuple[str, ...]
    word: int
    """Bytes of a register."""

    def struct(self, prefix: str) -> struct.Struct:
        """Of the registers alone."""
        return struct.Struct(f"{prefix}{len(self.names)}{'I' if self.word == 4 else 'Q'}")


LAYOUTS = {
    (EM_ARM, 32): NoteLayout(148, 72, 24, ARM_REGISTERS, 4),
    (EM_RISCV, 32): NoteLayout(204, 72, 24, RISCV_REGISTERS, 4),
    (EM_RISCV, 64): NoteLayout(376, 112, 32, RISCV_REGISTERS, 8),
}
"""By e_machine and class. PRSTATUS of other machines is not read."""


def pack_note(layout: NoteLayout, registers: Mapping[str, int]) -> bytes:
    """A little-endian note; what is unknown is 0."""
    status = bytearray(layout.size)
    struct.pack_into("<I", status, 0, _SIGSEGV)
    struct.pack_into("<H", status, _SIGNAL, _SIGSEGV)
    struct.pack_into("<I", status, layout.pid_at, 1)
    mask = (1 << 8 * layout.word) - 1
    words = [_value(registers, name) & mask for name in layout.names]
    layout.struct("<").pack_into(status, layout.registers_at, *words)
    return struct.pack("<III", len(OWNER), len(status), NT_PRSTATUS) + OWNER + bytes(3) + bytes(status)


def _value(registers: Mapping[str, int], name: str) -> int:
    value = registers.get(name)
    return registers.get("cpsr", 0) if value is None and name == "xpsr" else value or 0


def registers_of_notes(notes: bytes, machine: int, bits: int, prefix: str) -> Iterator[Registers]:
    """The registers of every thread that a note segment tells of, in its order."""
    layout = LAYOUTS.get((machine, bits))
    if layout is None:
        return
    number = 0
    for type_, content in _notes(notes, prefix):
        if type_ == NT_PRSTATUS and len(content) >= layout.registers_at + len(layout.names) * layout.word:
            words = layout.struct(prefix).unpack_from(content, layout.registers_at)
            if any(words):  # a core that was written without registers has nothing but zeros
                number += 1
                yield _registers(layout, words, content, number, prefix)


def _registers(layout: NoteLayout, words: tuple[int, ...], content: bytes, number: int, prefix: str) -> Registers:
    values = dict(zip(layout.names, words, strict=True))
    if "xpsr" in values and not values["xpsr"] & _MODE_THUMB_M:
        values["cpsr"] = values.pop("xpsr")
    (signal,) = struct.unpack_from(prefix + "H", content, _SIGNAL)
    return Registers(values, f"note of the core, thread {number}, signal {signal}", Certainty.KNOWN)


def _notes(notes: bytes, prefix: str) -> Iterator[tuple[int, bytes]]:
    """Type and content of each note; what is malformed ends them."""
    at = 0
    for _ in range(NOTES_MOST):
        if at + 12 > len(notes):
            return
        name_size, size, type_ = struct.unpack_from(prefix + "III", notes, at)
        start = at + 12 + (name_size + 3 & ~3)
        yield type_, notes[start : start + size]
        at = start + (size + 3 & ~3)
