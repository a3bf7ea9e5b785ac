"""However a watched file is saved, linked, cut or removed: only whole builds start, and the last good one runs at last.

`RPROC_TUI_SAVES=500` makes the number of saves another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import pathlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.emulator.board import load_board
from rproc_tui.hosts.emulated.firmware_folder import furnish
from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.emulated.kernel import SoftKernel
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor, State
from rproc_tui.model.watch import WatchState
from rproc_tui.remoteproc.profile import DEFAULT_PROFILE
from tests.controller.conftest import processor

pytestmark = pytest.mark.emulator

SAVES = int(os.environ.get("RPROC_TUI_SAVES", "25"))
SETTLE = 0.04
AT_REST = 30.0
"""Seconds in which what was begun must have come to its end, on a busy machine."""


class RecordingMount(FirmwareMount):
    """A firmware folder that knows what the kernel read of it."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.read: list[str] = []

    def read_as_kernel(self, path: str) -> bytes:
        content = super().read_as_kernel(path)
        self.read.append(hashlib.sha256(content).hexdigest())
        return content


class Saves:
    """Everything that may happen to the watched file; `good` is the last whole build that was left there."""

    def __init__(self, demo: Controller, path: pathlib.Path, elsewhere: pathlib.Path, chance: random.Random) -> None:
        self._demo = demo
        self._path = path
        self._elsewhere = elsewhere
        self._chance = chance
        self._bases = [path.read_bytes(), path.with_name("hub-next.elf").read_bytes()]
        self._number = 0
        self._acts: set[asyncio.Task[object]] = set()
        self.whole: set[str] = {hashlib.sha256(base).hexdigest() for base in self._bases}

    @property
    def kinds(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            self.in_place, self.renamed, self.linked, self.slowly, self.in_two_parts, self.truncated, self.empty,
            self.linked_to_half, self.removed, self.directory, self.fifo, self.burst, self.during_a_boot,
            self.during_a_crash, self.half_during_a_crash,
        ]  # fmt: skip

    def build(self) -> bytes:
        """Another whole build: bytes behind the end of an ELF file belong to it and change nothing."""
        self._number += 1
        content = self._chance.choice(self._bases) + b"%08d" % self._number
        self.whole.add(hashlib.sha256(content).hexdigest())
        return content

    def half(self) -> bytes:
        return self._bases[0][: self._chance.randrange(1, len(self._bases[0]))]

    async def pause(self, most: float) -> None:
        await asyncio.sleep(self._chance.uniform(0, most))

    def clear(self) -> None:
        if self._path.is_dir() and not self._path.is_symlink():
            self._path.rmdir()
        elif os.path.lexists(self._path):
            self._path.unlink()

    def writable(self) -> pathlib.Path:
        """The path, with no more than a file in its way."""
        if not self._path.is_file() or self._path.is_symlink():
            self.clear()
        return self._path

    async def in_place(self) -> None:
        self.writable().write_bytes(self.build())

    async def renamed(self) -> None:
        self.put(self.build())

    def put(self, content: bytes) -> None:
        part = self._elsewhere / "build.part"
        part.write_bytes(content)
        part.replace(self.writable())

    async def linked(self) -> None:
        self.link(self.build())

    def link(self, content: bytes) -> None:
        self._number += 1
        target = self._elsewhere / f"build-{self._number}.elf"
        target.write_bytes(content)
        link = self._elsewhere / "link"
        link.symlink_to(target)
        self.writable()
        link.replace(self._path)

    async def slowly(self) -> None:
        content = self.build()
        with self.writable().open("wb") as file:
            for at in range(0, len(content), 16384):
                file.write(content[at : at + 16384])
                file.flush()
                await self.pause(SETTLE * 2)

    async def in_two_parts(self) -> None:
        """As a copy that is broken off and taken up: closed in between, for longer than it takes to settle."""
        content, path = self.build(), self.writable()
        cut = self._chance.randrange(1, len(self._bases[0]))
        path.write_bytes(content[:cut])
        await self.pause(SETTLE * 4)
        with path.open("ab") as file:
            file.write(content[cut:])

    async def truncated(self) -> None:
        self.writable().write_bytes(self.half())

    async def empty(self) -> None:
        self.writable().write_bytes(b"")

    async def linked_to_half(self) -> None:
        self.link(self.half())

    async def removed(self) -> None:
        self.clear()

    async def directory(self) -> None:
        self.clear()
        self._path.mkdir()

    async def fifo(self) -> None:
        self.clear()
        os.mkfifo(self._path)

    async def burst(self) -> None:
        for _ in range(10):
            await self._chance.choice([self.in_place, self.renamed, self.truncated])()
            await self.pause(SETTLE / 2)

    async def during_a_boot(self) -> None:
        await self.act(Verb.STOP)
        self.begin(Verb.BOOT)
        await self.pause(0.02)
        await self._chance.choice([self.in_place, self.renamed, self.truncated, self.in_two_parts])()

    async def during_a_crash(self) -> None:
        self.begin(Verb.CRASH, self._chance.choice(["fatal", "watchdog", "0x101"]))
        await self.pause(0.02)
        await self._chance.choice([self.in_place, self.renamed, self.linked])()

    async def half_during_a_crash(self) -> None:
        await self.truncated()
        self.begin(Verb.CRASH, "fatal")
        await self.pause(0.02)
        await self._chance.choice([self.truncated, self.directory, self.removed, self.in_two_parts])()

    async def act(self, verb: Verb, argument: str | None = None) -> None:
        await self._demo.act(self.m4.key, verb, argument)

    def begin(self, verb: Verb, argument: str | None = None) -> None:
        task: asyncio.Task[object] = asyncio.create_task(self.act(verb, argument))
        self._acts.add(task)
        task.add_done_callback(self._acts.discard)

    async def end_of_acts(self) -> None:
        await asyncio.gather(*self._acts)

    @property
    def m4(self) -> Processor:
        return processor(self._demo, "m4")


@pytest.fixture
def mount(tmp_path: pathlib.Path) -> RecordingMount:
    return RecordingMount(str(tmp_path / "firmware"))


@pytest.fixture
async def demo(tmp_path: pathlib.Path, mount: RecordingMount) -> AsyncIterator[Controller]:
    board = load_board(None)
    furnish(mount.folder, board.firmware_folder)
    host = EmulatedHost("demo", board, SoftKernel(DEFAULT_PROFILE, SystemClock(), mount), mount)
    settings = Settings(settle=SETTLE, state_every=0.02, state_folder=str(tmp_path / "state"))
    controller = Controller([host], clock=SystemClock(), settings=settings)
    await controller.start()
    yield controller
    await controller.close()


async def eventually(demo: Controller, condition: Callable[[], bool]) -> None:
    """Wait for it, and show how everything stands when it does not come."""
    changed = asyncio.Event()
    unsubscribe = demo.subscribe(lambda _change: changed.set())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(AT_REST):
            while not condition():
                await changed.wait()
                changed.clear()
    unsubscribe()
    assert condition(), processor(demo, "m4")


def runs(saves: Saves, demo: Controller, content: bytes) -> bool:
    image = demo.firmware(saves.m4.key)
    digest = hashlib.sha256(content).hexdigest()
    return saves.m4.state is State.RUNNING and image is not None and image.sha256 == digest


async def test_no_half_build_starts_the_last_good_one_runs_at_last_and_nothing_is_left_behind(
    demo: Controller, mount: RecordingMount, tmp_path: pathlib.Path
) -> None:
    elsewhere = tmp_path / "build"
    elsewhere.mkdir()
    path = pathlib.Path(mount.folder) / "hub.elf"
    before = set(os.listdir(mount.folder))
    chance = random.Random(20)  # noqa: S311 (the same saves each time)
    saves = Saves(demo, path, elsewhere, chance)
    await saves.act(Verb.STOP)
    await saves.act(Verb.WATCH)
    await saves.act(Verb.BOOT)
    for _ in range(SAVES):
        await chance.choice(saves.kinds)()
        await saves.pause(SETTLE * chance.choice([1, 4, 10]))
    await saves.end_of_acts()
    if saves.m4.state is State.OFFLINE:
        await saves.act(Verb.BOOT)
    last = saves.build()
    saves.put(last)
    await eventually(demo, lambda: runs(saves, demo, last))
    saves.put(saves.half())
    await eventually(demo, lambda: (watch := saves.m4.watch) is not None and watch.state is WatchState.REJECTED)
    assert runs(saves, demo, last)
    staged = set(os.listdir(mount.folder)) - before
    assert staged == {saves.m4.firmware}
    await saves.act(Verb.STOP)
    await saves.act(Verb.WATCH, "off")
    assert saves.m4.firmware == "hub.elf"
    assert set(os.listdir(mount.folder)) == before
    assert set(mount.read) - saves.whole - other_firmware(mount) == set()


def other_firmware(mount: RecordingMount) -> set[str]:
    """Of the board's other processors."""
    files = [file for file in pathlib.Path(mount.folder).iterdir() if file.name not in ("hub.elf", ".shipped.json")]
    return {hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
