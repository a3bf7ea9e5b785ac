"""Messages as a character device, `/dev/rpmsgN` (drivers/rpmsg/rpmsg_char.c): one reader, one message a read."""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable
from threading import Condition, Lock
from typing import TYPE_CHECKING, Final

from rproc_tui.rpmsg.log_level import ERROR, Log
from rproc_tui.sanitise import sanitise

if TYPE_CHECKING:
    from rproc_tui.rpmsg.channel import Channel
    from rproc_tui.rpmsg.endpoint import Endpoint

DRIVER: Final = "rpmsg_chrdev"
CHANNEL_NAMES: Final = ("rpmsg-raw", "rpmsg_chrdev")
"""Channels that the driver binds to by itself; the first since 5.18, the second since 6.12."""

POLLIN: Final = 1
POLLERR: Final = 8

_MAX_QUEUED = 65_536
"""Messages that wait for a reader; more are dropped. The kernel goes on until it has no memory left."""


class CharDevice:
    """An endpoint that a program opens, reads and writes. Thread-safe.

    Made by the control device it has a local address only while it is open; for a channel (`for_channel`) it uses the
    channel's endpoint, and messages queue up before anybody opens it.
    """

    def __init__(self, channel: Channel, name: str, source: int, destination: int, log: Log | None = None) -> None:
        """Stand on `channel`; `log` takes the lines of the character device itself."""
        self.name = name
        self.source = source
        """As asked for: ADDRESS_ANY stays ADDRESS_ANY."""
        self.destination = destination
        self.on_change: Callable[[], None] | None = None
        """Called when a message has come or the device is gone, on whatever thread did it."""
        self.on_removed: Callable[[], None] | None = None
        self._channel = channel
        self._log = log or channel.log
        self._default = False
        self._opening = Lock()
        self._endpoint: Endpoint | None = None
        self._removed = False
        self._messages: deque[bytes] = deque()
        self._arrival = Condition(Lock())

    @classmethod
    def for_channel(cls, channel: Channel, log: Log | None = None) -> CharDevice:
        """Bind the driver to a channel; OSError as `Channel.bind`."""
        device = cls(channel, channel.name, channel.source, channel.destination, log)
        device._default = True
        channel.bind(DRIVER, device._receive, device.remove)
        return device

    def log_to(self, log: Log) -> None:
        """Where its own lines go from now on: under the name of its node."""
        self._log = log

    def open(self) -> None:
        """OSError: EBUSY while somebody has it open, ENETRESET when it is gone, EINVAL when there is no address."""
        with self._opening:
            if self._removed:
                raise OSError(errno.ENETRESET, f"{self.name} is gone")
            if self._endpoint is not None:
                raise OSError(errno.EBUSY, f"{self.name} is open already")
            endpoint = self._channel.endpoint if self._default else self._create_endpoint()
            if endpoint is None:
                self._log(ERROR, f"failed to open {sanitise(self.name)}")
                raise OSError(errno.EINVAL, f"{self.name} has no endpoint")
            self._endpoint = endpoint

    def close(self) -> None:
        """Let the next one open it; what was not read is lost."""
        with self._opening:
            self._leave()
        with self._arrival:
            self._messages.clear()
            self._arrival.notify_all()

    def read(self, size: int, *, nonblocking: bool = False) -> bytes:
        """One message; what is longer than `size` loses its end.

        OSError: EPIPE when the device is gone, EAGAIN when there is none and `nonblocking`.
        """
        with self._arrival:
            while True:
                if self._endpoint is None:
                    raise OSError(errno.EPIPE, f"{self.name} is gone")
                if self._messages:
                    return self._messages.popleft()[:size]
                if nonblocking:
                    raise OSError(errno.EAGAIN, "no message")
                self._arrival.wait()

    def write(self, data: bytes, *, nonblocking: bool = False) -> int:
        """Send one message and return its length.

        OSError: EPIPE when the device is gone, EAGAIN when no buffer is free and `nonblocking`; else as
        `Endpoint.send`.
        """
        endpoint = self._endpoint
        if endpoint is None:
            raise OSError(errno.EPIPE, f"{self.name} is gone")
        if not nonblocking:
            endpoint.send(data, self.destination)
            return len(data)
        try:
            endpoint.try_send(data, self.destination)
        except OSError as error:
            if error.errno == errno.ENOMEM:
                raise OSError(errno.EAGAIN, "no free buffer") from error
            raise
        return len(data)

    def poll(self) -> int:
        """POLLIN when there is a message, POLLERR when the device is gone; never POLLOUT, as before 7.2."""
        if self._endpoint is None:
            return POLLERR
        return POLLIN if self._messages else 0

    def set_incoming_flow_control(self, pause: int) -> None:
        """RPMSG_SET_INCOMING_FLOWCONTROL: EINVAL above 1, else EOPNOTSUPP, as virtio has none."""
        raise OSError(errno.EINVAL if pause > 1 else errno.EOPNOTSUPP, "no flow control on virtio")

    def destroy(self) -> None:
        """RPMSG_DESTROY_EPT_IOCTL; OSError: EINVAL for the device of a channel."""
        if self._default:
            raise OSError(errno.EINVAL, f"{self.name} goes with its channel")
        self.remove()

    def remove(self) -> None:
        """The device goes: whoever has it open gets EPIPE."""
        with self._opening:
            if self._removed:
                return
            self._removed = True
            self._leave()
        with self._arrival:
            self._arrival.notify_all()
        for listener in (self.on_change, self.on_removed):
            if listener is not None:
                listener()

    def _create_endpoint(self) -> Endpoint | None:
        try:
            return self._channel.bus.create_endpoint(self._receive, self.source, self._channel)
        except OSError:
            return None

    def _leave(self) -> None:
        endpoint, self._endpoint = self._endpoint, None
        if endpoint is not None and not self._default:
            endpoint.close()

    def _receive(self, data: bytes, _source: int) -> None:
        with self._arrival:
            if len(self._messages) >= _MAX_QUEUED:
                return
            self._messages.append(data)
            self._arrival.notify()
        if self.on_change is not None:
            self.on_change()
