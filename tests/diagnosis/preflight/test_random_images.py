"""A law over images at random: what a check is certain of is what a start answers, errno and line."""

from __future__ import annotations

import pathlib
import random

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.diagnosis.preflight.preflight import check
from tests.diagnosis.preflight.boards import Asked, processor, source
from tests.diagnosis.preflight.looking import foretold, look
from tests.remoteproc.images import ANY, Image, Segment, carveout, devmem, table, trace, unknown, vdev

IMAGES = 250
BEHIND = frozenset(
    {
        "program-headers-outside",
        "bad-phentsize",
        "program-headers-overlap",
        "table-nobits",
        "string-table",
        "section-name",
    }
)
"""Codes of images of which the kernel reads what lies behind something, or that are too damaged to be trusted."""
ADDRESSES = (0x0, 0x100, 0xFF00, 0x1_0000, 0x2000_0000, 0x2000_FFF0, 0x8000_0000, 0x8000_F000, 0x9000_0000, 0xFFFF_FFF0)
SIZES = (0, 4, 0x100, 0x101, 0x1000, 0x1_0000, 0x10_0000)
SHM = "shm: shm@80000000 { reg = <0x80000000 0x10000>; };"


def random_entry(chance: random.Random) -> bytes:
    da, size = chance.choice([*ADDRESSES, ANY]), chance.choice(SIZES)
    wrong = int(chance.random() < 0.03)
    kind = chance.randrange(10)
    if kind < 4:
        return carveout(chance.choice(["shm", "heap", "b", ""]), da, size, reserved=wrong)
    if kind < 6:
        return trace(da, size, reserved=wrong)
    if kind < 9:
        num, align = chance.choice([0, 1, 16, 17, 256, 4096]), chance.choice([0, 1, 16, 4096])
        return vdev(num=num, align=align, vrings=chance.choice([0, 1, 2, 2, 2, 3]), reserved=bytes([wrong, 0]))
    return chance.choice([devmem(), unknown(4), unknown(128), unknown(77)])


def random_image(chance: random.Random) -> bytes:
    entries = [random_entry(chance) for _ in range(chance.randrange(4))]
    segments = []
    for _ in range(chance.randrange(1, 4)):
        data = b"x" * chance.choice([0, 4, 0x100])
        memsz = max(len(data), chance.choice(SIZES)) if chance.random() < 0.95 else 1
        segments.append(Segment(chance.choice(ADDRESSES), data, memsz))
    content = bytearray(
        Image(
            table=table(*entries) if chance.random() < 0.9 else None,
            segments=segments,
            table_address=chance.choice(ADDRESSES[:6]),
            bits=chance.choice([32, 32, 64]),
            machine=chance.choice([40, 243]),
        ).build()
    )
    for _ in range(chance.choice([0, 0, 0, 1, 3])):
        content[chance.randrange(min(len(content), 0x200))] = chance.choice([0, 1, 2, 0x7F, 0xFF])
    return bytes(content[: chance.randrange(len(content))] if chance.random() < 0.05 else content)


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_foretold_of_images_at_random_comes_true(
    seed: int, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)  # noqa: S311 (no secret)
    memory = [(0x0, 0x1_0000), (0x2000_0000, 0x1_0000)]
    asked = Asked(tmp_path, source(processor("vr", memory, memory="&pool &shm"), reserved=SHM), monkeypatch)
    booted, wrong = 0, []
    try:
        target = (await asked.targets())["vr"]
        for number in range(IMAGES):
            name = f"{number}.elf"
            (asked.firmware / name).write_bytes(content := random_image(chance))
            found = look(name, content)
            verdict = check(found, target)
            if BEHIND & {problem.code for problem in found.problems}:
                continue
            answer = await asked.start(target.id, name)
            booted += answer.errno == 0
            expected, line = foretold(verdict)
            if expected != answer.errno or (line is not None and line not in answer.errors):
                wrong.append(f"{number}: foretold {expected} {line}, the start said {answer}")
    finally:
        await asked.host.close()
    assert wrong == []
    assert IMAGES // 20 < booted < IMAGES * 19 // 20
