"""Firmware that does not start, or crashes in its first seconds, gives way to the last one that proved itself."""

from __future__ import annotations

import hashlib
import os
import pathlib
from collections.abc import AsyncIterator

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.linux.staged_name import is_staged
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import Processor, State
from rproc_tui.model.watch import WatchState
from tests.controller.conftest import processor, until
from tests.plain_board import PlainBoard, firmware

GOOD = firmware(b"\x70\x47" * 20)
BETTER = firmware(b"\x70\x47" * 30)
DOES_NOT_START = firmware(address=0x2000_0000)
OWN = ["dsp.elf", "m4.elf"]


@pytest.fixture
async def trying(plain_host: EmulatedHost, tmp_path: pathlib.Path) -> AsyncIterator[Controller]:
    """A controller that rolls back, with trials of a short second; m4 runs."""
    settings = Settings(state_every=0.0, settle=0.03, rollback=True, trial=0.4, state_folder=str(tmp_path / "state"))
    controller = Controller([plain_host], clock=SystemClock(), settings=settings)
    await controller.start()
    await act(controller, Verb.BOOT)
    yield controller
    await controller.close()


async def act(controller: Controller, verb: Verb, argument: str | None = None) -> Outcome:
    return await controller.act(processor(controller).key, verb, argument)


def m4(controller: Controller) -> Processor:
    return processor(controller)


def rejected(controller: Controller) -> bool:
    watch = m4(controller).watch
    return watch is not None and watch.state is WatchState.REJECTED


async def trial(controller: Controller) -> Outcome | None:
    return await controller.trial(m4(controller).key)


class TestAWatch:
    async def test_a_build_that_does_not_start_gives_way_to_what_ran_before(
        self, trying: Controller, firmware_folder: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        await act(trying, Verb.WATCH)
        (firmware_folder / "m4.elf").write_bytes(DOES_NOT_START)
        await until(trying, lambda: rejected(trying))
        watch = m4(trying).watch
        assert watch is not None
        assert "m4 runs the last good firmware again" in watch.message
        assert m4(trying).state is State.RUNNING
        assert bytes(plain_board.drivers["m4"].memory[:4]) == b"\x70\x47\0\0"
        assert len(os.listdir(firmware_folder)) == len(OWN) + 1

    async def test_a_crash_in_the_first_seconds_counts_as_a_start_that_failed(
        self, trying: Controller, firmware_folder: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        await act(trying, Verb.WATCH)
        (firmware_folder / "m4.elf").write_bytes(GOOD)
        await until(trying, lambda: (watch := m4(trying).watch) is not None and watch.reloads == 1)
        await act(trying, Verb.CRASH)
        await until(trying, lambda: rejected(trying))
        watch = m4(trying).watch
        assert watch is not None
        assert "crashed 0." in watch.message
        assert "the last good firmware again" in watch.message
        image = trying.firmware(m4(trying).key)
        assert image is not None
        assert image.sha256 == hashlib.sha256(firmware()).hexdigest()

    async def test_a_build_that_ran_for_long_enough_is_the_next_good_one(
        self, trying: Controller, firmware_folder: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        await act(trying, Verb.WATCH)
        (firmware_folder / "m4.elf").write_bytes(GOOD)
        await until(trying, lambda: (watch := m4(trying).watch) is not None and watch.reloads == 1)
        assert await trial(trying) is None
        (firmware_folder / "m4.elf").write_bytes(DOES_NOT_START)
        await until(trying, lambda: rejected(trying))
        assert bytes(plain_board.drivers["m4"].memory[:42]) == b"\x70\x47" * 20 + b"\0\0"

    async def test_a_stop_by_hand_ends_the_trial_and_is_no_failure(
        self, trying: Controller, firmware_folder: pathlib.Path
    ) -> None:
        await act(trying, Verb.WATCH)
        (firmware_folder / "m4.elf").write_bytes(GOOD)
        await until(trying, lambda: (watch := m4(trying).watch) is not None and watch.reloads == 1)
        await act(trying, Verb.STOP)
        assert await trial(trying) is None
        assert m4(trying).state is State.OFFLINE


class TestAReloadByHand:
    async def test_it_goes_back_to_the_one_that_a_reload_before_proved(
        self, trying: Controller, firmware_folder: pathlib.Path, plain_board: PlainBoard
    ) -> None:
        (firmware_folder / "m4.elf").write_bytes(GOOD)
        assert (await act(trying, Verb.RELOAD)).ok
        assert await trial(trying) is None
        (firmware_folder / "m4.elf").write_bytes(DOES_NOT_START)
        outcome = await act(trying, Verb.RELOAD)
        assert outcome.result is Result.FAILED
        assert "m4 runs the last good firmware again" in outcome.message
        assert is_staged(str(m4(trying).firmware))
        assert bytes(plain_board.drivers["m4"].memory[:40]) == b"\x70\x47" * 20

    async def test_the_next_reload_is_one_of_its_own_file_again_and_leaves_nothing_behind(
        self, trying: Controller, firmware_folder: pathlib.Path
    ) -> None:
        await act(trying, Verb.RELOAD)
        await trial(trying)
        (firmware_folder / "m4.elf").write_bytes(DOES_NOT_START)
        await act(trying, Verb.RELOAD)
        (firmware_folder / "m4.elf").write_bytes(BETTER)
        outcome = await act(trying, Verb.RELOAD)
        assert (outcome.result, m4(trying).firmware) == (Result.DONE, "m4.elf")
        assert sorted(os.listdir(firmware_folder)) == OWN

    async def test_without_a_last_good_one_it_says_so(self, trying: Controller, firmware_folder: pathlib.Path) -> None:
        (firmware_folder / "m4.elf").write_bytes(DOES_NOT_START)
        outcome = await act(trying, Verb.RELOAD)
        assert "there is no last good firmware to go back to" in outcome.message
        assert m4(trying).state is State.OFFLINE

    async def test_the_last_good_one_outlives_the_program_and_is_its_owners_alone(
        self, trying: Controller, tmp_path: pathlib.Path
    ) -> None:
        await act(trying, Verb.RELOAD)
        await trial(trying)
        (kept,) = (tmp_path / "state" / "last-good").iterdir()
        assert kept.read_bytes() == firmware()
        assert kept.parent.stat().st_mode & 0o077 == 0
