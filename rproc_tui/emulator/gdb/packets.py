"""The frame of a packet: `$data#checksum`, one byte of acknowledgement (GDB manual, appendix E.1).

Everything that arrives is bounded; a connection on which no packet comes together is not worth keeping.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MOST = 0x4000
"""Bytes of a packet's data, either way."""

INTERRUPT = b"\x03"
_START, _END, _ESCAPE, _FLIP = 0x24, 0x23, 0x7D, 0x20
_SPECIAL = frozenset(b"#$}*")


class Unreadable(Exception):
    """The other end does not speak the protocol."""


@dataclass(frozen=True, slots=True)
class Packet:
    """What came, unescaped."""

    data: bytes
    is_whole: bool = True
    """The checksum is right."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """The byte that asks for a stop."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The last packet arrived, or did not."""

    is_good: bool


Arrival = Packet | Interruption | Acknowledgement


def framed(data: bytes) -> bytes:
    """A packet on the wire."""
    escaped = bytearray()
    for byte in data:
        if byte in _SPECIAL:
            escaped += bytes((_ESCAPE, byte ^ _FLIP))
        else:
            escaped.append(byte)
    return b"$%b#%02x" % (bytes(escaped), sum(escaped) & 0xFF)


class PacketReader:
    """Cuts what arrives into packets."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[Arrival]:
        """What is complete now. Raises Unreadable when a packet gets too long."""
        self._rest += data
        while self._rest:
            arrival = self._next()
            if arrival is None:
                return
            yield arrival

    def _next(self) -> Arrival | None:
        while self._rest and self._rest[0] != _START:
            first = self._rest.pop(0)
            if first == INTERRUPT[0]:
                return Interruption()
            if first in b"+-":
                return Acknowledgement(first == ord("+"))
        end = self._rest.find(_END)
        if end < 0 or len(self._rest) < end + 3:
            if len(self._rest) > 2 * MOST:
                raise Unreadable(f"a packet of more than {2 * MOST} bytes")
            return None
        raw, checksum = bytes(self._rest[1:end]), bytes(self._rest[end + 1 : end + 3])
        del self._rest[: end + 3]
        return Packet(_unescaped(raw), checksum.lower() == b"%02x" % (sum(raw) & 0xFF))


def _unescaped(raw: bytes) -> bytes:
    if _ESCAPE not in raw:
        return raw
    data = bytearray()
    escaped = False
    for byte in raw:
        if escaped:
            data.append(byte ^ _FLIP)
            escaped = False
        elif byte == _ESCAPE:
            escaped = True
        else:
            data.append(byte)
    return bytes(data)
