"""What certainly cannot boot is refused before anything is written or stopped; else the kernel is the judge."""

from __future__ import annotations

import errno
import pathlib
import shutil
from collections.abc import AsyncIterator, Callable

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import State
from tests.controller.conftest import processor
from tests.plain_board import firmware


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    place = tmp_path / "firmware"
    place.mkdir()
    return place


@pytest.fixture
async def demo(tmp_path: pathlib.Path, folder: pathlib.Path) -> AsyncIterator[Controller]:
    pytest.importorskip("unicorn", reason="needs the emulator extra")
    from tests.demo_board import demo_board  # noqa: PLC0415

    settings = Settings(settle=0.03, state_folder=str(tmp_path / "state"))
    controller = Controller([demo_board(str(folder))], clock=SystemClock(), settings=settings)
    await controller.start()
    yield controller
    await controller.close()


@pytest.mark.emulator
async def test_firmware_for_another_core_is_refused_by_the_name_of_the_right_one(demo: Controller) -> None:
    m33 = processor(demo, "m33").key
    await demo.act(m33, Verb.FIRMWARE, "lights.elf")
    outcome = await demo.act(m33, Verb.BOOT)
    assert (outcome.result, outcome.errno, outcome.lines) == (Result.REFUSED, errno.EINVAL, ())
    assert "would not boot: bad phdr da 0x15000000" in outcome.message
    assert outcome.advice[0] == "linked for another processor? It fits rv32 (remoteproc5, RV32IMAC)"
    assert "lies in no memory of m33; the nearest is itcm" in outcome.advice[1]
    assert outcome.diagnoses[0].certainty == "certain"
    assert processor(demo, "m33").state is State.OFFLINE


@pytest.mark.emulator
async def test_a_reload_of_what_cannot_boot_leaves_what_runs_alone(demo: Controller, folder: pathlib.Path) -> None:
    m4 = processor(demo, "m4").key
    before = demo.trace(m4).stop
    shutil.copy(folder / "motor.elf", folder / "hub.elf")
    outcome = await demo.act(m4, Verb.RELOAD)
    assert outcome.result is Result.REFUSED
    assert outcome.message.endswith("; what runs goes on")
    assert (processor(demo, "m4").state, processor(demo, "m4").power) == (State.RUNNING, 1)
    assert demo.trace(m4).stop >= before


@pytest.mark.emulator
async def test_a_processor_whose_file_would_not_boot_is_not_said_to_be_well(
    demo: Controller, folder: pathlib.Path
) -> None:
    m33 = processor(demo, "m33").key
    await demo.look(m33)
    assert demo.diagnoses(m33) == ()
    shutil.copy(folder / "lights.elf", folder / "motor.elf")
    await demo.act(m33, Verb.BOOT)
    first, *_, last = demo.diagnoses(m33)
    assert first.cause.startswith("segment 0 ")
    assert (first.code, first.severity, first.certainty) == ("segment-outside", "error", "certain")
    assert last.cure == "linked for another processor? It fits rv32 (remoteproc5, RV32IMAC)"
    await demo.act(m33, Verb.FIRMWARE, "nosuch.elf")
    (missing,) = demo.diagnoses(m33)
    assert (missing.code, missing.severity) == ("firmware-not-found", "warning")
    await demo.act(m33, Verb.BOOT)
    (missing,) = demo.diagnoses(m33)
    assert (missing.code, missing.severity) == ("firmware-not-found", "error")


@pytest.mark.emulator
async def test_of_the_choices_those_that_fit_come_first_and_each_tells_whom_it_is_for(
    demo: Controller, folder: pathlib.Path
) -> None:
    (folder / "notes.txt").write_text("no firmware\n" * 9)
    choices = await demo.firmware_choices(processor(demo, "m4").key)
    words = {choice.name: choice.verdict for choice in choices}
    assert words == {
        "hub.elf": "fits",
        "hub-next.elf": "fits",
        "flood.elf": "fits",
        "guard.elf": "for m0",
        "motor.elf": "for m33",
        "fault.elf": "for lab",
        "battery.elf": "for r5f",
        "lights.elf": "for rv32",
        "notes.txt": "not ELF (text)",
    }
    assert {choice.name for choice in choices[:3]} == {"hub.elf", "hub-next.elf", "flood.elf"}
    assert choices[-1].name == "notes.txt"
    hub = next(choice for choice in choices if choice.current)
    assert (hub.name, len(hub.identity), hub.modified > 0) == ("hub.elf", 8, True)


async def test_where_the_driver_is_unknown_the_kernel_is_asked(
    controller: Controller, firmware_folder: pathlib.Path
) -> None:
    (firmware_folder / "m4.elf").write_bytes(b"no firmware at all" * 9)
    outcome = await controller.act(processor(controller).key, Verb.BOOT)
    assert outcome.result is Result.FAILED
    assert any("Image is corrupted (bad magic)" in line.text for line in outcome.lines)


async def test_what_runs_proves_that_its_driver_takes_elf_files_so_another_kind_is_no_reload(
    controller: Controller, firmware_folder: pathlib.Path
) -> None:
    key = processor(controller).key
    assert (await controller.act(key, Verb.BOOT)).ok
    (firmware_folder / "m4.elf").write_bytes(b"no firmware at all" * 9)
    outcome = await controller.act(key, Verb.RELOAD)
    assert (outcome.result, outcome.errno) == (Result.REFUSED, errno.EINVAL)
    assert processor(controller).state is State.RUNNING


async def test_a_file_that_is_not_there_is_the_kernel_s_to_miss(
    controller: Controller, firmware_folder: pathlib.Path
) -> None:
    (firmware_folder / "m4.elf").unlink()
    outcome = await controller.act(processor(controller).key, Verb.BOOT)
    assert (outcome.result, outcome.errno) == (Result.FAILED, errno.ENOENT)


def remove(path: pathlib.Path) -> None:
    path.unlink()


def truncate(path: pathlib.Path) -> None:
    path.write_bytes(b"")


def put_a_directory_there(path: pathlib.Path) -> None:
    path.unlink()
    path.mkdir()


def point_to_nothing(path: pathlib.Path) -> None:
    path.unlink()
    path.symlink_to("gone.elf")


@pytest.mark.parametrize(
    ("spoil", "number", "words"),
    [
        (remove, errno.ENOENT, "is not there"),
        (truncate, errno.EINVAL, "is empty"),
        (put_a_directory_there, errno.EINVAL, "is a directory"),
        (point_to_nothing, errno.ENOENT, "is a link to nothing"),
    ],
)
async def test_what_runs_is_not_stopped_for_a_file_that_is_there_no_more(
    controller: Controller,
    firmware_folder: pathlib.Path,
    spoil: Callable[[pathlib.Path], None],
    number: int,
    words: str,
) -> None:
    key = processor(controller).key
    assert (await controller.act(key, Verb.BOOT)).ok
    spoil(firmware_folder / "m4.elf")
    outcome = await controller.act(key, Verb.RELOAD)
    assert (outcome.result, outcome.errno) == (Result.REFUSED, number)
    assert words in outcome.message
    assert processor(controller).state is State.RUNNING


async def test_what_a_processor_was_given_lately_comes_before_other_files(
    controller: Controller, firmware_folder: pathlib.Path
) -> None:
    key = processor(controller).key
    for name in ("a.elf", "b.elf", "c.elf"):
        (firmware_folder / name).write_bytes(firmware(name.encode() * 4))
    await controller.act(key, Verb.FIRMWARE, "a.elf")
    await controller.act(key, Verb.FIRMWARE, "c.elf")
    choices = await controller.firmware_choices(key)
    assert [choice.name for choice in choices if choice.recent] == [choice.name for choice in choices][:2]
    assert {choice.name for choice in choices if choice.recent} == {"a.elf", "c.elf"}
    assert [choice.name for choice in choices if choice.current] == ["c.elf"]
