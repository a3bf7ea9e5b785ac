"""Each boot after the first has one mark in the ring, however it came about and however many buffers there are."""

from __future__ import annotations

import asyncio
import pathlib

import pytest

from rproc_tui.clock import ManualClock, SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.tasks import Tasks
from rproc_tui.controller.traces import Traces
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import State
from rproc_tui.model.trace_line import LineKind
from rproc_tui.trace.ring import TraceRing
from tests.controller.conftest import processor, until
from tests.plain_board import PlainBoard, firmware


async def act(controller: Controller, verb: Verb, argument: str | None = None) -> None:
    outcome = await controller.act(processor(controller).key, verb, argument)
    assert outcome.result is Result.DONE


def shown(controller: Controller) -> list[str]:
    """Each line as text, marks in angle brackets, an unfinished line with an ellipsis."""
    ring = controller.trace(processor(controller).key)
    return [
        f"<{line.kind}>" if line.kind is not LineKind.TEXT else line.text + "…" * line.partial
        for line in ring.lines(ring.start, ring.stop)
    ]


async def arrived(controller: Controller, text: str) -> None:
    await until(controller, lambda: text in shown(controller))


async def boot_and_stop(controller: Controller, run: int) -> None:
    await act(controller, Verb.BOOT)
    await arrived(controller, f"start {run}")
    await act(controller, Verb.STOP)
    await until(controller, lambda: processor(controller).traces == ())


async def test_each_boot_but_the_first_is_marked(controller: Controller) -> None:
    for run in (1, 2, 3):
        await boot_and_stop(controller, run)
    assert shown(controller) == ["start 1", "<restart>", "start 2", "<restart>", "start 3"]


async def test_a_boot_at_once_after_a_stop_is_marked(controller: Controller) -> None:
    await act(controller, Verb.BOOT)
    await arrived(controller, "start 1")
    await act(controller, Verb.STOP)
    await act(controller, Verb.BOOT)
    await arrived(controller, "start 2")
    assert shown(controller) == ["start 1", "<restart>", "start 2"]


async def test_a_file_that_is_still_listed_though_a_stop_took_it_away_is_no_boot(plain_host: EmulatedHost) -> None:
    state, ring, tasks, moved = "/sys/class/remoteproc/remoteproc0/state", TraceRing(), Tasks(), asyncio.Event()
    traces = Traces(plain_host, ring, SystemClock(), every=0.0, tasks=tasks, moved=moved.set)

    async def until_lines(wanted: list[LineKind]) -> None:
        async with asyncio.timeout(5):
            while [line.kind for line in ring.lines(ring.start, ring.stop)] != wanted:
                await moved.wait()
                moved.clear()

    async def look_for_it() -> None:
        traces.sync("remoteproc0", ["trace0"], None)
        await tasks.drain(5)  # it ends when there is no such file

    await plain_host.write(state, b"start")
    traces.sync("remoteproc0", ["trace0"], None)
    await until_lines([LineKind.TEXT])
    await plain_host.write(state, b"stop")
    await tasks.drain(5)
    await look_for_it()
    await look_for_it()
    assert ring.stop == 1
    await plain_host.write(state, b"start")
    traces.sync("remoteproc0", ["trace0"], None)
    await until_lines([LineKind.TEXT, LineKind.RESTART, LineKind.TEXT])
    await tasks.end()


@pytest.mark.parametrize("listed", ["before the run", "after the run"])
async def test_a_run_that_a_follower_saw_before_the_listing_did_is_not_read_again(
    plain_host: EmulatedHost, listed: str
) -> None:
    state, ring, clock = "/sys/class/remoteproc/remoteproc0/state", TraceRing(), ManualClock(100.0)
    tasks, moved = Tasks(), asyncio.Event()
    traces = Traces(plain_host, ring, clock, every=3600.0, tasks=tasks, moved=moved.set)
    await plain_host.write(state, b"start")
    traces.sync("remoteproc0", ["trace0"], None)
    await asyncio.wait_for(moved.wait(), 5)
    follower = traces._followers["trace0"][0]
    await plain_host.write(state, b"stop")
    clock.advance(1.0)
    if listed == "before the run":
        traces.sync("remoteproc0", [], None)
    await plain_host.write(state, b"start")
    clock.advance(1.0)
    await follower.begin_anew()  # its look at the new file tells that it is of a new run
    if listed == "after the run":
        traces.sync("remoteproc0", [], None, as_of=101.0)
    traces.sync("remoteproc0", ["trace0"], None)
    await asyncio.sleep(0)
    assert [line.kind for line in ring.lines(0, ring.stop)] == [LineKind.TEXT, LineKind.RESTART, LineKind.TEXT]
    assert traces._followers["trace0"][0] is follower
    await tasks.end()


async def test_other_text_in_a_file_that_was_missing_is_of_another_run_and_read_once(
    plain_host: EmulatedHost, firmware_folder: pathlib.Path
) -> None:
    state, ring, tasks, moved = "/sys/class/remoteproc/remoteproc0/state", TraceRing(), Tasks(), asyncio.Event()
    traces = Traces(plain_host, ring, SystemClock(), every=3600.0, tasks=tasks, moved=moved.set)
    await plain_host.write(state, b"start")
    traces.sync("remoteproc0", ["trace0"], None)
    await asyncio.wait_for(moved.wait(), 5)
    follower = traces._followers["trace0"][0]
    await plain_host.write(state, b"stop")
    traces.sync("remoteproc0", [], None)
    await plain_host.write(state, b"start")
    await follower.look()  # its next look comes before the next list
    traces.sync("remoteproc0", ["trace0"], None)
    await asyncio.sleep(0)
    assert [line.text for line in ring.lines(0, ring.stop)] == ["start 1", "restart", "start 2"]
    assert traces._followers["trace0"][0] is follower
    await tasks.end()


async def test_the_unfinished_line_of_a_run_stays_before_the_mark_of_the_next(
    controller: Controller, plain_board: PlainBoard
) -> None:
    await act(controller, Verb.BOOT)
    plain_board.drivers["m4"].say("unfinis")
    await arrived(controller, "unfinis…")
    await act(controller, Verb.STOP)
    await until(controller, lambda: processor(controller).traces == ())
    await act(controller, Verb.BOOT)
    await arrived(controller, "start 2")
    assert shown(controller) == ["start 1", "unfinis", "<restart>", "start 2"]


async def test_the_runs_of_two_buffers_are_parted_by_one_mark(
    controller: Controller, plain_board: PlainBoard, firmware_folder: pathlib.Path
) -> None:
    (firmware_folder / "m4.elf").write_bytes(firmware(logs=("log", "events")))
    for run in (1, 2, 3):
        await act(controller, Verb.BOOT)
        await arrived(controller, f"log: start {run}")
        plain_board.drivers["m4"].say(f"event {run}\n", log=1)
        await arrived(controller, f"events: event {run}")
        await act(controller, Verb.STOP)
        await until(controller, lambda: processor(controller).traces == ())
    assert shown(controller) == [
        "log: start 1",
        "events: event 1",
        "<restart>",
        "log: start 2",
        "events: event 2",
        "<restart>",
        "log: start 3",
        "events: event 3",
    ]


@pytest.mark.parametrize("logs", [("log",), ("log", "events")])
async def test_a_recovery_is_marked_once_and_so_is_the_boot_after_it(
    controller: Controller, plain_board: PlainBoard, firmware_folder: pathlib.Path, logs: tuple[str, ...]
) -> None:
    (firmware_folder / "m4.elf").write_bytes(firmware(logs=logs))
    name = "log: " if len(logs) > 1 else ""
    await act(controller, Verb.BOOT)
    if len(logs) > 1:
        plain_board.drivers["m4"].say("event\n", log=1)
        await arrived(controller, "events: event")
    await arrived(controller, f"{name}start 1")
    await act(controller, Verb.CRASH)
    await arrived(controller, f"{name}start 2")
    await until(controller, lambda: processor(controller).state is State.RUNNING)
    await act(controller, Verb.STOP)
    await until(controller, lambda: processor(controller).traces == ())
    await act(controller, Verb.BOOT)
    await arrived(controller, f"{name}start 3")
    of_the_log = [line for line in shown(controller) if line != "events: event"]
    assert of_the_log == [f"{name}start 1", "<restart>", f"{name}start 2", "<restart>", f"{name}start 3"]
