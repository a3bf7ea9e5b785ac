"""A watched build is loaded under a name of its own, and nothing of that is left when the watch ends."""

from __future__ import annotations

import asyncio
import errno
import os
import pathlib
from collections.abc import AsyncIterator, Callable

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.linux.json import processor_object
from rproc_tui.linux.staged_name import is_staged, own_name
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import Processor, State
from rproc_tui.model.watch import Watch, WatchState
from tests.controller.conftest import processor, until
from tests.plain_board import PlainBoard, firmware

BUILD = firmware(b"\x70\x47" * 20)
NEXT = firmware(b"\x70\x47" * 30)
OWN = ["dsp.elf", "m4.elf"]


async def act(controller: Controller, verb: Verb, argument: str | None = None) -> Outcome:
    return await controller.act(processor(controller).key, verb, argument)


def m4(controller: Controller) -> Processor:
    return processor(controller)


def watch(controller: Controller) -> Watch:
    found = processor(controller).watch
    assert found is not None
    return found


def reloaded(controller: Controller, times: int = 1) -> Callable[[], bool]:
    return lambda: watch(controller).reloads == times


@pytest.fixture
async def watched(controller: Controller, firmware_folder: pathlib.Path) -> pathlib.Path:
    """The firmware file of m4, which runs and is watched."""
    await act(controller, Verb.BOOT)
    await act(controller, Verb.WATCH)
    return firmware_folder / "m4.elf"


async def test_firmware_names_the_build_and_the_watched_file_stays_the_persons_own(
    controller: Controller, watched: pathlib.Path
) -> None:
    watched.write_bytes(BUILD)
    await until(controller, reloaded(controller))
    name = m4(controller).firmware
    assert name is not None
    assert (is_staged(name), own_name(name)) == (True, "m4.elf")
    assert watched.with_name(name).read_bytes() == watched.read_bytes() == BUILD


async def test_only_the_build_that_runs_is_kept(controller: Controller, watched: pathlib.Path) -> None:
    for number, content in enumerate((BUILD, NEXT, BUILD), start=1):
        watched.write_bytes(content)
        await until(controller, reloaded(controller, number))
    assert sorted(os.listdir(watched.parent)) == sorted([*OWN, str(m4(controller).firmware)])


async def test_a_recovery_in_the_middle_of_a_save_starts_the_build_that_ran(
    controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
) -> None:
    watched.write_bytes(BUILD)
    await until(controller, reloaded(controller))
    watched.write_bytes(NEXT[:-50])
    await act(controller, Verb.CRASH)
    await until(controller, lambda: plain_board.drivers["m4"].starts == 3)
    await until(controller, lambda: m4(controller).state is State.RUNNING)
    assert bytes(plain_board.drivers["m4"].memory[:60]) == (b"\x70\x47" * 20).ljust(60, b"\0")


async def test_a_watch_that_ends_while_it_runs_leaves_the_name_until_the_next_stop(
    controller: Controller, watched: pathlib.Path
) -> None:
    watched.write_bytes(BUILD)
    await until(controller, reloaded(controller))
    outcome = await act(controller, Verb.WATCH, "off")
    assert "goes back to m4.elf when it is stopped" in outcome.message
    assert is_staged(str(m4(controller).firmware))
    await act(controller, Verb.STOP)
    await until(controller, lambda: m4(controller).firmware == "m4.elf")
    assert sorted(os.listdir(watched.parent)) == OWN


async def test_a_watch_that_ends_while_it_is_offline_sets_the_name_back_at_once(
    controller: Controller, watched: pathlib.Path
) -> None:
    watched.write_bytes(BUILD)
    await until(controller, reloaded(controller))
    await act(controller, Verb.STOP)
    assert is_staged(str(m4(controller).firmware))
    await act(controller, Verb.WATCH, "off")
    assert m4(controller).firmware == "m4.elf"
    assert sorted(os.listdir(watched.parent)) == OWN


async def test_a_reload_after_the_watch_loads_the_processors_own_file(
    controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
) -> None:
    watched.write_bytes(BUILD)
    await until(controller, reloaded(controller))
    await act(controller, Verb.WATCH, "off")
    watched.write_bytes(NEXT)
    outcome = await act(controller, Verb.RELOAD)
    assert (outcome.result, outcome.message) == (Result.DONE, "m4 runs m4.elf as it is now")
    assert bytes(plain_board.drivers["m4"].memory[:60]) == b"\x70\x47" * 30
    assert sorted(os.listdir(watched.parent)) == OWN


async def test_a_boot_after_a_watch_that_was_killed_is_one_of_its_own_file(
    controller: Controller, watched: pathlib.Path, plain_host: EmulatedHost
) -> None:
    watched.write_bytes(BUILD)
    await until(controller, reloaded(controller))
    await act(controller, Verb.WATCH, "off")
    await plain_host.write("/sys/class/remoteproc/remoteproc0/state", b"stop")
    await until(controller, lambda: m4(controller).state is State.OFFLINE)
    await act(controller, Verb.BOOT)
    assert (m4(controller).state, m4(controller).firmware) == (State.RUNNING, "m4.elf")
    assert sorted(os.listdir(watched.parent)) == OWN


async def test_a_board_that_is_switched_off_keeps_no_build(
    plain_host: EmulatedHost, firmware_folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    settings = Settings(state_every=0.0, settle=0.03, state_folder=str(tmp_path))
    controller = Controller([plain_host], clock=SystemClock(), settings=settings)
    await controller.start()
    await act(controller, Verb.BOOT)
    await act(controller, Verb.WATCH)
    (firmware_folder / "m4.elf").write_bytes(BUILD)
    await until(controller, reloaded(controller))
    await controller.close()
    assert sorted(os.listdir(firmware_folder)) == OWN


async def test_what_a_killed_watch_left_behind_is_removed_by_the_next_one(
    controller: Controller, firmware_folder: pathlib.Path
) -> None:
    left = firmware_folder / "m4.rproc-tui-0-0123456789ab.elf"
    others = firmware_folder / "m4.rproc-tui-1-0123456789ab.elf"
    for path in (left, others):
        path.write_bytes(BUILD)
    await act(controller, Verb.WATCH)
    assert not left.exists()
    assert others.exists()


async def test_an_offline_processor_gets_the_name_of_the_good_build_and_boots_that(
    controller: Controller, firmware_folder: pathlib.Path, plain_board: PlainBoard
) -> None:
    await act(controller, Verb.WATCH)
    (firmware_folder / "m4.elf").write_bytes(BUILD)
    await until(controller, lambda: is_staged(str(m4(controller).firmware)))
    (firmware_folder / "m4.elf").write_bytes(NEXT[:70])
    await act(controller, Verb.BOOT)
    assert bytes(plain_board.drivers["m4"].memory[:60]) == (b"\x70\x47" * 20).ljust(60, b"\0")


async def test_ten_saves_in_a_row_are_one_reload(controller: Controller, watched: pathlib.Path) -> None:
    for number in range(10):
        watched.write_bytes(firmware(b"\x70\x47" * (40 + number)))
        await asyncio.sleep(0.01)
    await until(controller, lambda: watch(controller).reloads > 0 and watch(controller).state is WatchState.WAITING)
    assert watch(controller).reloads == 1


async def test_a_build_is_not_forced_on_a_processor_that_was_given_another_firmware(
    controller: Controller, watched: pathlib.Path
) -> None:
    await act(controller, Verb.STOP)
    await act(controller, Verb.FIRMWARE, "dsp.elf")
    watched.write_bytes(BUILD)
    await until(controller, lambda: "was given dsp.elf" in watch(controller).message)
    assert m4(controller).firmware == "dsp.elf"


async def test_a_firmware_that_was_chosen_meanwhile_is_the_one_that_boots(
    controller: Controller, watched: pathlib.Path
) -> None:
    watched.write_bytes(BUILD)
    await until(controller, reloaded(controller))
    choices = await controller.firmware_choices(m4(controller).key)
    assert {(choice.name, choice.current) for choice in choices} == {("m4.elf", True), ("dsp.elf", False)}
    await act(controller, Verb.STOP)
    await act(controller, Verb.FIRMWARE, "dsp.elf")
    await act(controller, Verb.BOOT)
    assert (m4(controller).state, m4(controller).firmware) == (State.RUNNING, "dsp.elf")


class TestBeforeTheFirstReload:
    """The processor runs the watched file itself: its recovery would read that."""

    async def test_a_crash_is_recovered_when_the_file_is_whole(
        self, controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        assert plain_board.processors["m4"].recovery_disabled
        assert m4(controller).recovery == "enabled"
        assert processor_object(m4(controller))["recovery"] == "enabled (by the watch)"
        await act(controller, Verb.CRASH)
        await until(controller, lambda: plain_board.drivers["m4"].starts == 2)
        assert m4(controller).crashes == 1
        assert watched.exists()

    async def test_a_crash_in_the_middle_of_a_save_waits_for_the_rest_of_the_file(
        self, controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        watched.write_bytes(BUILD[:-50])
        await act(controller, Verb.CRASH)
        await until(controller, lambda: "cut off" in watch(controller).message)
        assert (m4(controller).state, plain_board.drivers["m4"].starts) == (State.CRASHED, 1)
        watched.write_bytes(BUILD)
        await until(
            controller, lambda: m4(controller).state is State.RUNNING and is_staged(str(m4(controller).firmware))
        )
        assert bytes(plain_board.drivers["m4"].memory[:40]) == b"\x70\x47" * 20

    async def test_the_kernel_does_it_again_after_the_first_reload(
        self, controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        watched.write_bytes(BUILD)
        await until(controller, reloaded(controller))
        assert not plain_board.processors["m4"].recovery_disabled

    async def test_the_kernel_does_it_again_when_the_watch_ends(
        self, controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        assert watched.exists()
        await act(controller, Verb.WATCH, "off")
        assert not plain_board.processors["m4"].recovery_disabled

    async def test_a_person_who_switches_it_off_is_obeyed(
        self, controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        await act(controller, Verb.RECOVERY, "off")
        assert m4(controller).recovery == "disabled"
        watched.write_bytes(BUILD)
        await until(controller, reloaded(controller))
        assert plain_board.processors["m4"].recovery_disabled


def read_only_but_for(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put = EmulatedHost.put

    async def refuse(host: EmulatedHost, path: str, data: bytes, *, progress: object) -> None:
        if not path.startswith(folder):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)
        await put(host, path, data)

    monkeypatch.setattr(FarHost, "put", refuse)


class FarHost(EmulatedHost):
    """None of its files lies on this machine."""

    def local_path(self, path: str) -> str | None:
        return None


@pytest.fixture
async def far(plain_host: EmulatedHost, tmp_path: pathlib.Path) -> AsyncIterator[Controller]:
    plain_host.__class__ = FarHost
    settings = Settings(state_every=0.0, settle=0.03, state_folder=str(tmp_path / "state"))
    controller = Controller([plain_host], clock=SystemClock(), settings=settings)
    await controller.start()
    yield controller
    await controller.close()


class TestAProcessorElsewhere:
    """Built here, run there."""

    async def test_a_file_of_this_machine_is_sent_at_once_and_with_every_change(
        self, far: Controller, tmp_path: pathlib.Path, firmware_folder: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        before = (firmware_folder / "m4.elf").read_bytes()
        built = tmp_path / "out.elf"
        built.write_bytes(BUILD)
        await act(far, Verb.BOOT)
        outcome = await act(far, Verb.WATCH, str(built))
        assert outcome.message == f"watching {built}"
        await until(far, reloaded(far))
        built.write_bytes(NEXT)
        await until(far, reloaded(far, 2))
        assert bytes(plain_board.drivers["m4"].memory[:60]) == b"\x70\x47" * 30
        assert (firmware_folder / "m4.elf").read_bytes() == before
        assert m4(far).firmware_local_path == str(built)

    async def test_its_recovery_is_left_to_the_kernel(
        self, far: Controller, tmp_path: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        await act(far, Verb.BOOT)
        await act(far, Verb.WATCH, str(tmp_path / "not-yet.elf"))
        assert not plain_board.processors["m4"].recovery_disabled
        assert watch(far).state is WatchState.MISSING

    async def test_without_a_file_of_this_machine_there_is_nothing_to_watch(self, far: Controller) -> None:
        outcome = await act(far, Verb.WATCH)
        assert (outcome.result, m4(far).watch) == (Result.REFUSED, None)
        assert "name the file that you build" in outcome.message

    async def test_a_firmware_folder_that_takes_nothing_leaves_what_runs_alone(
        self, far: Controller, tmp_path: pathlib.Path, plain_board: PlainBoard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def put(_host: EmulatedHost, path: str, _data: bytes, *, progress: object) -> None:
            raise OSError(28, os.strerror(28), path)

        monkeypatch.setattr(FarHost, "put", put)
        (tmp_path / "out.elf").write_bytes(BUILD)
        await act(far, Verb.BOOT)
        await act(far, Verb.WATCH, str(tmp_path / "out.elf"))
        await until(far, lambda: "No space left" in watch(far).message)
        assert (m4(far).state, plain_board.drivers["m4"].starts) == (State.RUNNING, 1)

    async def test_a_read_only_firmware_folder_is_gone_round_by_the_one_that_a_person_configured(
        self,
        far: Controller,
        plain_host: EmulatedHost,
        tmp_path: pathlib.Path,
        firmware_folder: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        read_only_but_for("/lib/firmware/mine/", monkeypatch)
        (tmp_path / "out.elf").write_bytes(BUILD)
        await act(far, Verb.BOOT)
        await act(far, Verb.WATCH, str(tmp_path / "out.elf"))
        await until(far, lambda: "write a folder of yours to /sys/module/firmware_class" in watch(far).message)
        await act(far, Verb.WATCH, "off")
        await plain_host.write("/sys/module/firmware_class/parameters/path", b"/lib/firmware/mine")
        await act(far, Verb.WATCH, str(tmp_path / "out.elf"))
        await until(far, reloaded(far))
        assert os.listdir(firmware_folder / "mine") == [m4(far).firmware]
        await act(far, Verb.STOP)
        await act(far, Verb.WATCH, "off")
        assert os.listdir(firmware_folder / "mine") == []
