"""Crashes in a row: every one is counted, the disk's bound is kept, and nothing grows.

`RPROC_TUI_CRASHES=1000` makes it a thousand.
"""

from __future__ import annotations

import os
import pathlib

from rproc_tui.controller.controller import Controller
from rproc_tui.controller.crash_folder import files_of, folder_names
from rproc_tui.controller.crash_space import CrashSpace
from rproc_tui.hosts.base import Host
from rproc_tui.linux.kernel_fact import Kind
from tests.conformance.hosts import emulated
from tests.controller.conftest import processor, until
from tests.controller.crash_rig import NAME, boot, capturing, report_crash

CRASHES = int(os.environ.get("RPROC_TUI_CRASHES", "50"))
MOST = 300_000
"""Bytes on disk; a dozen crashes with their dumps."""
GROWTH_MOST = 24 * 1024 * 1024
"""Bytes that the process may be larger in the end than when a part of the crashes was over."""


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


async def test_crashes_in_a_row_are_counted_and_stay_within_the_bound(tmp_path: pathlib.Path) -> None:
    (tmp_path / "firmware").mkdir()
    host = emulated("v6.12", str(tmp_path / "firmware"))
    state = tmp_path / "state"
    async with capturing(host, state, crashes_most=MOST) as controller:
        await boot(controller, host)
        await host.write("/sys/class/remoteproc/remoteproc0/coredump", b"enabled")
        size = 0
        for number in range(1, CRASHES + 1):
            await one_crash(controller, host, number)
            if number == CRASHES // 3:
                size = resident()
            if number % 10 == 0:
                with space_of(controller)._lock:  # what goes and what comes between two folders would count twice
                    assert on_disk(state) <= MOST
        assert controller._recorder is not None
        await controller._recorder._tasks.drain(10)
        assert processor(controller, NAME).crashes == CRASHES
        history = await controller.crash_history()
        life = controller._recorder._lives[processor(controller, NAME).key]
        assert (history[0].number or 0) + life.missed == CRASHES
        print(f"{CRASHES} crashes, {len(history)} kept, grown by {(resident() - size) >> 10} KiB")
        assert resident() - size < GROWTH_MOST
        assert life.under_way == 0
    assert on_disk(state) <= MOST


def space_of(controller: Controller) -> CrashSpace:
    assert controller._recorder is not None
    return controller._recorder._shared().space


async def one_crash(controller: Controller, host: Host, number: int) -> None:
    """Wait until the kernel has recovered it: a crash of one that is off would only be reported."""
    await report_crash(controller, host)
    await until(controller, lambda: processor(controller, NAME).crashes == number and is_up(controller))


def is_up(controller: Controller) -> bool:
    session = controller._find(processor(controller, NAME).key)
    facts = () if session is None else tuple(session.history.facts)
    return next(fact.kind for fact in reversed(facts) if fact.kind in {Kind.UP, Kind.CRASH_HANDLED}) is Kind.UP
