"""Crashes in a row: every one is counted, the disk's bound is kept, and nothing grows.

`RPROC_TUI_CRASHES=1000` makes it a thousand of each.
"""

from __future__ import annotations

import importlib.util
import os
import pathlib
from dataclasses import dataclass

import pytest

from rproc_tui.controller.controller import Controller
from rproc_tui.controller.crash_folder import files_of, folder_names
from rproc_tui.controller.crash_space import CrashSpace
from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.kernel_fact import Kind
from tests.conformance.hosts import emulated
from tests.controller.conftest import processor, until
from tests.controller.crash_rig import NAME, boot, capturing, report_crash
from tests.demo_board import demo_board

CRASHES = os.environ.get("RPROC_TUI_CRASHES")
NULL_WRITE = b"257"
"""The mailbox word at which the demo board's laboratory dies of a real fault."""
NEEDS_EMULATOR = pytest.mark.skipif(importlib.util.find_spec("unicorn") is None, reason="needs the emulator extra")
GROWTH_MOST = 24 * 1024 * 1024
"""Bytes that the process may be larger in the end than when a part of the crashes was over."""


@dataclass(frozen=True)
class Crasher:
    """A processor that can be crashed again and again."""

    name: str
    crashes: int
    """As many as there is time for in an ordinary run."""
    most: int
    """Bytes on disk; a dozen crashes with their dumps."""

    def host(self, folder: pathlib.Path) -> Host:
        folder.mkdir()
        return emulated("v6.12", str(folder)) if self.name == NAME else demo_board(str(folder))

    async def die(self, controller: Controller, host: Host) -> None:
        if self.name == NAME:
            await report_crash(controller, host)
        else:
            await host.write(paths.debug_file(processor(controller, self.name).id, "mailbox"), NULL_WRITE)

    async def die_and_recover(self, controller: Controller, host: Host, number: int) -> None:
        """Wait until the kernel has recovered it: a crash of one that is off would only be reported."""
        await self.die(controller, host)
        await until(
            controller, lambda: processor(controller, self.name).crashes == number and is_up(controller, self.name)
        )


CRASHERS = [
    Crasher(NAME, 50, 300_000),
    pytest.param(Crasher("lab", 10, 3_000_000), marks=[pytest.mark.emulator, NEEDS_EMULATOR]),
]


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def on_disk(state: pathlib.Path) -> int:
    """Bytes of all crashes; what several share counts once."""
    by_inode: dict[int, int] = {}
    for name in folder_names(str(state)):
        by_inode |= files_of(str(state / "crashes" / name))
    return sum(by_inode.values())


@pytest.mark.parametrize("crasher", CRASHERS, ids=["a driver that reports", "the demo board"])
async def test_crashes_in_a_row_are_counted_and_stay_within_the_bound(tmp_path: pathlib.Path, crasher: Crasher) -> None:
    host, name, state = crasher.host(tmp_path / "firmware"), crasher.name, tmp_path / "state"
    crashes = crasher.crashes if CRASHES is None else int(CRASHES)
    async with capturing(host, state, crashes_most=crasher.most) as controller:
        await boot(controller, host, name)
        await host.write(f"/sys/class/remoteproc/{processor(controller, name).id}/coredump", b"enabled")
        size = 0
        for number in range(1, crashes + 1):
            await crasher.die_and_recover(controller, host, number)
            if number == crashes // 3:
                size = resident()
            if number % 10 == 0:
                with space_of(controller)._lock:  # what goes and what comes between two folders would count twice
                    assert on_disk(state) <= crasher.most
        assert controller._recorder is not None
        await controller._recorder._tasks.drain(10)
        assert processor(controller, name).crashes == crashes
        history = await controller.crash_history()
        life = controller._recorder._lives[processor(controller, name).key]
        assert (history[0].number or 0) + life.missed == crashes
        assert len({record.number for record in history}) == len(history), "a crash that was none"
        print(f"{crashes} crashes of {name}, {len(history)} kept, grown by {(resident() - size) >> 10} KiB")
        assert resident() - size < GROWTH_MOST
        assert life.under_way == 0
    assert on_disk(state) <= crasher.most


def space_of(controller: Controller) -> CrashSpace:
    assert controller._recorder is not None
    return controller._recorder._shared().space


def is_up(controller: Controller, name: str) -> bool:
    session = controller._find(processor(controller, name).key)
    facts = () if session is None else tuple(session.history.facts)
    return next(fact.kind for fact in reversed(facts) if fact.kind in {Kind.UP, Kind.CRASH_HANDLED}) is Kind.UP
