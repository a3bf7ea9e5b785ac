"""The committed demo firmware: rebuilt anywhere it is the same bytes, and it holds what a person needs to debug it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from rproc_tui.emulator.board import DEMO_FIRMWARE, load_board

SOURCES = os.path.dirname(DEMO_FIRMWARE)
IMAGES = ["battery.elf", "fault.elf", "flood.elf", "guard.elf", "hub-next.elf", "hub.elf", "lights.elf", "motor.elf"]


def content(name: str) -> bytes:
    with open(os.path.join(DEMO_FIRMWARE, name), "rb") as file:
        return file.read()


def test_the_folder_holds_the_images_and_nothing_else() -> None:
    assert sorted(os.listdir(DEMO_FIRMWARE)) == IMAGES


@pytest.mark.skipif(importlib.util.find_spec("ziglang") is None, reason="needs ziglang, of the extra dev")
@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_rebuilding_in_another_folder_gives_the_committed_bytes(tmp_path: Path) -> None:
    elsewhere = tmp_path / "some" / "where"
    shutil.copytree(SOURCES, elsewhere, ignore=shutil.ignore_patterns("build"))
    subprocess.run(
        ["make", "-s", "-C", os.fspath(elsewhere), f"ZIG={sys.executable} -m ziglang"],
        check=True,
        timeout=300,
        env={**os.environ, "MAKEFLAGS": ""},
    )
    for name in IMAGES:
        assert (elsewhere / "build" / name).read_bytes() == content(name), name


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_has_symbols_lines_and_frames_and_names_no_machine(name: str) -> None:
    with open(os.path.join(DEMO_FIRMWARE, name), "rb") as file:
        elf = ELFFile(file)
        sections = {section.name for section in elf.iter_sections()}
        dwarf = elf.get_dwarf_info()
        programs = [dwarf.line_program_for_CU(unit) for unit in dwarf.iter_CUs()]
        folders = [folder for program in programs if program for folder in program.header["include_directory"]]
    assert {".debug_info", ".debug_line", ".debug_frame", ".symtab", ".resource_table"} <= sections
    assert folders
    assert not any(folder.startswith(b"/") for folder in folders)
    assert b"/home/" not in content(name)


def test_the_next_hub_differs_from_the_hub_in_something_that_shows() -> None:
    assert b"pressure" in content("hub-next.elf")
    assert b"pressure" not in content("hub.elf")


@pytest.mark.parametrize("processor", load_board().plan.processors, ids=lambda processor: processor.name)
def test_an_image_fits_the_processor_that_the_board_gives_it_to(processor: object) -> None:
    plan = next(one for one in load_board().plan.processors if one == processor)
    assert plan.firmware is not None
    with open(os.path.join(DEMO_FIRMWARE, plan.firmware), "rb") as file:
        loads = [segment.header for segment in ELFFile(file).iter_segments() if segment["p_type"] == "PT_LOAD"]
    assert loads
    for load in loads:
        end = load["p_paddr"] + load["p_memsz"]
        assert any(memory.address <= load["p_paddr"] and end <= memory.end for memory in plan.internal)
