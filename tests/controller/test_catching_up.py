"""What a kernel said before we came is history: it is no event, and captures no crash, however slowly it is read."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import AsyncIterator

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.crash_folder import folder_names
from rproc_tui.controller.settings import Settings
from rproc_tui.model.event import EventKind
from rproc_tui.model.kernel_log import KernelLine
from tests.controller.conftest import processor, until
from tests.linux.board import processor as files_of
from tests.linux.memory_host import Entry, MemoryHost

OLD = 200
"""Lines that are there already; every fifth begins a crash."""


class TalkativeHost(MemoryHost):
    """Its log gives everybody else a turn after so many lines, as /dev/kmsg is read."""

    def __init__(self, files: dict[str, Entry], turn: int) -> None:
        super().__init__(files)
        self.turn = turn
        self.news: asyncio.Queue[KernelLine] = asyncio.Queue()

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        for number in range(OLD):
            yield line(number, number // 5 + 1)
            if number % self.turn == self.turn - 1:
                await asyncio.sleep(0)
        while True:
            yield await self.news.get()


def line(number: int, crash: int) -> KernelLine:
    texts = (
        "crash detected in m4: type watchdog",
        f"handling crash #{crash} in m4",
        "recovering m4",
        "stopped remote processor m4",
        "remote processor m4 is now up",
    )
    return KernelLine(number, number / 10, 3, f"remoteproc remoteproc0: {texts[number % 5]}", "remoteproc")


@pytest.mark.parametrize("turn", [1, 16, OLD + 1])
async def test_old_lines_are_read_but_not_told(tmp_path: pathlib.Path, turn: int) -> None:
    host = TalkativeHost(files_of(0, "soc/10000000.m4", state="running"), turn)
    settings = Settings(state_folder=str(tmp_path), capture=True)
    controller = Controller([host], clock=SystemClock(), settings=settings)
    await controller.start()
    try:
        assert processor(controller).crashes == OLD // 5
        host.news.put_nowait(line(OLD, OLD // 5 + 1))
        host.news.put_nowait(line(OLD + 1, OLD // 5 + 1))
        await until(controller, lambda: processor(controller).crashes == OLD // 5 + 1)
        await until(controller, lambda: any(event.kind is EventKind.CAPTURED for event in controller.events))
        assert sum(event.kind is EventKind.KERNEL for event in controller.events) == 1
        assert len(folder_names(str(tmp_path))) == 1
    finally:
        await controller.close()
