"""Messages with the firmware on one channel: through the device that its driver made, else through an own endpoint."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import AsyncIterator

from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.errors import ChannelGone, NotPermitted, RprocTuiError
from rproc_tui.hosts.base import Endpoint
from rproc_tui.linux.channel_trouble import why_no_channels
from rproc_tui.linux.kernel_fact import Kind
from rproc_tui.model.rpmsg import MESSAGE_MOST, RpmsgChannel
from rproc_tui.rpmsg.addresses import ADDRESS_ANY

REASON_PATIENCE = 0.5
"""Seconds that the reason why a channel went is waited for: log and state come by other ways than the errno."""
LINE_PATIENCE = 0.05
"""Seconds after which a line that does not end is taken as it is."""
_REASON_EVERY = 0.02

_GONE = frozenset(
    {errno.EPIPE, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ENETRESET, errno.ECONNRESET, errno.EBADF}
)
_FULL = frozenset({errno.EINTR, errno.EAGAIN, errno.ENOMEM, errno.ENOSPC})
_REASONS = {
    Kind.CRASH_DETECTED: "it crashed",
    Kind.CRASH_HANDLED: "it crashed",
    Kind.DETACHED: "it was detached",
    Kind.STOPPED: "it was stopped",
}
"""By what the kernel said, the one that explains the others first."""


class Conversation:
    """A channel that is open until `close`; one task receives at a time."""

    def __init__(self, session: ProcessorSession, channel: RpmsgChannel, endpoint: Endpoint) -> None:
        self.channel = channel
        self._session = session
        self._endpoint = endpoint
        self._first_line = session.history.next_sequence

    async def send(self, data: bytes) -> None:
        """Send one message; RprocTuiError says why it did not go, ChannelGone when there is no channel any more."""
        if len(data) > MESSAGE_MOST and not self.channel.is_line:
            raise RprocTuiError(f"a message has at most {MESSAGE_MOST} bytes, this one has {len(data)}")
        try:
            await self._endpoint.send(data)
        except OSError as error:
            raise await self._explained(error) from error

    async def receive(self) -> bytes:
        """The next message; on a terminal line, a line. ChannelGone when there is no channel any more."""
        try:
            data = await self._endpoint.receive()
        except OSError as error:
            raise await self._explained(error) from error
        return await self._whole_line(data) if self.channel.is_line else data

    async def _whole_line(self, data: bytes) -> bytes:
        """What came on a line up to its end, or until nothing more comes."""
        with contextlib.suppress(TimeoutError, OSError):  # when it is gone, the next call tells
            while not data.endswith(b"\n"):
                async with asyncio.timeout(LINE_PATIENCE):
                    data += await self._endpoint.receive()
        return data

    async def messages(self) -> AsyncIterator[bytes]:
        """One message after the other; ends with ChannelGone."""
        while True:
            yield await self.receive()

    async def close(self) -> None:
        """Let the next one have it."""
        await self._endpoint.close()

    async def _explained(self, error: OSError) -> RprocTuiError:
        name = f"{self.channel.name} of {self._session.name}"
        if error.errno in _GONE:
            return ChannelGone(f"{name} is gone: {await self._reason()}", errno=error.errno)
        if error.errno in _FULL:
            return RprocTuiError(
                f"the firmware takes no message on {name}: every buffer waits for it", errno=error.errno
            )
        return RprocTuiError(f"{name}: {error.strerror or error}", errno=error.errno)

    async def _reason(self) -> str:
        """What the kernel said since the channel was opened, or how the processor stands."""
        for _ in range(round(REASON_PATIENCE / _REASON_EVERY)):
            facts = self._session.history.facts
            said = {fact.kind for fact in facts if fact.line.sequence >= self._first_line}
            found = next((reason for kind, reason in _REASONS.items() if kind in said), None)
            if found is not None:
                return found
            if not self._session.state.is_up:
                return f"it is {self._session.state}"
            await asyncio.sleep(_REASON_EVERY)
        return "the firmware took it back"


async def open_conversation(session: ProcessorSession, wanted: str) -> Conversation:
    """Open a channel by any of its names. RprocTuiError says why it cannot be: none such, busy, not permitted."""
    processor = session.snapshot()
    channel = processor.rpmsg.find(wanted)
    if channel is None:
        there = ", ".join(channel.name for channel in processor.rpmsg.channels)
        hint = f"there are: {there}" if there else why_no_channels(processor)
        raise RprocTuiError(f"{session.name} has no channel {wanted}", hint=hint)
    try:
        return Conversation(session, channel, await _open(session, channel))
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            why = f"{channel.name} of {session.name} cannot be opened: {error.strerror}"
            raise NotPermitted(why, errno=error.errno) from error
        raise RprocTuiError(f"{channel.name} of {session.name}: {error.strerror}", errno=error.errno) from error


async def _open(session: ProcessorSession, channel: RpmsgChannel) -> Endpoint:
    """What the channel's driver made hears whatever is sent to the channel; an own endpoint hears only answers."""
    ways = [way for way in (channel.node, channel.control) if way is not None]
    for number, way in enumerate(ways, 1):
        try:
            return await session.host.open_endpoint(way, channel.name, ADDRESS_ANY, _destination(channel))
        except OSError as error:
            if error.errno != errno.EBUSY or number == len(ways):
                raise
    hint = "no driver has it, and there is no control device: load rpmsg_ctrl and rpmsg_char (Linux 5.18 and later)"
    raise RprocTuiError(f"{channel.name} of {session.name} cannot be opened", hint=hint)


def _destination(channel: RpmsgChannel) -> int:
    return ADDRESS_ANY if channel.destination is None else channel.destination
