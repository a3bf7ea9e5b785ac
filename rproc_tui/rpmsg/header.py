"""The 16 bytes before every message, and the buffers that carry it (`struct rpmsg_hdr`, drivers/rpmsg)."""

from __future__ import annotations

from struct import Struct
from typing import Final

BUFFER_SIZE: Final = 512
"""Bytes of every buffer, header included; there is nothing to negotiate."""
HEADER: Final = Struct("<IIIHH")
"""Source, destination, reserved, length of the payload in bytes, flags. Reserved and flags are sent 0 and not read."""
HEADER_SIZE: Final = HEADER.size
MAX_PAYLOAD: Final = BUFFER_SIZE - HEADER_SIZE
"""496: the most that one message carries."""

RECEIVE_RING: Final = 0
"""vring0, remote to host; the kernel calls it `input`."""
SEND_RING: Final = 1
"""vring1, host to remote; the kernel calls it `output`."""

_MAX_BUFFERS = 512


def buffer_count(num: int) -> int:
    """How many buffers a pair of rings of `num` descriptors gets; the first half receives, the second sends."""
    return min(2 * num, _MAX_BUFFERS)
