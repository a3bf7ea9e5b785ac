"""A local address with somebody behind it (`struct rpmsg_endpoint`)."""

from __future__ import annotations

import errno
from collections.abc import Callable
from threading import RLock
from typing import TypeAlias

from rproc_tui.rpmsg.addresses import AddressSpace, address_of
from rproc_tui.rpmsg.log_level import Log
from rproc_tui.rpmsg.sender import Sender

Receive: TypeAlias = Callable[[bytes, int], None]
"""Takes the payload and the remote address it came from, on the thread that brought the interrupt.

An OSError is ignored, as the kernel ignores what a callback returns.
"""


class Endpoint:
    """Sends from its address and receives what comes to it. Thread-safe."""

    def __init__(
        self, callback: Receive, addresses: AddressSpace[Endpoint], sender: Sender, log: Log, source: int
    ) -> None:
        """Take `source`, or an address of its own for ADDRESS_ANY; OSError as `AddressSpace.allocate`."""
        self._callback: Receive | None = callback
        self._addresses = addresses
        self._sender = sender
        self._log = log
        self._lock = RLock()  # held while the callback runs, which may close its own endpoint
        with self._lock:
            self.address = addresses.allocate(address_of(source), self)

    @property
    def closed(self) -> bool:
        """Whether nothing is sent or received here any more."""
        return self._callback is None

    def send(self, data: bytes, destination: int) -> None:
        """Send one message; waits up to 15 s for a free buffer.

        OSError: EINVAL to ADDRESS_ANY, EMSGSIZE above 496 bytes, EINTR (the kernel's ERESTARTSYS) when no buffer
        came, EPIPE when the endpoint or its bus is gone, ENOSPC or EIO from the ring.
        """
        if self._callback is None:
            raise OSError(errno.EPIPE, "the endpoint is closed")
        self._sender.send(self.address, address_of(destination), data, self._log, wait=True)

    def try_send(self, data: bytes, destination: int) -> None:
        """The same without waiting: ENOMEM when no buffer is free."""
        if self._callback is None:
            raise OSError(errno.EPIPE, "the endpoint is closed")
        self._sender.send(self.address, address_of(destination), data, self._log, wait=False)

    def deliver(self, data: bytes, source: int) -> None:
        """Hand a message to the callback; nothing when closed meanwhile."""
        with self._lock:
            if self._callback is not None:
                self._callback(data, source)

    def close(self) -> None:
        """Leave the address. A callback that runs on another thread is waited for; none begins afterwards."""
        self._addresses.release(self.address, self)
        with self._lock:
            self._callback = None
