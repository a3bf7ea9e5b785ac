"""A core as readelf and gdb expect it: a note with the registers, and each region where it lies."""

from __future__ import annotations

import struct

from rproc_tui.crash.core_file import ARM_REGISTERS, arm_core
from rproc_tui.model.memory import Region, RegionKind

TCM = Region("tcm", 0x1000_0000, 100, RegionKind.INTERNAL)
RAM = Region("ram", 0x2000_0000, 64, RegionKind.INTERNAL)


def headers(core: bytes) -> list[tuple[int, ...]]:
    (count,) = struct.unpack_from("<H", core, 44)
    return [struct.unpack_from("<8I", core, 52 + 32 * number) for number in range(count)]


def test_every_region_is_a_segment_with_its_bytes() -> None:
    core = arm_core({}, [(TCM, b"t" * 100), (RAM, b"r" * 64)])
    note, tcm, ram = headers(core)
    assert note[0] == 4
    assert (tcm[0], tcm[2], tcm[4]) == (1, 0x1000_0000, 100)
    assert core[tcm[1] : tcm[1] + tcm[4]] == b"t" * 100
    assert core[ram[1] : ram[1] + ram[4]] == b"r" * 64
    assert tcm[1] % 4096 == ram[1] % 4096 == 0


def test_the_registers_stand_in_the_note_in_gdbs_order() -> None:
    registers = {name: number + 1 for number, name in enumerate(ARM_REGISTERS)}
    core = arm_core(registers, [])
    ((_, offset, *_, size, _, _, _),) = [(h[0], h[1], h[4], 0, 0, 0) for h in headers(core)]
    assert core[offset + 12 : offset + 16] == b"CORE"
    status = core[offset + 20 : offset + size]
    assert struct.unpack_from("<17I", status, 72) == tuple(range(1, 18))
    assert struct.unpack_from("<I", core, 24) == (registers["pc"],)


def test_what_is_unknown_is_zero() -> None:
    core = arm_core({"pc": 0x1000_0001}, [])
    ((_, offset, *_),) = headers(core)
    assert struct.unpack_from("<I", core, offset + 20 + 72) == (0,)
