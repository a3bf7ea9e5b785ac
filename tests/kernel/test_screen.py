"""The program on a terminal of this machine, driven by keys, over this machine's own kernel.

In the tree the glyph of a state says that no action is under way any more: only then the next key is pressed.
"""

from __future__ import annotations

import asyncio
import pathlib
import re
import sys
from collections.abc import AsyncIterator, Callable

import pyte
import pytest_asyncio

from tests.bench.terminal import Terminal
from tests.conformance.images import firmware
from tests.conformance.machine import Machine

COLUMNS, ROWS = 120, 40
TREE = 27
"""Columns of the tree of processors."""
DUMPED = 0x1000 + 0x2000 + 0x8000
"""Bytes of memory that the driver has dumped."""
PATIENCE = 300.0
"""Seconds; the first picture takes 20 of them where QEMU translates every instruction and others are at work too."""


class Picture:
    """What somebody in front of the terminal sees."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._drawn = 0
        self._lines = [""] * ROWS
        self.text = ""
        """All of it; only lines that changed are made anew, since that takes long where QEMU translates."""

    def press(self, keys: str) -> None:
        self._terminal.press(keys)

    async def shows(self, *texts: str) -> str:
        """Wait until all of it stands on the screen at once; the whole screen then."""
        await self._until(lambda: all(text in self.text for text in texts), f"{texts} did not come")
        return self.text

    async def select(self, name: str) -> None:
        """Move to a processor; its number, and so its place in the tree, depends on what was bound when."""
        selected = re.search(r"─ (\S+) · remoteproc", await self.shows("· remoteproc", name))
        assert selected is not None
        down = self._row(name) - self._row(selected[1])
        self.press("j" * down + "k" * -down)
        await self.shows(f"─ {name} · remoteproc")

    def _row(self, name: str) -> int:
        return next(row for row, line in enumerate(self._lines) if f" {name} " in line[:TREE])

    async def crash(self) -> None:
        """Crash the selected processor on purpose, by the first of the ways that are offered."""
        self.press("x")
        await self.shows("watchdog")
        self.press("\r")
        await self.shows("on purpose?")
        self.press("y")
        await self.hides("on purpose?")

    async def hides(self, text: str) -> None:
        """Wait until a text stands nowhere on the screen."""
        await self._until(lambda: text not in self.text, f"{text} did not go")

    async def loses(self, name: str) -> None:
        """Wait until a processor is not in the tree any more; a notice may still speak of it."""
        await self._until(
            lambda: all(f" {name} " not in line[:TREE] for line in self._lines), f"{name} did not leave the tree"
        )

    async def _until(self, condition: Callable[[], bool], otherwise: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    await self.look()
        except TimeoutError:
            raise AssertionError(f"{otherwise}:\n{self.text}") from None

    async def look(self) -> None:
        """Take what has come until now."""
        await asyncio.to_thread(self._terminal.pump, 0.1)
        if self._drawn == len(self._terminal.received):
            return
        self._stream.feed(bytes(self._terminal.received[self._drawn :]))
        self._drawn = len(self._terminal.received)
        for row in self._screen.dirty:
            cells = self._screen.buffer[row]
            self._lines[row] = "".join(cells[column].data for column in range(COLUMNS))
        self._screen.dirty.clear()
        self.text = "\n".join(self._lines)


@pytest_asyncio.fixture
async def picture(machine: Machine, tmp_path: pathlib.Path) -> AsyncIterator[Picture]:
    """The program, just started, over a machine at rest; what it keeps is in the test's own folder.

    The processor that is looked at is bound anew: what became of it in other tests, as a loop of crashes, is over.
    """
    await machine.m4.rebind()
    own = {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with Terminal([sys.executable, "-m", "rproc_tui"], columns=COLUMNS, rows=ROWS, env=own) as terminal:
        yield Picture(terminal)


async def test_keys_boot_crash_recover_and_stop_a_processor(picture: Picture, machine: Machine) -> None:
    await picture.shows("vr-m4", "vr-r5", "vr-dsp", "offline", "detached")
    await picture.select("vr-m4")
    picture.press("b")
    await picture.shows("● vr-m4 ", "tick ")
    picture.press("R")
    await picture.shows("● vr-m4 ", "recovery  disabled")
    await picture.crash()
    await picture.shows("✖ vr-m4 ")
    picture.press("b")
    await picture.shows("Recover")
    picture.press("y")
    await picture.shows("● vr-m4 ")
    assert await machine.m4.state() == "running"
    picture.press("s")
    await machine.m4.becomes("offline")


async def test_a_processor_that_is_unbound_while_it_is_selected_leaves_the_screen(
    picture: Picture, machine: Machine
) -> None:
    await picture.shows("vr-m4", "vr-r5", "vr-dsp")
    await picture.select("vr-m4")
    picture.press("b")
    await picture.shows("● vr-m4 ")
    await machine.m4.unbind()
    await picture.loses("vr-m4")
    await machine.m4.bind()
    await picture.shows("vr-m4")


async def test_everything_else_goes_on_while_a_start_takes_half_a_minute(
    picture: Picture, machine: Machine, tmp_path: pathlib.Path
) -> None:
    await machine.choose(machine.r5, "slow.elf", firmware(start_delay=30_000, banner="at last"))
    await picture.shows("vr-m4", "vr-r5", "vr-dsp")
    await picture.select("vr-r5")
    picture.press("b")
    await picture.shows("booting")
    await picture.select("vr-m4")
    picture.press("b")
    await picture.shows("● vr-m4 ", "tick ")
    assert await machine.r5.state() == "offline"

    picture.press("c")
    await picture.shows("● vr-m4 ", "coredump enabled")
    await picture.crash()
    await picture.shows("crashes   1", "● vr-m4 ", "`5` shows")
    picture.press("c")
    await picture.shows("● vr-m4 ", "is kept already")
    (dump,) = (tmp_path / "state").rglob("dump.core")
    assert dump.stat().st_size > DUMPED

    await machine.install("vrproc-0.elf", firmware(banner="the next build"))
    picture.press("r")
    await picture.shows("the next build")

    await picture.select("vr-r5")
    await picture.shows("at last")
    assert await machine.r5.state() == "running"


async def test_an_inline_dump_is_read_at_once_so_that_the_recovery_need_not_wait(
    picture: Picture, machine: Machine, tmp_path: pathlib.Path
) -> None:
    await machine.m4.write("coredump", "inline")
    await picture.shows("vr-m4", "vr-r5", "vr-dsp")
    await picture.select("vr-m4")
    picture.press("b")
    await picture.shows("● vr-m4 ")
    await picture.crash()
    await picture.shows("crashes   1", "● vr-m4 ", "`5` shows")
    (dump,) = (tmp_path / "state").rglob("dump.core")
    assert dump.stat().st_size > DUMPED
