"""The controller over the demo board: real firmware boots, is replaced, crashes and is dumped."""

from __future__ import annotations

import functools
import pathlib
import shutil
import struct
import subprocess
from collections.abc import AsyncIterator

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.emulated.open_board import open_board
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import State
from rproc_tui.model.watch import WatchState
from tests.controller.conftest import processor, until

pytestmark = pytest.mark.emulator

NULL_WRITE = "0x101"
WILD_BRANCH = "0x106"


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "rproc-tui" / "demo" / "firmware"


@pytest.fixture
async def demo(tmp_path: pathlib.Path, folder: pathlib.Path) -> AsyncIterator[Controller]:
    settings = Settings(settle=0.03, state_folder=str(tmp_path / "state"))
    controller = Controller([open_board()], clock=SystemClock(), settings=settings)
    await controller.start()
    yield controller
    await controller.close()


async def act(demo: Controller, name: str, verb: Verb, argument: str | None = None) -> Outcome:
    return await demo.act(processor(demo, name).key, verb, argument)


def texts(demo: Controller, name: str) -> list[str]:
    ring = demo.trace(processor(demo, name).key)
    return [line.text for line in ring.lines(ring.start, ring.stop)]


@pytest.mark.parametrize("name", ["m33", "lab", "r5f", "rv32"])
async def test_a_stopped_processor_of_every_kind_boots_speaks_and_stops(demo: Controller, name: str) -> None:
    assert (await act(demo, name, Verb.BOOT)).result is Result.DONE
    await until(demo, lambda: any(text for text in texts(demo, name)))
    assert (await act(demo, name, Verb.STOP)).result is Result.DONE
    assert processor(demo, name).state is State.OFFLINE


async def test_another_build_of_a_watched_firmware_reloads_by_itself(demo: Controller, folder: pathlib.Path) -> None:
    await until(demo, lambda: any("1.0.0" in text for text in texts(demo, "m4")))
    await act(demo, "m4", Verb.WATCH)
    build = folder / ".build"
    shutil.copyfile(folder / "hub-next.elf", build)
    build.replace(folder / "hub.elf")
    await until(demo, lambda: any("1.1.0" in text for text in texts(demo, "m4")))
    await until(demo, lambda: processor(demo, "m4").state is State.RUNNING)


async def test_half_a_file_leaves_what_runs_alone(demo: Controller, folder: pathlib.Path) -> None:
    await act(demo, "m4", Verb.WATCH)
    hub = folder / "hub.elf"
    hub.write_bytes(hub.read_bytes()[:4000])
    await until(demo, lambda: (watch := processor(demo, "m4").watch) is not None and watch.state is WatchState.REJECTED)
    assert processor(demo, "m4").state is State.RUNNING
    assert processor(demo, "m4").crashes == 0


async def test_a_crash_of_the_firmware_itself_is_counted_and_recovered(demo: Controller) -> None:
    await act(demo, "lab", Verb.BOOT)
    await act(demo, "lab", Verb.CRASH, NULL_WRITE)
    await until(demo, lambda: processor(demo, "lab").crashes == 1)
    await until(demo, lambda: processor(demo, "lab").state is State.RUNNING)
    assert any("NULL pointer" in text for text in texts(demo, "lab"))


async def test_with_recovery_off_it_stays_crashed_and_gdb_reads_its_memory(demo: Controller) -> None:
    await act(demo, "lab", Verb.BOOT)
    await act(demo, "lab", Verb.RECOVERY, "off")
    await act(demo, "lab", Verb.CRASH, WILD_BRANCH)
    await until(demo, lambda: processor(demo, "lab").state is State.CRASHED)
    outcome = await act(demo, "lab", Verb.COREDUMP)
    assert outcome.result is Result.DONE
    assert outcome.path is not None
    gdb = shutil.which("gdb-multiarch")
    if gdb is None:
        pytest.skip("gdb-multiarch is not on this machine")
    script = ["-ex", "set osabi GNU/Linux", "-ex", f"file {processor(demo, 'lab').firmware_local_path}"]
    script += ["-ex", f"core-file {outcome.path}", "-ex", "backtrace"]
    said = subprocess.run([gdb, "-nx", "-batch", *script], capture_output=True, text=True, check=False).stdout
    assert "wild_branch" in said
    assert "main ()" in said


async def test_a_dump_that_the_kernel_holds_is_collected_whole_and_then_freed(demo: Controller) -> None:
    (session,) = demo._hosts
    await act(demo, "lab", Verb.BOOT)
    id_ = processor(demo, "lab").id
    await session.host.write(f"/sys/class/remoteproc/{id_}/coredump", b"enabled")
    await act(demo, "lab", Verb.CRASH, NULL_WRITE)
    await until(demo, lambda: processor(demo, "lab").dump is not None)
    outcome = await act(demo, "lab", Verb.COREDUMP)
    assert outcome.path is not None
    content = pathlib.Path(outcome.path).read_bytes()
    assert content[:7] == b"\x7fELF\x01\x01\x01"
    assert struct.unpack_from("<H", content, 16) == (4,)  # ET_CORE
    await until(demo, lambda: processor(demo, "lab").dump is None)


async def test_a_second_dump_never_overwrites_the_first(demo: Controller) -> None:
    first, second = [await act(demo, "m4", Verb.COREDUMP) for _ in range(2)]
    assert first.path != second.path
    assert first.path is not None
    assert pathlib.Path(first.path).stat().st_size > 0


async def test_a_word_that_does_not_crash_the_firmware_is_not_reported_as_a_crash(
    demo: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rproc_tui.controller.steps.CRASH_PATIENCE", 0.2)
    outcome = await act(demo, "m4", Verb.CRASH, "0x3")
    assert outcome.result is Result.FAILED
    assert "has not crashed" in outcome.message


async def test_firmware_of_another_kind_of_core_is_named_as_such(demo: Controller) -> None:
    choices = {choice.name: choice for choice in await demo.firmware_choices(processor(demo, "m33").key)}
    assert choices["motor.elf"].verdict == "fits"
    assert choices["lights.elf"].verdict == "for rv32"
    assert next(iter(choices)) == "motor.elf"


def watch_says(demo: Controller, words: str) -> bool:
    watch = processor(demo, "m4").watch
    return watch is not None and words in watch.message


async def test_a_build_for_another_core_never_reaches_a_running_processor(
    demo: Controller, folder: pathlib.Path
) -> None:
    await act(demo, "m4", Verb.WATCH)
    for name, said in (("lights.elf", "It fits rv32"), ("motor.elf", "It fits m33")):
        shutil.copyfile(folder / name, folder / ".build")
        (folder / ".build").replace(folder / "hub.elf")
        await until(demo, functools.partial(watch_says, demo, said))
    assert processor(demo, "m4").state is State.RUNNING
