"""Messages through the port: the demo board's hub echoes on two channels."""

from __future__ import annotations

import asyncio
import errno
import pathlib
from collections.abc import AsyncIterator

import pytest

from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.read_only import ReadOnlyHost
from rproc_tui.rpmsg.addresses import ADDRESS_ANY
from tests.demo_board import announced, demo_board
from tests.remoteproc.rig import refused

pytestmark = pytest.mark.emulator

STATE = "/sys/class/remoteproc/remoteproc0/state"
CRASH = "/sys/kernel/debug/remoteproc/remoteproc0/crash"
CONTROL, RAW, TTY = "/dev/rpmsg_ctrl0", "/dev/rpmsg0", "/dev/ttyRPMSG0"
ECHO = 0x400


@pytest.fixture
async def host(tmp_path: pathlib.Path) -> AsyncIterator[EmulatedHost]:
    """The demo board; its hub has announced what it has."""
    board = demo_board(str(tmp_path))
    await announced(board)
    yield board
    await board.close()


@pytest.mark.parametrize("node", [CONTROL, RAW])
async def test_a_message_comes_back_as_it_was(host: EmulatedHost, node: str) -> None:
    endpoint = await host.open_endpoint(node, "test", ADDRESS_ANY, ECHO)
    for message in (b"ping", b"", bytes(range(256)), b"x" * 496):
        await endpoint.send(message)
        assert await endpoint.receive() == message
    await endpoint.close()


async def test_a_line_hands_over_bytes_as_they_come(host: EmulatedHost) -> None:
    line = await host.open_endpoint(TTY, "", ADDRESS_ANY, ADDRESS_ANY)
    await line.send(b"hello")
    heard = b""
    while not heard.endswith(b"\n"):
        heard += await line.receive()
    assert heard == b"hello\n"
    await line.close()


async def test_more_messages_than_buffers_wait_and_none_is_lost(host: EmulatedHost) -> None:
    endpoint = await host.open_endpoint(RAW, "", ADDRESS_ANY, ADDRESS_ANY)
    messages = [b"%d" % number for number in range(200)]

    async def send() -> None:
        for message in messages:
            await endpoint.send(message)

    sending = asyncio.create_task(send())
    assert [await endpoint.receive() for _ in messages] == messages
    await sending
    await endpoint.close()


async def test_messages_that_wait_do_not_keep_others_from_the_loop(host: EmulatedHost) -> None:
    endpoint = await host.open_endpoint(RAW, "", ADDRESS_ANY, ADDRESS_ANY)
    for _ in range(50):
        await endpoint.send(b"x")
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    for _ in range(50):
        await endpoint.receive()
    assert turns >= 50
    other.cancel()
    await endpoint.close()


async def test_what_was_made_for_a_program_goes_when_it_closes(host: EmulatedHost) -> None:
    endpoint = await host.open_endpoint(CONTROL, "mine", 2000, ECHO)
    assert await host.read("/sys/class/rpmsg/rpmsg1/name") == b"mine\n"
    await endpoint.close()
    assert await host.list("/sys/class/rpmsg") == ["rpmsg0", "rpmsg_ctrl0"]


async def test_what_was_made_with_an_address_that_is_taken_stays_since_nobody_can_open_it(host: EmulatedHost) -> None:
    endpoint = await host.open_endpoint(CONTROL, "mine", 2000, ECHO)
    with refused(errno.EINVAL):
        await host.open_endpoint(CONTROL, "other", 2000, ECHO)
    await endpoint.close()
    assert await host.read("/sys/class/rpmsg/rpmsg2/name") == b"other\n"


async def test_what_cannot_be_opened_says_why_by_its_errno(host: EmulatedHost) -> None:
    holder = await host.open_endpoint(RAW, "", ADDRESS_ANY, ADDRESS_ANY)
    for node, number in [(RAW, errno.EBUSY), ("/dev/rpmsg7", errno.ENOENT)]:
        with refused(number):
            await host.open_endpoint(node, "", ADDRESS_ANY, ADDRESS_ANY)
    with refused(errno.EMSGSIZE):
        await holder.send(b"x" * 497)
    await holder.close()
    with refused(errno.EROFS):
        await ReadOnlyHost(host).open_endpoint(RAW, "", ADDRESS_ANY, ADDRESS_ANY)


@pytest.mark.parametrize(("path", "word"), [(STATE, b"stop"), (CRASH, b"2")])
@pytest.mark.parametrize(("node", "number"), [(CONTROL, errno.EPIPE), (RAW, errno.EPIPE), (TTY, errno.EIO)])
async def test_who_waits_for_a_message_hears_that_the_channel_is_gone(
    host: EmulatedHost, node: str, number: int, path: str, word: bytes
) -> None:
    endpoint = await host.open_endpoint(node, "test", ADDRESS_ANY, ECHO)
    waiting = asyncio.create_task(endpoint.receive())
    await asyncio.sleep(0)
    await host.write(path, word)
    with refused(number):
        await waiting
    with refused(number):
        await endpoint.send(b"too late")
    await endpoint.close()
