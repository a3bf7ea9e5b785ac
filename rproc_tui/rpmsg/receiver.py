"""The host's half of receiving: lend buffers, take what the remote side filled, lend again (virtio_rpmsg_bus.c)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Lock, get_ident

from rproc_tui.rpmsg.endpoint import Endpoint
from rproc_tui.rpmsg.header import BUFFER_SIZE, HEADER, HEADER_SIZE, MAX_PAYLOAD, RECEIVE_RING
from rproc_tui.rpmsg.log_level import ERROR, WARNING, Log
from rproc_tui.rpmsg.rate_limit import RateLimit
from rproc_tui.rpmsg.virtqueue import Virtqueue

_read_header = HEADER.unpack_from
_no_fault_of_ours = suppress(OSError)


class Receiver:
    """Takes messages off the receive ring, in order, one thread at a time."""

    def __init__(
        self,
        queue: Virtqueue,
        buffers: memoryview,
        address: int,
        *,
        find: Callable[[int], Endpoint | None],
        log: Log,
        kick: Callable[[int], None],
        monotonic: Callable[[], float],
    ) -> None:
        """Receive into `buffers`, which the remote side sees at the physical `address`."""
        self.queue = queue
        self.messages = 0
        self.bytes = 0
        self.dropped = 0
        """Messages that nobody was there for."""
        self._buffers = buffers
        self._address = address
        self._find = find
        self._log = log
        self._kick = kick
        self._no_recipient = RateLimit(monotonic)
        self._busy = Lock()
        self._owner: int | None = None
        self._again = False
        self._stopped = False

    def fill(self) -> None:
        """Lend every buffer to the remote side."""
        for buffer in range(len(self._buffers) // BUFFER_SIZE):
            self._lend(buffer)

    def interrupt(self) -> None:
        """Take what there is. While one thread is at it, or from within a callback, that one goes round once more."""
        self._again = True
        while self._again and self._busy.acquire(blocking=False):
            try:
                self._owner = get_ident()
                self._again = False
                if not self._stopped:
                    self._drain()
            finally:
                self._owner = None
                self._busy.release()

    def stop(self) -> None:
        """Receive nothing more and touch the ring no more; waits for a callback that runs on another thread."""
        self._stopped = True
        if self._owner != get_ident():
            with self._busy:
                pass

    def _drain(self) -> None:
        queue = self.queue
        if queue.broken or not queue.more_used():
            return  # an interrupt without work is no news: the ring may be empty since the one before
        used = queue.get_buf()
        if used is None:
            self._log(ERROR, "uhm, incoming signal, but no used buffer ?")
            return
        received = 0
        while used is not None and self._receive_single(*used):
            received += 1
            used = queue.get_buf()
        if received and not self._stopped and queue.kick_needed():
            self._kick(RECEIVE_RING)

    def _receive_single(self, buffer: int, used_length: int) -> bool:
        """Deliver one message and lend its buffer again; False ends the round."""
        offset = buffer * BUFFER_SIZE
        source, destination, _reserved, length, _flags = _read_header(self._buffers, offset)
        # Below 16 the kernel's unsigned subtraction wraps: the length given back then limits nothing.
        room = used_length - HEADER_SIZE if used_length >= HEADER_SIZE else MAX_PAYLOAD
        if used_length > BUFFER_SIZE or length > room:
            claimed = used_length - (1 << 32) if used_length >> 31 else used_length
            self._log(WARNING, f"inbound msg too big: ({claimed}, {length})")
            return False
        endpoint = self._find(destination)
        if endpoint is not None:
            start = offset + HEADER_SIZE
            with _no_fault_of_ours:
                endpoint.deliver(bytes(self._buffers[start : start + length]), source)
        else:
            self.dropped += 1
            if self._no_recipient.allows():
                self._log(WARNING, "msg received with no recipient")
        self.messages += 1
        self.bytes += length
        return not self._stopped and self._lend(buffer)

    def _lend(self, buffer: int) -> bool:
        try:
            self.queue.add_inbuf(self._address + buffer * BUFFER_SIZE, BUFFER_SIZE, buffer)
        except OSError as error:
            self._log(ERROR, f"failed to add a virtqueue buffer: {-(error.errno or 0)}")
            return False
        return True
