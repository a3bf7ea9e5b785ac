"""Starts and stops that take their time: what can be seen meanwhile, what waits, and what does not."""

from __future__ import annotations

import asyncio

from tests.conformance.images import firmware
from tests.conformance.machine import Machine
from tests.conformance.patience import until
from tests.conformance.processor import OK


async def starting(machine: Machine) -> asyncio.Task[str]:
    """`vr-m4` in the middle of a slow start."""
    m4 = machine.m4
    await machine.choose(m4, "slow.elf", firmware(start_delay=machine.delay))
    task = asyncio.create_task(m4.answer("state", "start"))

    async def under_way() -> bool:
        return bool(await m4.traces())

    await until(under_way, "the start is under way")
    return task


async def stopping(machine: Machine) -> asyncio.Task[str]:
    """`vr-m4` in the middle of a slow stop."""
    await machine.start(machine.m4, "slow.elf", firmware(stop_delay=machine.delay))
    await machine.device("vrproc-echo")
    task = asyncio.create_task(machine.m4.answer("state", "stop"))

    async def under_way() -> bool:
        return not await machine.devices()

    await until(under_way, "the stop is under way")
    return task


async def test_what_a_slow_start_shows_until_it_is_over(machine: Machine) -> None:
    m4 = machine.m4
    start = await starting(machine)
    assert await m4.state() == "offline"
    assert await m4.traces() == ["trace0", "trace1"]
    assert await m4.read("/trace0") == ""
    table = await m4.read("/resource_table")
    assert "  Status 0x0\n" in table
    assert "    Notify ID 1\n" in table
    assert "Name: vdev0vring1" in await m4.read("/carveout_memories")
    assert len(await m4.children()) == 1
    assert await machine.devices() == []
    assert not start.done()
    assert await start == OK
    assert await m4.state() == "running"


WAITING = [
    ("state", "start", OK),
    ("state", "detach", "EINVAL"),
    ("firmware", "good.elf", "EBUSY"),
    ("recovery", "recover", OK),
    ("/recovery", "enabled", OK),
]


async def test_writes_that_need_the_lock_wait_for_a_slow_start(machine: Machine) -> None:
    start = await starting(machine)
    writing = [asyncio.create_task(machine.m4.answer(file, word)) for file, word, _ in WAITING]
    assert await machine.m4.answer("state", "bogus") == "EINVAL"
    assert not start.done()
    assert not any(task.done() for task in writing)
    assert await start == OK
    assert [await task for task in writing] == [answer for _, _, answer in WAITING]
    assert await machine.m4.state() == "running"


async def test_a_stop_that_is_written_during_a_slow_start_comes_after_it(machine: Machine) -> None:
    start = await starting(machine)
    stop = asyncio.create_task(machine.m4.answer("state", "stop"))
    assert await machine.m4.state() == "offline"
    assert not stop.done()
    assert (await start, await stop) == (OK, OK)
    assert await machine.m4.state() == "offline"


NOT_WAITING = [
    ("recovery", "disabled", OK),
    ("coredump", "inline", OK),
    ("/coredump", "d", OK),
    ("/recovery", "d", OK),
    ("state", "bogus", "EINVAL"),
    ("state", "", OK),
    ("firmware", "", OK),
    ("/crash", "x", "EINVAL"),
]


async def test_nothing_else_waits_for_a_slow_start(machine: Machine) -> None:
    start = await starting(machine)
    answers = [(file, word, await machine.m4.answer(file, word)) for file, word, _ in NOT_WAITING]
    assert answers == NOT_WAITING
    assert not start.done()
    assert await start == OK


async def test_the_other_processors_do_not_wait_for_a_slow_start(machine: Machine) -> None:
    start = await starting(machine)
    await machine.start(machine.r5)
    assert await machine.r5.state() == "running"
    assert not start.done()
    assert await start == OK


async def test_a_crash_that_is_reported_during_a_slow_start_waits_for_its_end(machine: Machine) -> None:
    m4 = machine.m4
    await m4.write("recovery", "disabled")
    start = await starting(machine)
    place = await machine.now()
    await m4.crash()
    await machine.hears(place, "crash detected")
    assert await m4.state() == "offline"
    assert await start == OK
    await m4.becomes("crashed")


async def test_what_a_slow_stop_shows_until_it_is_over(machine: Machine) -> None:
    m4 = machine.m4
    stop = await stopping(machine)
    assert await m4.state() == "running"
    assert await m4.traces() == ["trace0", "trace1"]
    assert not stop.done()
    assert await stop == OK
    assert await m4.state() == "offline"
    assert await m4.traces() == []


async def test_a_start_that_is_written_during_a_slow_stop_comes_after_it(machine: Machine) -> None:
    stop = await stopping(machine)
    start = asyncio.create_task(machine.m4.answer("state", "start"))
    assert (await stop, await start) == (OK, OK)
    assert await machine.m4.state() == "running"
    await machine.m4.write("state", "stop")


async def test_two_slow_stops_are_a_stop_and_a_refusal(machine: Machine) -> None:
    stop = await stopping(machine)
    again = asyncio.create_task(machine.m4.answer("state", "stop"))
    assert (await stop, await again) == (OK, "EINVAL")
