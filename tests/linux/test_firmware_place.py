from __future__ import annotations

import asyncio

import pytest

from rproc_tui.linux import firmware_place as module
from rproc_tui.linux.firmware_place import firmware_place
from rproc_tui.model.firmware_place import Obstacle
from tests.linux.memory_host import Entry, Folder, Link, MemoryHost

LIB = "/lib/firmware"


def machine(**files: Entry) -> MemoryHost:
    return MemoryHost({LIB: Folder(), **{f"{LIB}/{name.replace('_', '.')}": entry for name, entry in files.items()}})


@pytest.mark.parametrize(
    ("there", "obstacle", "target"),
    [
        (Folder(), Obstacle.DIRECTORY, None),
        (b"", Obstacle.EMPTY, None),
        (Link("/opt/gone.elf"), Obstacle.DANGLING, "/opt/gone.elf"),
    ],
)
async def test_what_is_in_the_way_is_told(there: Entry, obstacle: Obstacle, target: str | None) -> None:
    found = await firmware_place(machine(fw_elf=there), "fw.elf")
    assert (found.path, found.obstacle, found.target) == (f"{LIB}/fw.elf", obstacle, target)


async def test_a_file_that_is_there_has_nothing_in_its_way() -> None:
    found = await firmware_place(machine(fw_elf=b"ELF"), "fw.elf")
    assert (found.path, found.obstacle) == (f"{LIB}/fw.elf", None)


async def test_where_nothing_is_the_folders_and_similar_names_are_told() -> None:
    found = await firmware_place(machine(battery_elf=b"ELF", hub_elf=b"ELF"), "batery.elf")
    assert (found.path, found.similar) == (None, ("battery.elf",))
    assert found.folders[-1] == LIB


async def test_hostile_names_are_made_safe() -> None:
    found = await firmware_place(machine(**{"a\x1b[31mb_elf": b"ELF"}), "a\x1b[31mc.elf")
    assert all(name.isprintable() for name in (found.name, *found.similar))


async def test_a_search_that_takes_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def for_ever(_host: object) -> tuple[str, ...]:
        await asyncio.Event().wait()
        return ()

    monkeypatch.setattr(module, "PATIENCE", 0.01)
    monkeypatch.setattr("rproc_tui.linux.firmware_path.candidates", for_ever)
    assert (await firmware_place(machine(), "fw.elf")).similar == ()
