"""Code that means nothing: whatever a core is given to execute, it goes on or ends, and nothing else breaks."""

from __future__ import annotations

import contextlib
import random
import struct
from collections.abc import Callable

import pytest

from rproc_tui.emulator.machine.cortex_r.cpu import CortexRCpu
from rproc_tui.emulator.machine.cpu import Pause
from rproc_tui.emulator.machine.faults import CoreStopped
from rproc_tui.emulator.machine.riscv.cpu import RiscvCpu
from tests.emulator.rig import Rig
from tests.emulator.words import CODE, STACK, WordRig

SPECIAL = (0xBF30, 0xBF20, 0xDF00, 0xBE00, 0x4770, 0xB662, 0xB672, 0xBF08, 0xBF01, 0xF380, 0xF3EF, 0xFB90, 0xE9C1)


def thumb_program(chance: random.Random) -> bytes:
    vectors = [STACK, CODE + 0x101, *(chance.choice((0, CODE + 0x181, chance.getrandbits(32))) for _ in range(62))]
    code = [chance.choice(SPECIAL) if chance.random() < 0.2 else chance.getrandbits(16) for _ in range(400)]
    return struct.pack("<64I400H", *vectors, *code)


def word_program(chance: random.Random) -> bytes:
    return chance.randbytes(1600)


def live(rig: Rig | WordRig, chance: random.Random) -> None:
    """Some slices with interrupts between them, until the core waits too often or ends."""
    with contextlib.suppress(CoreStopped):
        rig.cpu.reset()
        for _ in range(30):
            rig.cpu.line(chance.randrange(40))()
            rig.clock.advance(0.001)
            for timed in rig.cpu.timed:
                timed.expire(rig.clock.monotonic())
            rig.cpu.deliver()
            assert isinstance(rig.cpu.execute(), Pause)
    assert all(0 <= value <= 0xFFFFFFFF for value in rig.cpu.registers().values())
    rig.cpu.close()


@pytest.mark.parametrize("model", ["m0", "m3", "m4", "m33"])
def test_a_cortex_m_survives_anything(model: str) -> None:
    chance = random.Random(model)  # noqa: S311
    for _ in range(60):
        rig = Rig(model)
        program = thumb_program(chance)
        rig.code.view[: len(program)] = program
        live(rig, chance)


@pytest.mark.parametrize(
    "make",
    [
        lambda memory, _now: CortexRCpu(memory, vectors=CODE, entry=CODE + 0x40),
        lambda memory, _now: CortexRCpu(memory, vectors=CODE, entry=CODE + 0x41),
        lambda memory, now: RiscvCpu(memory, now, entry=CODE),
    ],
    ids=["Arm", "Thumb", "RISC-V"],
)
def test_other_cores_survive_anything(make: Callable[..., CortexRCpu | RiscvCpu]) -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(60):
        rig = WordRig(make)
        program = word_program(chance)
        rig.code.view[: len(program)] = program
        live(rig, chance)
