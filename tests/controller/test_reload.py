"""A watched file that changes is taken when it would boot, and only then."""

from __future__ import annotations

import asyncio
import os
import pathlib
from collections.abc import Callable

import pytest

from rproc_tui.controller.controller import Controller
from rproc_tui.controller.reloader import Reloader
from rproc_tui.controller.source_file import Build
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import State
from rproc_tui.model.watch import WatchState
from tests.controller.conftest import processor, until
from tests.plain_board import PlainBoard, firmware


@pytest.fixture
async def watched(controller: Controller, firmware_folder: pathlib.Path) -> pathlib.Path:
    """The firmware file of m4, which runs and is watched."""
    await controller.act(processor(controller).key, Verb.BOOT)
    outcome = await controller.act(processor(controller).key, Verb.WATCH)
    assert outcome.result is Result.DONE
    return firmware_folder / "m4.elf"


def replace(path: pathlib.Path, content: bytes) -> None:
    other = path.with_name(".build")
    other.write_bytes(content)
    other.replace(path)


def says(controller: Controller, words: str) -> bool:
    watch = processor(controller).watch
    return watch is not None and words in watch.message


async def test_another_build_is_loaded_by_itself_and_the_difference_is_shown(
    controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
) -> None:
    replace(watched, firmware(b"\x70\x47" * 512))
    await until(controller, lambda: (watch := processor(controller).watch) is not None and watch.reloads == 1)
    watch = processor(controller).watch
    assert watch is not None
    assert (watch.state, watch.message) == (WatchState.WAITING, "text +1022 B, table unchanged")
    assert processor(controller).state is State.RUNNING
    assert plain_board.drivers["m4"].starts == 2
    assert plain_board.processors["m4"].power == 1


async def test_half_a_file_leaves_the_running_firmware_alone_and_says_why(
    controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
) -> None:
    watched.write_bytes(firmware()[:-100])
    await until(
        controller, lambda: (watch := processor(controller).watch) is not None and watch.state is WatchState.REJECTED
    )
    watch = processor(controller).watch
    assert watch is not None
    assert watch.message
    assert processor(controller).state is State.RUNNING
    assert plain_board.drivers["m4"].starts == 1


async def test_after_a_rejected_file_a_good_one_is_taken(
    controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
) -> None:
    watched.write_bytes(b"not firmware at all")
    await until(
        controller, lambda: (watch := processor(controller).watch) is not None and watch.state is WatchState.REJECTED
    )
    replace(watched, firmware(b"\x70\x47" * 64))
    await until(controller, lambda: plain_board.drivers["m4"].starts == 2)


async def test_the_same_bytes_again_are_no_reason_to_restart(
    controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
) -> None:
    replace(watched, firmware())
    await until(controller, lambda: (watch := processor(controller).watch) is not None and "unchanged" in watch.message)
    assert plain_board.drivers["m4"].starts == 1


async def test_a_file_that_goes_away_is_shown_as_missing(controller: Controller, watched: pathlib.Path) -> None:
    watched.unlink()
    await until(
        controller, lambda: (watch := processor(controller).watch) is not None and watch.state is WatchState.MISSING
    )
    assert processor(controller).state is State.RUNNING


async def test_the_watch_can_be_switched_off(controller: Controller, watched: pathlib.Path) -> None:
    await controller.act(processor(controller).key, Verb.WATCH, "off")
    assert processor(controller).watch is None


async def test_a_processor_that_was_stopped_by_hand_is_not_started_by_a_save(
    controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
) -> None:
    await controller.act(processor(controller).key, Verb.STOP)
    replace(watched, firmware(b"\x70\x47" * 77))
    await until(
        controller, lambda: (watch := processor(controller).watch) is not None and "`b` boots it" in watch.message
    )
    assert processor(controller).state is State.OFFLINE
    assert plain_board.drivers["m4"].starts == 1


async def test_a_crashed_processor_keeps_its_memory_when_a_new_build_comes(
    controller: Controller, watched: pathlib.Path
) -> None:
    await controller.act(processor(controller).key, Verb.RECOVERY, "off")
    await controller.act(processor(controller).key, Verb.CRASH)
    await until(controller, lambda: processor(controller).state is State.CRASHED)
    replace(watched, firmware(b"\x70\x47" * 78))
    await until(
        controller,
        lambda: (watch := processor(controller).watch) is not None and "memory of the crash" in watch.message,
    )
    assert processor(controller).state is State.CRASHED


async def test_a_build_that_started_and_crashed_at_once_is_not_started_again_by_the_watch(
    controller: Controller, watched: pathlib.Path, plain_board: PlainBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    reload = Reloader._act  # the crash has to come before the watch hears how its reload ended

    async def reload_and_crash(reloader: Reloader, build: Build) -> Outcome:
        outcome = await reload(reloader, build)
        await controller.act(processor(controller).key, Verb.CRASH)
        await until(controller, lambda: processor(controller).state is State.CRASHED)
        return outcome

    monkeypatch.setattr(Reloader, "_act", reload_and_crash)
    await controller.act(processor(controller).key, Verb.RECOVERY, "off")
    replace(watched, firmware(b"\x70\x47" * 64))
    await until(controller, lambda: says(controller, "the memory of the crash is lost then"))
    for _ in range(1000):  # it is refused while the watch is looking
        if (await controller.act(processor(controller).key, Verb.STOP)).ok:
            break
        await asyncio.sleep(0.002)
    await until(controller, lambda: says(controller, "boots it"))
    watch = processor(controller).watch
    assert watch is not None
    assert watch.message == "the build that ran last is the newest: `b` boots it"
    assert (processor(controller).state, plain_board.drivers["m4"].starts) == (State.OFFLINE, 2)


async def test_a_build_for_other_memory_does_not_take_the_processor_down(
    controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
) -> None:
    replace(watched, firmware(trace=False))
    await until(controller, lambda: (watch := processor(controller).watch) is not None and "no usable" in watch.message)
    assert processor(controller).state is State.RUNNING
    assert plain_board.drivers["m4"].starts == 1


def empty(path: pathlib.Path) -> None:
    path.write_bytes(b"")


def directory(path: pathlib.Path) -> None:
    path.unlink()
    path.mkdir()


def fifo(path: pathlib.Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(("put", "said"), [(empty, "empty"), (directory, "directory"), (fifo, "no regular file")])
async def test_what_is_no_firmware_is_called_what_it_is(
    controller: Controller, watched: pathlib.Path, put: Callable[[pathlib.Path], None], said: str
) -> None:
    put(watched)
    await until(controller, lambda: (watch := processor(controller).watch) is not None and said in watch.message)
    assert processor(controller).state is State.RUNNING
    assert processor(controller).firmware_local_path == str(watched)


async def test_when_the_new_firmware_does_not_start_the_watch_says_that_it_is_down_and_takes_the_next_build(
    controller: Controller, watched: pathlib.Path, plain_board: PlainBoard
) -> None:
    replace(watched, firmware(address=0x2000_0000))
    await until(
        controller, lambda: (watch := processor(controller).watch) is not None and "m4 is offline" in watch.message
    )
    replace(watched, firmware(b"\x70\x47" * 79))
    await until(controller, lambda: processor(controller).state is State.RUNNING)
