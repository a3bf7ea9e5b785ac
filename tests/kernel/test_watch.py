"""The watch over a real kernel: which file it reads at a start and at a recovery, and when it takes a name."""

from __future__ import annotations

import errno
import os
import pathlib
from collections.abc import Awaitable, Callable

import pytest

from rproc_tui.controller.controller import Controller
from rproc_tui.linux.staged_name import is_staged
from rproc_tui.model.outcome import Outcome, Result, Verb
from rproc_tui.model.processor import Processor, State
from tests.conformance.images import firmware
from tests.conformance.machine import FIRMWARE, Machine
from tests.conformance.patience import until

OWN = "vrproc-0.elf"
FIRMWARE_FILE = "/sys/class/remoteproc/remoteproc0/firmware"


def m4(controller: Controller) -> Processor:
    return next(found for found in controller.snapshot.processors if found.name == "vr-m4")


def so(condition: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return condition()

    return look


async def done(controller: Controller, verb: Verb, argument: str | None = None) -> Outcome:
    outcome = await controller.act(m4(controller).key, verb, argument)
    assert outcome.result is Result.DONE, outcome
    return outcome


def staged() -> list[str]:
    return [name for name in os.listdir(FIRMWARE) if is_staged(name)]


def said(controller: Controller, text: str) -> int:
    ring = controller.trace(m4(controller).key)
    return sum(text in line.text for line in ring.lines(ring.start, ring.stop))


async def reloaded(controller: Controller, times: int, banner: str) -> None:
    """Wait until a reload is over and its build speaks."""

    def over() -> bool:
        watch = m4(controller).watch
        return watch is not None and watch.reloads == times and said(controller, banner) == 1

    await until(so(over), f"reload {times}, {banner}")


@pytest.fixture
async def built(controller: Controller, tmp_path: pathlib.Path) -> pathlib.Path:
    """A file that is watched for vr-m4, which runs another build of it."""
    built = tmp_path / "out.elf"
    await done(controller, Verb.BOOT)
    built.write_bytes(firmware(banner="build one"))
    await done(controller, Verb.WATCH, str(built))
    await reloaded(controller, 1, "build one")
    return built


async def test_a_build_is_loaded_by_a_name_of_its_own_which_the_kernel_takes_only_offline(
    controller: Controller, built: pathlib.Path, machine: Machine
) -> None:
    assert staged() == [m4(controller).firmware]
    with pytest.raises(OSError, match="busy") as refused:
        await machine.host.write(FIRMWARE_FILE, OWN.encode())
    assert refused.value.errno == errno.EBUSY
    built.write_bytes(firmware(banner="build two"))
    await reloaded(controller, 2, "build two")
    assert staged() == [m4(controller).firmware]


async def test_a_recovery_while_half_a_build_lies_there_starts_the_one_that_ran(
    controller: Controller, built: pathlib.Path
) -> None:
    built.write_bytes(firmware(banner="build two")[:-60])
    await done(controller, Verb.CRASH)
    await until(so(lambda: said(controller, "build one") == 2), "the first build speaks again")
    assert said(controller, "build two") == 0


async def test_its_own_name_comes_back_at_the_stop_after_the_watch(controller: Controller, built: pathlib.Path) -> None:
    assert built.exists()
    assert f"goes back to {OWN}" in (await done(controller, Verb.WATCH, "off")).message
    await done(controller, Verb.STOP)
    assert (m4(controller).firmware, staged()) == (OWN, [])


async def test_before_the_first_reload_the_recovery_waits_until_the_watched_file_is_whole(
    controller: Controller, machine: Machine
) -> None:
    path = pathlib.Path(FIRMWARE) / OWN
    content = path.read_bytes()
    await done(controller, Verb.BOOT)
    await done(controller, Verb.WATCH)
    try:
        path.write_bytes(content[:-60])
        await done(controller, Verb.CRASH)
        assert m4(controller).state is State.CRASHED
        path.write_bytes(firmware(banner="build two"))
        await until(so(lambda: said(controller, "build two") > 0), "the whole build speaks")

        async def enabled() -> bool:
            return await machine.host.read("/sys/class/remoteproc/remoteproc0/recovery") == b"enabled\n"

        await until(enabled, "the kernel recovers it again")
    finally:
        path.write_bytes(content)
