"""What a screen shows of a bus: how full its rings are and what went through."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.rpmsg.virtqueue import Virtqueue


@dataclass(frozen=True, slots=True)
class RingFill:
    """Where the descriptors of one ring are at a moment; the three counts add up to `size`."""

    size: int
    free: int
    """Describe nothing."""
    waiting: int
    """With the remote side: empty buffers to receive into, or messages that it has not consumed yet."""
    returned: int
    """Given back by the remote side and not taken yet: messages to receive, or sent buffers to use again."""
    broken: bool
    """The remote side broke the ring's rules; it is not used any more."""


@dataclass(frozen=True, slots=True)
class BusStatistics:
    """Fill and traffic of one bus since its probe. Bytes are payload."""

    receive: RingFill
    send: RingFill
    received_messages: int
    received_bytes: int
    dropped_messages: int
    """Received for an address where nobody sits."""
    sent_messages: int
    sent_bytes: int
    waiting_senders: int


def ring_fill(queue: Virtqueue) -> RingFill:
    """Look at a ring; reads the remote side's index, so its memory must still be there."""
    waiting, returned = queue.fill()
    size = queue.vring.num
    return RingFill(size, size - waiting - returned, waiting, returned, queue.broken)
