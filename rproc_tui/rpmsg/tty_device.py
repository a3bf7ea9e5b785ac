"""A channel as a raw terminal line, `/dev/ttyRPMSGn` (drivers/tty/rpmsg_tty.c): bytes without message borders."""

from __future__ import annotations

import errno
from collections.abc import Callable
from threading import Condition, Lock
from typing import TYPE_CHECKING, Final

from rproc_tui.rpmsg.header import MAX_PAYLOAD
from rproc_tui.rpmsg.log_level import ERROR
from rproc_tui.rpmsg.rate_limit import RateLimit

if TYPE_CHECKING:
    from rproc_tui.rpmsg.channel import Channel

DRIVER: Final = "rpmsg_tty"
CHANNEL_NAMES: Final = ("rpmsg-tty",)
"""Channels that the driver binds to by itself, since 5.16."""

_BUFFER_LIMIT = 640 * 1024
"""Bytes that wait for a reader, as in the kernel's flip buffers; more are cut off."""


class TtyDevice:
    """A terminal line over one channel, without echo or translation. Thread-safe."""

    def __init__(self, channel: Channel) -> None:
        """Bind the driver to a channel; OSError as `Channel.bind`."""
        self.on_change: Callable[[], None] | None = None
        """Called when bytes have come or the line has hung up, on whatever thread did it."""
        self._channel = channel
        self._received = bytearray()
        self._hung_up = False
        self._arrival = Condition(Lock())
        self._overflow = RateLimit(channel.bus.monotonic)
        channel.bind(DRIVER, self._receive, self._hang_up)

    def read(self, size: int, *, nonblocking: bool = False) -> bytes:
        """What has come, at most `size` bytes; empty after a hang-up. OSError: EAGAIN if `nonblocking`."""
        with self._arrival:
            while not self._received and not self._hung_up:
                if nonblocking:
                    raise OSError(errno.EAGAIN, "nothing has come")
                self._arrival.wait()
            data = bytes(self._received[:size])
            del self._received[:size]
            return data

    def write(self, data: bytes) -> int:
        """Send in messages of at most 496 bytes, without waiting; the answer is how much went.

        OSError when nothing went: EIO after a hang-up, ENOMEM when no buffer is free, else as `Endpoint.try_send`.
        """
        if self._hung_up:
            raise OSError(errno.EIO, "the line has hung up")
        sent = 0
        while sent < len(data):
            part = data[sent : sent + MAX_PAYLOAD]
            try:
                self._channel.try_send(part)
            except OSError:
                if sent == 0:
                    raise
                break
            sent += len(part)
        return sent

    def _receive(self, data: bytes, _source: int) -> None:
        if not data:
            return
        with self._arrival:
            space = _BUFFER_LIMIT - len(self._received)
            self._received += data[:space]
            self._arrival.notify_all()
        if len(data) > space and self._overflow.allows():
            self._channel.log(ERROR, f"Trunc buffer: available space is {space}")
        if self.on_change is not None:
            self.on_change()

    def _hang_up(self) -> None:
        with self._arrival:
            self._hung_up = True
            self._received.clear()
            self._arrival.notify_all()
        if self.on_change is not None:
            self.on_change()
