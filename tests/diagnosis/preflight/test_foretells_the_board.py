"""A verdict equals what a start answers, on emulated boards that are known by their files; also for real firmware."""

from __future__ import annotations

import pathlib

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.diagnosis.preflight.preflight import check
from tests.conformance.images import IMAGES
from tests.conformance.vrproc import DDR, DDR_SIZE, DTCM, ITCM, TCM_SIZE
from tests.diagnosis.preflight.boards import Asked, processor, source
from tests.diagnosis.preflight.looking import WHAT_LIES_BEHIND, foretold, look

COLLECTION = pathlib.Path(__file__).resolve().parents[4] / "shared" / "firmware"
PAGE = 0x1000
LAB_MEMORY = [(ITCM, TCM_SIZE), (DTCM, TCM_SIZE)]
DDR_NODE = f"ddr: ddr@{DDR:x} {{ reg = <{DDR:#x} {DDR_SIZE:#x}>; }};"
LARGEST = 0x400_0000
"""Bytes of one region that are worth the time of a test."""


async def differences(asked: Asked, on: str, names: list[str]) -> list[str]:
    """What the check says otherwise than a start on one processor."""
    target = (await asked.targets())[on]
    wrong = []
    for name in names:
        content = (asked.firmware / name).read_bytes()
        verdict = check(look(name, content), target)
        answer = await asked.start(target.id, name.removesuffix(".xz").removesuffix(".zst"))
        number, line = foretold(verdict)
        said = line is None or line in answer.errors or name == WHAT_LIES_BEHIND
        if (number, verdict.refused) != (answer.errno, answer.errno != 0) or not said:
            wrong.append(f"{name} on {on}: foretold {number} {line}, the start said {answer}")
    return wrong


async def test_the_67_images_on_an_emulated_board_that_is_known_by_its_files_alone(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(tmp_path, source(processor("vr", LAB_MEMORY, memory="&pool &ddr"), reserved=DDR_NODE), monkeypatch)
    for name, build in IMAGES.items():
        (asked.firmware / name).write_bytes(build())
    try:
        assert await differences(asked, "vr", list(IMAGES)) == []
    finally:
        await asked.host.close()


def memory_for(content: bytes) -> list[tuple[int, int]]:
    """Pages that hold every segment of a file; none where an emulated board cannot have them."""
    elf = look("x", content).elf
    loaded = [segment for segment in (elf.segments if elf is not None else ()) if segment.is_loaded]
    pages = sorted((s.paddr // PAGE * PAGE, -(-(s.paddr + s.memsz) // PAGE) * PAGE) for s in loaded)
    merged: list[list[int]] = []
    for start, end in pages:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    regions = [(start, end - start) for start, end in merged]
    possible = all(size <= LARGEST and start + size <= 0xD000_0000 for start, size in regions)
    return regions if possible and len(regions) < 30 else []


@pytest.mark.skipif(not COLLECTION.is_dir(), reason="no collection of real firmware beside the project")
async def test_real_firmware_on_boards_with_its_memory_and_on_one_without(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted(path for path in COLLECTION.iterdir() if path.with_name(path.name + ".expected.json").exists())
    suitable = {path: memory_for(path.read_bytes()) for path in files}
    at_home = [path for path in files if suitable[path]]
    assert len(at_home) > 30
    nodes = [processor(f"p{number}", suitable[path]) for number, path in enumerate(at_home)]
    wrong = []
    for start in range(0, len(nodes), 12):
        folder = tmp_path / str(start)
        folder.mkdir()
        chosen = at_home[start : start + 12]
        asked = Asked(folder, source(*nodes[start : start + 12]), monkeypatch)
        try:
            for number, path in enumerate(chosen, start):
                wrong += await differences(asked, f"p{number}", [installed(asked, path)])
        finally:
            await asked.host.close()
    assert wrong == []


@pytest.mark.skipif(not COLLECTION.is_dir(), reason="no collection of real firmware beside the project")
async def test_every_real_file_on_a_board_that_was_not_made_for_it(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(tmp_path, source(processor("stm32", [(0x0, 0x1_0000), (0x1000_0000, 0x6_0000)])), monkeypatch)
    files = sorted(path for path in COLLECTION.iterdir() if path.with_name(path.name + ".expected.json").exists())
    try:
        assert await differences(asked, "stm32", [installed(asked, path) for path in files]) == []
    finally:
        await asked.host.close()


def installed(asked: Asked, path: pathlib.Path) -> str:
    """Its name in the board's firmware folder; what is packed gets one that no other file has without its suffix."""
    name = f"{path.stem}.packed{path.suffix}" if path.suffix in (".xz", ".zst") else path.name
    (asked.firmware / name).symlink_to(path)
    return name
