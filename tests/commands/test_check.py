"""`rproc-tui check`: the answer as an exit code, for a file alone, for a processor, and for a board in a file."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import pytest

from rproc_tui.emulator.board import DEMO_FIRMWARE
from tests.commands.conftest import Run
from tests.remoteproc.images import Image, Segment

DEMO = pathlib.Path(DEMO_FIRMWARE)
ITS_OWN = {
    "hub.elf": {"m4"},
    "hub-next.elf": {"m4"},
    "flood.elf": {"m4"},
    "guard.elf": {"m0"},
    "motor.elf": {"m33"},
    "fault.elf": {"lab"},
    "battery.elf": {"r5f"},
    "lights.elf": {"rv32"},
}
BOARD = """/dts-v1/; / { #address-cells = <1>; #size-cells = <1>;
core@0 { compatible = "rproc-tui,cortex-m4"; reg = <0x0 0x1000>; reg-names = "sram"; #address-cells = <1>;
#size-cells = <1>; }; };"""


@pytest.fixture
def empty(tmp_path: pathlib.Path) -> str:
    """A machine without processors."""
    root = tmp_path / "empty"
    root.mkdir()
    return str(root)


@pytest.fixture
def file(tmp_path: pathlib.Path) -> pathlib.Path:
    """Firmware that loads four bytes to address 0."""
    path = tmp_path / "x.elf"
    path.write_bytes(Image(table=None, segments=[Segment(0x0, b"code")]).build())
    return path


def test_a_file_alone_is_checked_as_any_driver_s_core_would(run: Run, file: pathlib.Path, empty: str) -> None:
    ran = run("--root", empty, "check", str(file))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("x.elf: Linux takes it; whether it fits, --on ID tells\n")
    file.write_bytes(b"not ELF at all" * 10)
    ran = run("--root", empty, "check", str(file))
    assert ran.code == 1
    assert "would not boot: Image is corrupted (bad magic) (EINVAL)" in ran.out


def test_a_file_that_is_not_there_is_told_on_stderr_and_in_the_object(run: Run, empty: str) -> None:
    ran = run("--root", empty, "check", "/nowhere/x.elf", "--json")
    assert (ran.code, ran.json()["would_boot"]) == (1, False)
    assert ran.json()["kernel"]["message"] == "request_firmware failed: -2"
    assert "rproc-tui: /nowhere/x.elf:" in ran.err


def test_a_processor_that_is_not_there_has_an_exit_code_of_its_own(run: Run, file: pathlib.Path, empty: str) -> None:
    assert run("--root", empty, "check", str(file), "--on", "m4").code == 3


@pytest.mark.emulator
def test_the_board_of_a_firmware_project_is_a_file(run: Run, file: pathlib.Path, tmp_path: pathlib.Path) -> None:
    board = tmp_path / "mine.dts"
    board.write_text(BOARD)
    assert run("--board", str(board), "check", str(file), "--on", "core").code == 0
    file.write_bytes(Image(table=None, segments=[Segment(0xF00, b"code" * 0x80)]).build())
    ran = run("--board", str(board), "check", str(file), "--on", "core")
    assert ran.code == 1
    assert "the nearest is sram 0x0-0xfff: 256 B reach behind its end" in " ".join(ran.out.split())


@pytest.mark.emulator
@pytest.mark.parametrize("name", ITS_OWN)
def test_whoever_links_for_the_wrong_core_is_told_the_name_of_the_right_one(run: Run, name: str) -> None:
    homes = ITS_OWN[name]
    shape = run("--demo", "check", str(DEMO / name), "--json").json()
    here = {processor["name"]: processor for processor in shape["processors"]}
    assert {found for found, processor in here.items() if processor["fits"]} == homes
    wrong = next(found for found in here if found not in homes)
    ran = run("--demo", "check", str(DEMO / name), "--on", wrong)
    assert ran.code == 1
    (right,) = homes
    assert f"linked for another processor? It fits {right} ({here[right]['id']}" in ran.out


@pytest.mark.emulator
def test_on_its_own_core_the_answer_is_yes(run: Run) -> None:
    assert run("--demo", "check", str(DEMO / "lights.elf"), "--on", "rv32").code == 0


@pytest.mark.emulator
def test_without_a_processor_named_each_gets_a_line(run: Run) -> None:
    ran = run("--demo", "check", str(DEMO / "motor.elf"))
    assert ran.code == 0
    assert "  m33 (remoteproc2, Cortex-M33)  would boot" in ran.out
    assert "  m4 (remoteproc0, Cortex-M4)    would not boot: bad phdr da 0x12000000" in ran.out


@pytest.mark.emulator
def test_firmware_that_no_processor_here_takes_is_answered_with_no(run: Run, tmp_path: pathlib.Path) -> None:
    stray = tmp_path / "stray.elf"
    stray.write_bytes(Image(table=None, segments=[Segment(0x7000_0000, b"code")]).build())
    assert run("--demo", "check", str(stray)).code == 1


def test_a_file_alone_needs_neither_an_event_loop_nor_the_controller(file: pathlib.Path) -> None:
    program = (
        "import sys; from rproc_tui.commands import check; check.CLASS = '/nowhere'\n"
        "from rproc_tui.commands.command_line import run; code = run(sys.argv[1:], lambda _: 2)\n"
        "heavy = {'asyncio', 'textual', 'unicorn', 'hashlib', 'json', 'rproc_tui.controller.controller'}\n"
        "print(code, sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "check", str(file)], capture_output=True, text=True, check=False
    )
    assert ran.stderr == "0 []\n"


def test_where_a_terminal_knows_only_ascii_the_picture_is_drawn_in_it(file: pathlib.Path, empty: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "rproc_tui", "--root", empty, "check", str(file)],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert ran.returncode == 0
    assert b"|####" in ran.stdout
    assert ran.stdout.isascii()


def test_the_object_has_its_shape(run: Run, file: pathlib.Path, empty: str) -> None:
    ran = run("--root", empty, "check", str(file), "--json")
    assert set(json.loads(ran.out)) == {
        "schema", "version", "file", "size", "sha256", "container", "on", "would_boot", "certain", "fits", "kernel",
        "checks", "findings", "memory", "elsewhere", "processors",
    }  # fmt: skip


@pytest.mark.emulator
def test_without_a_processor_named_the_answer_is_who_would_take_it(
    run: Run, file: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    board = tmp_path / "mine.dts"
    board.write_text(BOARD)
    ran = run("--board", str(board), "check", str(file))
    assert (ran.code, ran.out.splitlines()[0]) == (0, "x.elf: would boot on core")
    file.write_bytes(Image(table=None, segments=[Segment(0xF00, b"code" * 0x80)]).build())
    ran = run("--board", str(board), "check", str(file))
    assert (ran.code, ran.out.splitlines()[0]) == (1, "x.elf: Linux takes it, but it fits no processor here")
