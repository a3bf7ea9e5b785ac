"""Writes an ELF core of a processor: registers as a note and memory as segments, for readelf and gdb.

Format: ET_CORE with one PT_NOTE (NT_PRSTATUS, see `prstatus`) and one PT_LOAD a region (System V ABI; gdb's `arm-linux`
and bare-metal RISC-V core readers).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from rproc_tui.crash.prstatus import ARM_REGISTERS, LAYOUTS, pack_note
from rproc_tui.firmware.machines import EM_ARM, EM_RISCV
from rproc_tui.model.memory import Region

__all__ = ["ARM_REGISTERS", "arm_core", "core_of", "riscv_core"]

ET_CORE = 4
PT_LOAD = 1
PT_NOTE = 4

_HEADER = struct.Struct("<16sHHIIIIIHHHHHH")
_PROGRAM_HEADER = struct.Struct("<8I")
_PAGE = 4096
_FLAGS = {EM_ARM: 0x0500_0000}
"""e_flags: EABI version 5, without which gdb takes a core for one of an old kernel."""


def core_of(registers: Mapping[str, int], memory: Sequence[tuple[Region, bytes]]) -> bytes:
    """A core of the machine whose register names these are."""
    return riscv_core(registers, memory) if "ra" in registers else arm_core(registers, memory)


def arm_core(registers: Mapping[str, int], memory: Sequence[tuple[Region, bytes]]) -> bytes:
    """A core of a 32-bit ARM processor; registers that are unknown are 0, regions stand in the order given."""
    return _core(EM_ARM, registers, memory)


def riscv_core(registers: Mapping[str, int], memory: Sequence[tuple[Region, bytes]]) -> bytes:
    """The same of a 32-bit RISC-V processor."""
    return _core(EM_RISCV, registers, memory)


def _core(machine: int, registers: Mapping[str, int], memory: Sequence[tuple[Region, bytes]]) -> bytes:
    count = 1 + len(memory)
    note = pack_note(LAYOUTS[machine, 32], registers)
    offset = _HEADER.size + _PROGRAM_HEADER.size * count
    headers = [_PROGRAM_HEADER.pack(PT_NOTE, offset, 0, 0, len(note), 0, 4, 4)]
    body = [note]
    offset += len(note)
    for region, content in memory:
        padding = -offset % _PAGE
        body += [bytes(padding), content]
        offset += padding
        headers.append(
            _PROGRAM_HEADER.pack(PT_LOAD, offset, region.da, region.da, len(content), len(content), 7, _PAGE)
        )
        offset += len(content)
    ident = b"\x7fELF\x01\x01\x01" + bytes(9)
    sizes = (_HEADER.size, _PROGRAM_HEADER.size, count, 0, 0, 0)
    entry, flags = registers.get("pc", 0), _FLAGS.get(machine, 0)
    header = _HEADER.pack(ident, ET_CORE, machine, 1, entry, _HEADER.size, 0, flags, *sizes)
    return b"".join([header, *headers, *body])
