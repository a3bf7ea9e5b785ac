"""The host's half of sending: buffers, the ring to the remote side, and senders that wait (virtio_rpmsg_bus.c)."""

from __future__ import annotations

import errno
from collections.abc import Callable
from threading import Condition, Lock
from typing import Final

from rproc_tui.rpmsg.addresses import ADDRESS_ANY
from rproc_tui.rpmsg.header import BUFFER_SIZE, HEADER, HEADER_SIZE, MAX_PAYLOAD, SEND_RING
from rproc_tui.rpmsg.log_level import ERROR, Log
from rproc_tui.rpmsg.virtqueue import Virtqueue

SEND_TIMEOUT: Final = 15.0
"""Seconds that a sender waits for a buffer."""

_LOOK_AGAIN = 1.0
"""Seconds between two looks at the clock while waiting; the clock handed in may run at a rate of its own."""

_write_header = HEADER.pack_into


class Sender:
    """Puts messages on the send ring. Thread-safe; each message is on the ring whole, in the order of the calls."""

    def __init__(
        self,
        queue: Virtqueue,
        buffers: memoryview,
        address: int,
        kick: Callable[[int], None],
        monotonic: Callable[[], float],
    ) -> None:
        """Send through `buffers`, which the remote side sees at the physical `address`."""
        self.queue = queue
        self.messages = 0
        self.bytes = 0
        self.sleepers = 0
        """How many wait for a buffer."""
        self._buffers = buffers
        self._address = address
        self._kick = kick
        self._monotonic = monotonic
        self._count = len(buffers) // BUFFER_SIZE
        self._fresh = 0  # buffers from here on were never sent
        self._lock = Lock()
        self._freed = Condition(self._lock)
        self._stopped = False

    def send(self, source: int, destination: int, data: bytes, log: Log, *, wait: bool) -> None:
        """One message; what goes wrong is logged on the device that sends. OSError as `Endpoint.send`."""
        length = len(data)
        if ADDRESS_ANY in (source, destination):
            log(ERROR, f"invalid addr (src 0x{source:x}, dst 0x{destination:x})")
            raise OSError(errno.EINVAL, "no address to send to")
        if length > MAX_PAYLOAD:
            log(ERROR, f"message is too big ({length})")
            raise OSError(errno.EMSGSIZE, f"a message carries {MAX_PAYLOAD} bytes, not {length}")
        failure: OSError | None = None
        with self._lock:
            buffer = self._acquire(log, wait=wait)
            offset = buffer * BUFFER_SIZE
            _write_header(self._buffers, offset, source, destination, 0, length, 0)
            self._buffers[offset + HEADER_SIZE : offset + HEADER_SIZE + length] = data
            try:
                self.queue.add_outbuf(self._address + offset, HEADER_SIZE + length, buffer)
            except OSError as error:
                failure = error
                kick = error.errno == errno.ENOSPC
            else:
                self.messages += 1
                self.bytes += length
                kick = self.queue.kick_needed()
        if kick:
            self._kick(SEND_RING)
        if failure is not None:
            log(ERROR, f"virtqueue_add_outbuf failed: {-(failure.errno or 0)}")
            raise failure

    def interrupt(self) -> None:
        """The remote side has consumed messages: whoever waits for a buffer looks again."""
        if not self.sleepers:
            return
        with self._lock:
            if not self._stopped and not self.queue.broken and self.queue.more_used():
                self._freed.notify_all()

    def stop(self) -> None:
        """Let nobody send any more and wake everybody who waits. The ring is not touched afterwards."""
        with self._lock:
            self._stopped = True
            self._freed.notify_all()

    def _acquire(self, log: Log, *, wait: bool) -> int:
        if self._stopped:
            raise OSError(errno.EPIPE, "the bus is gone")
        buffer = self._take()
        if buffer is not None:
            return buffer
        if not wait:
            raise OSError(errno.ENOMEM, "no free buffer")
        self.sleepers += 1
        if self.sleepers == 1:
            self.queue.enable_callback()
        try:
            return self._wait(log)
        finally:
            self.sleepers -= 1
            if self.sleepers == 0 and not self._stopped:
                self.queue.disable_callback()

    def _take(self) -> int | None:
        """A buffer that was never sent, else one that the remote side has given back."""
        if self._fresh < self._count:
            self._fresh += 1
            return self._fresh - 1
        used = self.queue.get_buf()
        return None if used is None else used[0]

    def _wait(self, log: Log) -> int:
        deadline = self._monotonic() + SEND_TIMEOUT
        while (buffer := self._take()) is None:
            left = deadline - self._monotonic()
            if left <= 0:
                log(ERROR, "timeout waiting for a tx buffer")
                raise OSError(errno.EINTR, "the remote side gives no buffer back")
            self._freed.wait(min(left, _LOOK_AGAIN))
            if self._stopped:
                raise OSError(errno.EPIPE, "the bus is gone")
        return buffer
