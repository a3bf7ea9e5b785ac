"""What comes from the other end is believed only as far as it is shaped right, and every request has an end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from rproc_tui.errors import AnswerLost, LineLost, NotConnected
from rproc_tui.hosts.shell_agent.host import ShellHost
from rproc_tui.hosts.shell_agent.log import Records
from rproc_tui.hosts.shell_agent.slots import MOST, USUAL, Slots
from rproc_tui.model.kernel_log import KernelLine

HELLO = b"1 ok 8\nsh=/x/sh"


@contextlib.asynccontextmanager
async def saying(*parts: bytes, ends: bool = True) -> AsyncIterator[ShellHost]:
    """A host whose other end says this after each request, whatever was asked."""
    here, there = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=there)

    async def say() -> None:
        for part in (HELLO, *parts):
            await reader.readline()
            writer.write(part)
        if ends:
            writer.close()

    speaking = asyncio.create_task(say())
    host = await ShellHost.connect("far", *await asyncio.open_connection(sock=here, limit=1 << 20))
    try:
        yield host
    finally:
        await host.close()
        speaking.cancel()
        writer.close()
        await asyncio.gather(speaking, writer.wait_closed(), return_exceptions=True)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"hello\n",
        b"1 ok\n",
        b"1 ok -1\n",
        b"1 ok 99999999999\n",
        b"1 ok 999999999\n",
        b"1 ok 100\nshort",
        b"1 maybe 0\n",
        b"\x1b[2J\xff\n",
        b'{"id": 1}\n',
        b"x" * 2_000_000,
    ],
)
async def test_what_is_no_frame_ends_the_conversation_with_a_reason(said: bytes) -> None:
    async with saying(said) as host:
        with pytest.raises(AnswerLost) as caught:
            await asyncio.wait_for(host.list("/"), 10)
        assert caught.value.message.isprintable()
        assert isinstance(await host.ended(), LineLost)
        with pytest.raises(NotConnected):
            await host.list("/")
        with pytest.raises(NotConnected):
            await anext(host.follow("/x", 1.0))


async def test_answers_to_nobody_are_passed_over() -> None:
    async with saying(b"9 ok 3\nabcf7 ok 1\nxf8 err 0\n1 ok 4\na\nb\n") as host:
        assert await host.list("/") == ["a", "b"]


async def test_names_that_lead_elsewhere_are_no_names() -> None:
    async with saying(b"1 ok 12\na\n../b\n\nc/d\n") as host:
        assert await host.list("/") == ["a"]


async def test_a_log_that_may_not_be_read_is_an_error_for_all_who_ask() -> None:
    denied = b"dd: failed to open '/dev/kmsg': Operation not permitted\n"
    async with saying(b"K err %d\n%s" % (len(denied), denied), ends=False) as host:
        for _ in range(2):
            with pytest.raises(PermissionError):
                await asyncio.wait_for(anext(host.kernel_log()), 10)
        await host.log_told()


async def test_records_are_put_together_and_told_once() -> None:
    told: list[KernelLine] = []
    records = Records(told.append, asyncio.Event())
    lines = [
        b"6,1,5000000,-;first",
        b" SUBSYSTEM=remoteproc",
        b" DEVICE=+remoteproc:remoteproc0",
        b"3,2,6000000,-;second",
    ]
    for line in [*lines, *lines, b"nonsense", b"6,3,7000000,-;third \\x1b[2J", b"6,4,8000000,-;x"]:
        records.take(line)
    records.stop()
    assert [(line.sequence, line.level, line.device) for line in told] == [
        (1, 6, "+remoteproc:remoteproc0"),
        (2, 3, None),
        (3, 6, None),
    ]


async def test_a_slot_is_free_when_its_last_answer_has_come() -> None:
    slots = Slots()
    async with slots.taken(patient=True) as first:
        slots.asked(first)
    async with slots.taken(patient=True) as second:
        assert second != first
        slots.answered(first)
    async with slots.taken(patient=True) as third:
        assert third == first


async def test_what_is_patient_takes_no_slot_from_what_ends_soon() -> None:
    slots = Slots()
    async with contextlib.AsyncExitStack() as held:
        for _ in range(MOST - USUAL):
            await held.enter_async_context(slots.taken(patient=True))
        async with asyncio.timeout(10), slots.taken(patient=False) as slot:
            assert slot == MOST - USUAL + 1
