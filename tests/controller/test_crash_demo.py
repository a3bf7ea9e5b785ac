"""The demo board's laboratory dies in its many ways: each is captured with its registers and its line of C."""

from __future__ import annotations

import pathlib
import time
from collections.abc import AsyncIterator

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.controller.controller import Controller
from rproc_tui.linux import paths
from rproc_tui.model.crash import CrashRecord
from rproc_tui.model.event import EventKind
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import State
from tests.controller.conftest import processor, until
from tests.controller.crash_rig import boot, capturing, next_crash, read_json, running, settled
from tests.demo_board import demo_board

pytestmark = pytest.mark.emulator

LAB = "lab"
FUNCTIONS = {
    0x101: "store_offset",
    0x102: "undefined_instruction",
    0x103: "assertion",
    0x108: "recurse",
}
"""Where it dies at some of its mailbox words."""
REPORT_WITHIN = 5.0
"""Seconds from the kernel's report of a crash to ours, on a machine with other things to do. A second is usual."""


@pytest.fixture
async def demo(tmp_path: pathlib.Path) -> AsyncIterator[Controller]:
    async with capturing(demo_board(str(tmp_path / "firmware")), tmp_path / "state") as controller:
        await boot(controller, controller._hosts[0].host, LAB)
        yield controller


async def die(demo: Controller, word: int) -> CrashRecord:
    before = processor(demo, LAB).last_crash
    outcome = await demo.act(processor(demo, LAB).key, Verb.CRASH, hex(word))
    assert outcome.ok, outcome.message
    return await next_crash(demo, before, LAB)


async def test_every_way_to_die_has_its_function_and_its_line(demo: Controller) -> None:
    for number, (word, function) in enumerate(FUNCTIONS.items(), 1):
        record = await die(demo, word)
        assert record.place is not None
        assert record.place.startswith(f"{function} (runtime/")
        assert (record.number, record.problems, record.has_dump) == (number, (), True)
        await running(demo, LAB)
    history = await demo.crash_history()
    assert [record.number for record in history] == [4, 3, 2, 1]


async def test_the_folder_holds_everything_that_the_kernel_throws_away(demo: Controller) -> None:
    record = await die(demo, 0x101)
    folder = pathlib.Path(record.folder or "")
    kept = read_json(folder / "capture.json")
    assert (kept["caught"], kept["state"], kept["type"]) == (True, "crashed", "mmufault")
    assert "pc 0x" in (folder / "regs").read_text()
    assert (folder / "trace.txt").read_text().splitlines()[-1].startswith("HARD FAULT")
    assert (folder / "trace0").read_bytes().rstrip().endswith(b"hfsr 40000000")
    report = read_json(folder / "report.json")
    assert report["place"]["file"] == "runtime/crash.c"
    assert report["firmware"]["match"] == "same"


async def test_the_kernels_dump_says_the_same_as_the_memory_as_it_stood(demo: Controller) -> None:
    host = demo._hosts[0].host
    await host.write(paths.attribute(processor(demo, LAB).id, "coredump"), b"enabled")
    record = await die(demo, 0x101)
    folder = pathlib.Path(record.folder or "")
    await settled((folder / "dump.core").exists)
    whole = await demo.crash_report(record.id)
    await running(demo, LAB)
    (folder / "memory.core").unlink()
    (folder / "regs").unlink()
    left = await demo.crash_report(record.id)
    assert left.place == whole.place
    assert [one.frame.place.function for one in left.frames] == [one.frame.place.function for one in whole.frames]


async def test_the_line_of_c_is_known_soon_after_the_kernels_report(demo: Controller) -> None:
    await die(demo, 0x101)  # the parsers are loaded by the first crash
    await running(demo, LAB)
    took = []
    for _ in range(3):
        before = processor(demo, LAB).last_crash
        began = time.monotonic()
        await demo.act(processor(demo, LAB).key, Verb.CRASH, "0x101")
        await next_crash(demo, before, LAB)
        took.append(time.monotonic() - began)
        await running(demo, LAB)
    assert min(took) < REPORT_WITHIN


async def test_what_the_kernel_says_after_the_report_is_added_to_it(demo: Controller) -> None:
    record = await die(demo, 0x101)
    report = pathlib.Path(record.folder or "") / "report.json"
    await settled(lambda: "is now up" in str(read_json(report)["kernel_lines"]))
    assert sum(event.kind is EventKind.CAPTURED for event in demo.events) == 1


async def test_with_recovery_off_the_report_does_not_wait_for_one(demo: Controller) -> None:
    await demo.act(processor(demo, LAB).key, Verb.RECOVERY, "off")
    record = await die(demo, 0x10A)
    assert processor(demo, LAB).state is State.CRASHED
    assert (record.type, record.title) == ("watchdog", "watchdog")
    assert record.place is not None
    assert record.place.startswith("hang")


async def test_the_key_collects_what_is_there_and_has_the_kernel_keep_the_next_dump(demo: Controller) -> None:
    outcome = await demo.act(processor(demo, LAB).key, Verb.COREDUMP)
    assert outcome.path is not None
    assert pathlib.Path(outcome.path).stat().st_size > 0
    await until(demo, lambda: processor(demo, LAB).coredump == "enabled")
    record = await die(demo, 0x101)
    await settled((pathlib.Path(record.folder or "") / "dump.core").exists)
