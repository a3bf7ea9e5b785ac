"""Talking to the demo board's hub through the controller: echoes, refusals, and how a channel ends."""

from __future__ import annotations

import asyncio
import errno
import pathlib
from collections.abc import AsyncIterator

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.errors import ChannelGone, NotPermitted, RprocTuiError
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.read_only import ReadOnlyHost
from rproc_tui.model.kernel_log import Uevent
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor
from tests.controller.conftest import processor, until
from tests.demo_board import demo_board

pytestmark = pytest.mark.emulator


async def started(host: Host, tmp_path: pathlib.Path) -> Controller:
    controller = Controller([host], clock=SystemClock(), settings=Settings(state_folder=str(tmp_path / "state")))
    await controller.start()
    await until(controller, lambda: len(talking(hub(controller))) == 2)
    return controller


def hub(controller: Controller) -> Processor:
    return processor(controller, "m4")


def talking(found: Processor) -> set[str]:
    """Channels that a driver has taken."""
    return {channel.name for channel in found.rpmsg.channels if channel.node is not None}


@pytest.fixture
async def demo(tmp_path: pathlib.Path) -> AsyncIterator[Controller]:
    controller = await started(demo_board(str(tmp_path / "firmware")), tmp_path)
    yield controller
    await controller.close()


async def test_the_snapshot_has_channels_rings_and_no_ghosts(demo: Controller) -> None:
    full = [("input", 16, 16), ("output", 16, 0)]
    await until(demo, lambda: [(ring.name, ring.size, ring.waiting) for ring in hub(demo).rpmsg.rings] == full)
    rpmsg = hub(demo).rpmsg
    assert [(each.name, each.destination, each.driver, each.node) for each in rpmsg.channels] == [
        ("rpmsg-raw", 0x400, "rpmsg_chrdev", "/dev/rpmsg0"),
        ("rpmsg-tty", 0x401, "rpmsg_tty", "/dev/ttyRPMSG0"),
    ]
    await demo.act(hub(demo).key, Verb.STOP)
    await until(demo, lambda: hub(demo).rpmsg.channels == () and hub(demo).rpmsg.rings == ())


@pytest.mark.parametrize(("channel", "answer"), [("rpmsg-raw", b"ping"), ("rpmsg-tty", b"ping\n"), ("rpmsg0", b"ping")])
async def test_what_is_sent_comes_back(demo: Controller, channel: str, answer: bytes) -> None:
    conversation = await demo.open_channel(hub(demo).key, channel)
    await conversation.send(b"ping")
    heard = b""
    async for message in conversation.messages():
        heard += message
        if len(heard) >= len(answer):
            break
    assert heard == answer
    await conversation.close()


async def test_two_can_talk_on_one_channel(demo: Controller) -> None:
    first, second = [await demo.open_channel(hub(demo).key, "rpmsg-raw") for _ in range(2)]
    await until(demo, lambda: [each.name for each in hub(demo).rpmsg.endpoints] == ["rpmsg-raw"])
    await first.send(b"first")
    await second.send(b"second")
    assert (await first.receive(), await second.receive()) == (b"first", b"second")
    await first.close()
    await second.close()
    await until(demo, lambda: hub(demo).rpmsg.endpoints == ())


async def test_messages_are_counted(demo: Controller) -> None:
    conversation = await demo.open_channel(hub(demo).key, "rpmsg-raw")
    for _ in range(5):
        await conversation.send(b"x")
        await conversation.receive()
    await until(demo, lambda: {ring.messages >= 5 for ring in hub(demo).rpmsg.rings} == {True})
    await conversation.close()


@pytest.mark.parametrize(
    ("verb", "argument", "reason"), [(Verb.STOP, None, "it was stopped"), (Verb.CRASH, "watchdog", "it crashed")]
)
@pytest.mark.parametrize("channel", ["rpmsg-raw", "rpmsg-tty"])
async def test_who_listens_hears_why_the_channel_ended(
    demo: Controller, channel: str, verb: Verb, argument: str | None, reason: str
) -> None:
    conversation = await demo.open_channel(hub(demo).key, channel)
    listening = asyncio.create_task(conversation.receive())
    await demo.act(hub(demo).key, verb, argument)
    with pytest.raises(ChannelGone, match=f"{channel} of m4 is gone: {reason}"):
        await listening
    with pytest.raises(ChannelGone):
        await conversation.send(b"too late")
    await conversation.close()


async def test_a_crash_by_a_message_is_a_reason_too(demo: Controller) -> None:
    conversation = await demo.open_channel(hub(demo).key, "rpmsg-tty")
    await conversation.send(b"crash null\n")
    with pytest.raises(ChannelGone, match="it crashed"):
        async for _ in conversation.messages():
            pass
    await conversation.close()
    await until(demo, lambda: len(talking(hub(demo))) == 2 and hub(demo).crashes == 1)


async def test_what_cannot_be_said_is_refused_in_a_sentence(demo: Controller) -> None:
    with pytest.raises(RprocTuiError, match="m4 has no channel radio; there are: rpmsg-raw, rpmsg-tty"):
        await demo.open_channel(hub(demo).key, "radio")
    with pytest.raises(RprocTuiError, match="m33 has no channel rpmsg-raw; m33 is offline: channels come with"):
        await demo.open_channel(processor(demo, "m33").key, "rpmsg-raw")
    conversation = await demo.open_channel(hub(demo).key, "rpmsg-raw")
    with pytest.raises(RprocTuiError, match="at most 496 bytes, this one has 497"):
        await conversation.send(b"x" * 497)
    await conversation.close()


class Deaf(ReadOnlyHost):
    """A host whose device events nobody may hear."""

    def uevents(self) -> AsyncIterator[Uevent]:
        raise PermissionError(errno.EPERM, "no events")


async def test_without_device_events_the_kernels_lines_tell_of_channels(tmp_path: pathlib.Path) -> None:
    board = demo_board(str(tmp_path / "firmware"))
    controller = Controller([Deaf(board)], clock=SystemClock(), settings=Settings(state_folder=str(tmp_path)))
    await controller.start()
    await until(
        controller, lambda: {each.name for each in hub(controller).rpmsg.channels} == {"rpmsg-raw", "rpmsg-tty"}
    )
    await board.write("/sys/class/remoteproc/remoteproc0/state", b"stop")
    await until(controller, lambda: hub(controller).rpmsg.channels == ())
    await board.write("/sys/class/remoteproc/remoteproc0/state", b"start")
    await until(controller, lambda: len(hub(controller).rpmsg.channels) == 2)
    await controller.close()


async def test_read_only_opens_nothing(tmp_path: pathlib.Path) -> None:
    controller = await started(ReadOnlyHost(demo_board(str(tmp_path / "firmware"))), tmp_path)
    with pytest.raises(NotPermitted, match="--read-only"):
        await controller.open_channel(hub(controller).key, "rpmsg-raw")
    await controller.close()
