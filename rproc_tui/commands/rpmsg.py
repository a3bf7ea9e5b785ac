"""`rpmsg`: the channels of a processor; send a message on one, listen to one."""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import sys
from collections.abc import Callable
from datetime import datetime

from rproc_tui.commands.session import controller_for, find, print_json
from rproc_tui.commands.table import table
from rproc_tui.controller.as_json import rpmsg_object
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.conversation import Conversation
from rproc_tui.errors import RprocTuiError
from rproc_tui.linux.channel_trouble import why_no_channels
from rproc_tui.model.processor import Processor, ProcessorKey
from rproc_tui.model.rpmsg import RingFill, Rpmsg, RpmsgChannel
from rproc_tui.rpmsg.payload_text import payload_text, text_of

HEADS = ("CHANNEL", "SRC", "DST", "DRIVER", "NODE", "DEVICE")
ANNOUNCEMENTS = 1.0
"""Seconds in which a channel that was named may still be announced: firmware does so a moment after its boot."""
QUIET = 0.1
"""Seconds without another channel after which a list is complete, and without another answer, an answer."""


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("id", metavar="ID", help="remoteproc0, 0, or the processor's name")
    parser.add_argument("--json", action="store_true", help="objects for programs; one a line for messages")
    deeds = parser.add_subparsers(dest="deed", metavar="send|listen")
    send = deeds.add_parser("send", help="send one message")
    listen = deeds.add_parser("listen", help="print each message until interrupted, or until the channel is gone")
    for deed in (send, listen):
        deed.add_argument("channel", metavar="CHANNEL", help="its name, its device's name, or its node below /dev")
        deed.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="one object a line")
    send.add_argument("text", metavar="TEXT", help="sent as it is; on a terminal line with a line end")
    send.add_argument("--wait", metavar="SECONDS", type=float, help="print what comes back; 1 when nothing does")


def run(options: argparse.Namespace) -> int:
    """List, send or listen."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with controller_for(options) as controller:
        key = find(controller.snapshot, options.id).key
        if options.deed is None:
            await _until(controller, key, lambda rpmsg: bool(rpmsg.channels), quiet=QUIET)
            _list(_processor(controller, key), as_json=options.json)
            return 0
        await _until(controller, key, lambda rpmsg: _can_be_opened(rpmsg.find(options.channel)))
        conversation = await controller.open_channel(key, options.channel)
        try:
            printer = _Printer(controller, _processor(controller, key), conversation, as_json=options.json)
            return await (printer.listen() if options.deed == "listen" else _send(conversation, printer, options))
        finally:
            await conversation.close()


async def _send(conversation: Conversation, printer: _Printer, options: argparse.Namespace) -> int:
    await conversation.send(conversation.channel.payload(options.text))
    return 0 if options.wait is None else await printer.answer(options.wait)


class _Printer:
    """Prints what comes on one channel."""

    def __init__(
        self, controller: Controller, processor: Processor, conversation: Conversation, *, as_json: bool
    ) -> None:
        self._clock = controller.clock
        self._processor = processor
        self._conversation = conversation
        self._as_json = as_json

    async def listen(self) -> int:
        """Until the channel is gone, which ChannelGone tells."""
        name = f"{self._conversation.channel.name} of {self._processor.name}"
        print(f"listening to {name} until it is gone; ^C ends it", file=sys.stderr, flush=True)
        async for message in self._conversation.messages():
            self._print(message)
        return 0

    async def answer(self, patience: float) -> int:
        """What comes within so many seconds, and what follows close behind; 1 when nothing does."""
        came = 0
        with contextlib.suppress(TimeoutError):
            while True:
                async with asyncio.timeout(QUIET if came else patience):
                    message = await self._conversation.receive()
                self._print(message)
                came += 1
        if not came:
            raise RprocTuiError(f"{self._conversation.channel.name} of {self._processor.name} did not answer")
        return 0

    def _print(self, message: bytes) -> None:
        now = self._clock.wall()
        if self._as_json:
            print(json.dumps(_message_object(self._processor, self._conversation.channel, message, now)))
        else:
            when = datetime.fromtimestamp(now).astimezone().strftime("%H:%M:%S.%f")[:-3]
            print(f"{when} {payload_text(message)}")
        sys.stdout.flush()


def _message_object(processor: Processor, channel: RpmsgChannel, message: bytes, time: float) -> dict[str, object]:
    text = text_of(message)
    return {
        "schema": "rproc-tui/message",
        "version": 1,
        "id": processor.id,
        "name": processor.name,
        "channel": channel.name,
        "time": time,
        "size": len(message),
        "text": text,
        "base64": base64.b64encode(message).decode() if text is None else None,
    }


def _list(processor: Processor, *, as_json: bool) -> None:
    reason = why_no_channels(processor)
    if as_json:
        print_json(rpmsg_object(processor, reason))
        return
    rpmsg = processor.rpmsg
    if reason is not None:
        print(reason, file=sys.stderr)
    else:
        print(table(HEADS, [_row(channel) for channel in rpmsg.channels]))
    for endpoint in rpmsg.endpoints:
        addresses = f"{_address(endpoint.source)} to {_address(endpoint.destination)}"
        print(f"endpoint {endpoint.node}  {endpoint.name}  {addresses}")
    for ring in rpmsg.rings:
        print(_ring(ring))


def _row(channel: RpmsgChannel) -> tuple[str, ...]:
    addresses = _address(channel.source), _address(channel.destination)
    return (channel.name, *addresses, channel.driver or "none", channel.node or "-", channel.device)


def _address(address: int | None) -> str:
    return "any" if address is None else f"{address:#x}"


def _ring(ring: RingFill) -> str:
    counts = f"{ring.messages_waiting} of {ring.size} buffers hold messages, {ring.messages} went through"
    return f"{ring.bus} {ring.name}: {counts}"


def _processor(controller: Controller, key: ProcessorKey) -> Processor:
    processor = controller.snapshot.find(key)
    if processor is None:
        raise RprocTuiError(f"{key.device} is gone")
    return processor


def _can_be_opened(channel: RpmsgChannel | None) -> bool:
    return channel is not None and channel.node is not None


async def _until(
    controller: Controller, key: ProcessorKey, condition: Callable[[Rpmsg], bool], *, quiet: float = 0.0
) -> None:
    """Wait for announcements while the processor is up: until something is so, and then for `quiet` seconds more."""
    changed = asyncio.Event()
    unsubscribe = controller.subscribe(lambda _change: changed.set())
    try:
        async with asyncio.timeout(ANNOUNCEMENTS):
            while _processor(controller, key).state.is_up and not condition(_processor(controller, key).rpmsg):
                changed.clear()
                await changed.wait()
            await asyncio.sleep(quiet)
    except TimeoutError:
        return
    finally:
        unsubscribe()
