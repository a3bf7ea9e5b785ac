"""Writes an ELF core of a processor: registers as a note and memory as segments, for readelf and gdb.

Format: ELF32 ET_CORE with one PT_NOTE (NT_PRSTATUS in the layout of 32-bit ARM Linux: 148 bytes, registers from byte 72
on) and one PT_LOAD a region (System V ABI, gdb's `arm-linux` core reader).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from rproc_tui.model.memory import Region

EM_ARM = 40
ET_CORE = 4
PT_LOAD = 1
PT_NOTE = 4
NT_PRSTATUS = 1

_HEADER = struct.Struct("<16sHHIIIIIHHHHHH")
_PROGRAM_HEADER = struct.Struct("<8I")
_PRSTATUS_SIZE = 148
_PRSTATUS_REGISTERS = 72
_PRSTATUS_PID = 24
_SIGSEGV = 11
_PAGE = 4096
_EF_ARM_EABI5 = 0x0500_0000

ARM_REGISTERS = (*(f"r{number}" for number in range(13)), "sp", "lr", "pc", "xpsr")
"""In the order of the note; the eighteenth word is the kernel's `orig_r0`."""


def arm_core(registers: Mapping[str, int], memory: Sequence[tuple[Region, bytes]], *, machine: int = EM_ARM) -> bytes:
    """A core of a 32-bit processor; registers that are unknown are 0, regions stand in the order given."""
    count = 1 + len(memory)
    note = _note(registers)
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
    flags = _EF_ARM_EABI5 if machine == EM_ARM else 0
    sizes = (_HEADER.size, _PROGRAM_HEADER.size, count, 0, 0, 0)
    header = _HEADER.pack(ident, ET_CORE, machine, 1, registers.get("pc", 0), _HEADER.size, 0, flags, *sizes)
    return b"".join([header, *headers, *body])


def _note(registers: Mapping[str, int]) -> bytes:
    status = bytearray(_PRSTATUS_SIZE)
    struct.pack_into("<I", status, 0, _SIGSEGV)
    struct.pack_into("<H", status, 12, _SIGSEGV)
    struct.pack_into("<I", status, _PRSTATUS_PID, 1)
    words = [registers.get(name, 0) & 0xFFFF_FFFF for name in ARM_REGISTERS]
    struct.pack_into("<17I", status, _PRSTATUS_REGISTERS, *words)
    return struct.pack("<III", 5, len(status), NT_PRSTATUS) + b"CORE\0\0\0\0" + bytes(status)
