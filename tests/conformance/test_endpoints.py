"""Open endpoints: the nodes of channels, those that the control device makes, and what they answer at their ends."""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import pytest

from rproc_tui.hosts.base import Endpoint
from tests.conformance.lines import said
from tests.conformance.machine import RPMSG, Machine
from tests.conformance.patience import DEADLINE, until
from tests.conformance.processor import OK, answer_of, reading_of

ANY = 0xFFFF_FFFF
ECHO_ADDRESS = 0x401
"""Where `vrproc-echo` of the good image listens; nobody has bound it."""
PAYLOAD_MOST = 496


async def answer(act: Awaitable[object]) -> str:
    """`ok`, or the errno's name."""
    try:
        await act
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return OK


async def received(endpoint: Endpoint) -> bytes:
    async with asyncio.timeout(DEADLINE):
        return await endpoint.receive()


async def path_of(machine: Machine, channel: str, kind: str = "rpmsg") -> str:
    """The node of a channel, below /dev."""
    return f"/dev/{(await machine.node(channel, kind)).rpartition('/')[2]}"


@asynccontextmanager
async def opened(
    machine: Machine, path: str, name: str = "", src: int = ANY, dst: int = ANY
) -> AsyncIterator[Endpoint]:
    endpoint = await machine.host.open_endpoint(path, name, src, dst)
    try:
        yield endpoint
    finally:
        await endpoint.close()


@asynccontextmanager
async def raw(machine: Machine) -> AsyncIterator[Endpoint]:
    """The good image runs, and its raw channel is open."""
    await machine.start(machine.m4)
    async with opened(machine, await path_of(machine, "rpmsg-raw")) as endpoint:
        yield endpoint


@asynccontextmanager
async def made(machine: Machine, src: int = ANY, dst: int = ECHO_ADDRESS) -> AsyncIterator[Endpoint]:
    """The good image runs, and the control device has made an endpoint."""
    await machine.start(machine.m4)
    await machine.device("vrproc-echo")
    async with opened(machine, await path_of(machine, "rpmsg_ctrl"), "made", src, dst) as endpoint:
        yield endpoint


@pytest.mark.parametrize("size", [1, 60, 495, PAYLOAD_MOST])
async def test_a_raw_channel_echoes_a_message_of(machine: Machine, size: int) -> None:
    async with raw(machine) as endpoint:
        message = bytes(index % 251 for index in range(size))
        await endpoint.send(message)
        assert await received(endpoint) == message


async def test_messages_keep_their_borders_and_their_order(machine: Machine) -> None:
    async with raw(machine) as endpoint:
        messages = [b"%d " % number * (number % 7 + 1) for number in range(100)]
        for first in range(0, 100, 10):
            for message in messages[first : first + 10]:
                await endpoint.send(message)
            assert [await received(endpoint) for _ in range(10)] == messages[first : first + 10]


async def test_a_node_has_one_opener(machine: Machine) -> None:
    async with raw(machine):
        path = await path_of(machine, "rpmsg-raw")
        assert await answer(machine.host.open_endpoint(path, "", ANY, ANY)) == "EBUSY"
        assert await answer_of(machine.host, path, b"x") == "EBUSY"
        assert await reading_of(machine.host, path) == "EBUSY"
    assert await answer_of(machine.host, path, b"x") == OK


async def test_a_message_that_is_too_long_does_no_harm(machine: Machine) -> None:
    async with raw(machine) as endpoint:
        place = await machine.now()
        assert await answer(endpoint.send(b"x" * (PAYLOAD_MOST + 1))) == "EMSGSIZE"
        expected = said("<3> message is too big (497)", by="rpmsg_chrdev virtio#.rpmsg-raw.-1.1024")
        assert await machine.log_since(place) == expected
        await endpoint.send(b"hello")
        assert await received(endpoint) == b"hello"


@pytest.mark.parametrize("event", ["stop", "crash", "unbind"])
async def test_an_open_node_is_a_broken_pipe_after_a(machine: Machine, event: str) -> None:
    async with raw(machine) as endpoint:
        waiting = asyncio.create_task(answer(received(endpoint)))
        await endpoint.send(b"")
        assert await asyncio.wait_for(waiting, DEADLINE) == OK
        waiting = asyncio.create_task(answer(received(endpoint)))
        if event == "stop":
            await machine.m4.write("state", "stop")
        elif event == "unbind":
            await machine.m4.unbind()
        else:
            place = await machine.now()
            await endpoint.send(b"crash")
            await machine.hears(place, "is now up")
        assert await asyncio.wait_for(waiting, DEADLINE) == "EPIPE"
        assert await answer(endpoint.send(b"x")) == "EPIPE"


async def test_the_control_device_makes_a_node_with_what_was_asked_for(machine: Machine) -> None:
    async with made(machine, src=2000, dst=ECHO_ADDRESS):
        control = (await path_of(machine, "rpmsg_ctrl")).removeprefix("/dev/")
        folder = f"/sys/class/rpmsg/{control}"
        (name,) = [entry for entry in await machine.host.list(folder) if re.fullmatch(r"rpmsg\d+", entry)]
        texts = [await reading_of(machine.host, f"{folder}/{name}/{file}") for file in ("name", "src", "dst")]
        assert texts == ["made\n", "2000\n", f"{ECHO_ADDRESS}\n"]
        assert name in await machine.host.list("/dev")

    async def gone() -> bool:
        return name not in await machine.host.list("/dev")

    await until(gone, "the node is gone with its opener")


async def test_addresses_that_were_left_open_are_shown_as_minus_one(machine: Machine) -> None:
    async with made(machine, src=ANY, dst=ANY) as endpoint:
        folder = f"/sys/class/rpmsg/{(await path_of(machine, 'rpmsg_ctrl')).removeprefix('/dev/')}"
        (name,) = [entry for entry in await machine.host.list(folder) if re.fullmatch(r"rpmsg\d+", entry)]
        texts = [await reading_of(machine.host, f"{folder}/{name}/{file}") for file in ("src", "dst")]
        assert texts == ["-1\n", "-1\n"]
        assert await answer(endpoint.send(b"to whom?")) == "EINVAL"


async def test_an_endpoint_of_ones_own_reaches_any_address_of_the_firmware(machine: Machine) -> None:
    async with made(machine) as endpoint:
        await endpoint.send(b"from my own")
        assert await received(endpoint) == b"from my own"
        text = await machine.m4.trace_says("-> 0x401, 11 bytes: from my own\n")
        assert re.search(r"rpmsg 0x40[12] -> 0x401, 11", text)


async def test_an_address_that_was_asked_for_is_the_one_the_firmware_sees(machine: Machine) -> None:
    async with made(machine, src=1500) as endpoint:
        await endpoint.send(b"hello")
        assert await received(endpoint) == b"hello"
        await machine.m4.trace_says("rpmsg 0x5dc -> 0x401, 5 bytes: hello\n")


async def test_an_address_that_is_taken_cannot_be_had_twice(machine: Machine) -> None:
    async with made(machine, src=1500):
        control = await path_of(machine, "rpmsg_ctrl")
        place = await machine.now()
        assert await answer(machine.host.open_endpoint(control, "again", 1500, ECHO_ADDRESS)) == "EINVAL"
        lines = await machine.log_since(place)
        assert [line for line in lines if "idr_alloc failed: -28" in line]


async def test_two_endpoints_of_ones_own_do_not_mix_their_messages(machine: Machine) -> None:
    async with made(machine) as one:
        control = await path_of(machine, "rpmsg_ctrl")
        async with opened(machine, control, "other", ANY, ECHO_ADDRESS) as other:
            await one.send(b"one")
            await other.send(b"other")
            assert (await received(other), await received(one)) == (b"other", b"one")


async def test_a_line_echoes_bytes_without_borders(machine: Machine) -> None:
    await machine.start(machine.m4, "tty.elf")
    async with opened(machine, await path_of(machine, "rpmsg-tty", "tty")) as endpoint:
        text = b"0123456789" * 100
        await endpoint.send(text)
        back = b""
        while len(back) < len(text):
            back += await received(endpoint)
        assert back == text


async def test_a_line_hangs_up_when_its_processor_stops(machine: Machine) -> None:
    await machine.start(machine.m4, "tty.elf")
    async with opened(machine, await path_of(machine, "rpmsg-tty", "tty")) as endpoint:
        waiting = asyncio.create_task(answer(received(endpoint)))
        await endpoint.send(b"x")
        assert await asyncio.wait_for(waiting, DEADLINE) == OK
        waiting = asyncio.create_task(answer(received(endpoint)))
        await machine.m4.write("state", "stop")
        assert await asyncio.wait_for(waiting, DEADLINE) == "EIO"


async def test_a_node_that_is_not_there_cannot_be_opened(machine: Machine) -> None:
    assert await answer(machine.host.open_endpoint("/dev/rpmsg99", "", ANY, ANY)) == "ENOENT"
    assert await answer(machine.host.open_endpoint("/dev/rpmsg_ctrl99", "x", ANY, ANY)) == "ENOENT"


async def test_a_bound_channel_keeps_its_address_while_nobody_has_it_open(machine: Machine) -> None:
    async with raw(machine):
        pass
    folder = await machine.device("rpmsg-raw")
    assert folder.startswith(RPMSG)
    assert await reading_of(machine.host, f"{folder}/src") == "0x400\n"
