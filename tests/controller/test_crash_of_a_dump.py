"""Which crash a dump is of, however late or often the kernel's words and files are seen."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import cast

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.crash_recorder import CrashRecorder, _Life
from rproc_tui.controller.examined_crashes import ExaminedCrashes
from rproc_tui.controller.settings import Settings
from tests.conformance.hosts import emulated
from tests.controller.conftest import processor
from tests.controller.crash_rig import NAME, boot, capturing, crash


@dataclass
class Capture:
    """What the recorder looks at of one."""

    is_recovering: bool = False
    has_stopped: bool = False
    has_dump: bool = False
    is_dropped: bool = False


STOPPED = Capture(is_recovering=True, has_stopped=True)
RECOVERING = Capture(is_recovering=True)
DUMPED = Capture(is_recovering=True, has_stopped=True, has_dump=True)
DROPPED = Capture(is_dropped=True)

CASES = [
    (None, None, None),
    (Capture(), None, "newest"),
    (STOPPED, None, "newest"),
    (STOPPED, Capture(), "newest"),
    (STOPPED, RECOVERING, "newest"),
    (DUMPED, STOPPED, None),
    (RECOVERING, STOPPED, "before"),
    (Capture(), STOPPED, "before"),
    (RECOVERING, DUMPED, "newest"),
    (Capture(), DUMPED, "newest"),
    (Capture(), DROPPED, "newest"),
    (Capture(), Capture(), "newest"),
]
"""Newest crash, the one before, and whose dump comes."""


@pytest.mark.parametrize(("newest", "before", "whose"), CASES)
def test_a_dump_is_of_the_newest_crash_that_can_have_one(
    newest: Capture | None, before: Capture | None, whose: str | None
) -> None:
    recorder = CrashRecorder(SystemClock(), Settings(), ExaminedCrashes(), lambda _session, _record: None)
    life = cast("_Life", SimpleNamespace(newest=newest, before=before))
    found: object = recorder._died_with(life)
    assert found is {"newest": newest, "before": before, None: None}[whose]


async def test_a_dump_that_a_slow_look_has_seen_after_it_was_freed_is_no_crash(tmp_path: pathlib.Path) -> None:
    (tmp_path / "firmware").mkdir()
    host = emulated("v6.12", str(tmp_path / "firmware"))
    async with capturing(host, tmp_path / "state") as controller:
        await boot(controller, host)
        await host.write("/sys/class/remoteproc/remoteproc0/coredump", b"enabled")
        await crash(controller, host)
        assert controller._recorder is not None
        await controller._recorder._tasks.drain(10)
        session = controller._find(processor(controller, NAME).key)
        assert session is not None
        (taken,) = controller._recorder._life(session).dumps
        session._facts = replace(session._facts, dump=taken)
        controller._recorder.dump_came(session)
        await controller._recorder._tasks.drain(10)
        assert len(await controller.crash_history()) == 1
