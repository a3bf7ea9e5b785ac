"""A remote processor for the tests: the device's side of two rings, on the same memory as the host's side."""

from __future__ import annotations

import struct
from collections.abc import Callable

from rproc_tui.rpmsg.bus import RpmsgBus
from rproc_tui.rpmsg.header import BUFFER_SIZE, buffer_count
from rproc_tui.rpmsg.vring import Vring, vring_size

BUFFERS_AT = 0x1_2340_0000  # above 4 GiB: descriptors carry 64 bits
Message = tuple[int, int, bytes]
"""Source, destination, payload."""


class DeviceRing:
    """One ring as a remote processor sees it: takes what is available, gives it back as used."""

    def __init__(self, memory: memoryview, num: int, align: int) -> None:
        self.memory = memory
        self.num = num
        self.available_at = 16 * num
        self.used_at = -(-(16 * num + 6 + 2 * num) // align) * align
        self.taken = 0
        self.given = 0

    def u16(self, offset: int) -> int:
        return int.from_bytes(self.memory[offset : offset + 2], "little")

    def put16(self, offset: int, value: int) -> None:
        self.memory[offset : offset + 2] = value.to_bytes(2, "little")

    @property
    def waiting(self) -> int:
        return (self.u16(self.available_at + 2) - self.taken) & 0xFFFF

    def take(self) -> tuple[int, int, int, int]:
        """Head, address, length and flags of the next available descriptor."""
        head = self.u16(self.available_at + 4 + 2 * (self.taken % self.num))
        address, length, flags, _following = struct.unpack_from("<QIHH", self.memory, 16 * head)
        self.taken = (self.taken + 1) & 0xFFFF
        return head, address, length, flags

    def give(self, head: int, length: int) -> None:
        struct.pack_into("<II", self.memory, self.used_at + 4 + 8 * (self.given % self.num), head, length)
        self.given = (self.given + 1) & 0xFFFF
        self.put16(self.used_at + 2, self.given)

    def start_at(self, index: int) -> None:
        """Pretend that so many buffers have gone round already."""
        self.taken = self.given = index
        for place in (self.available_at + 2, self.available_at + 4 + 2 * self.num, self.used_at + 2):
            self.put16(place, index)

    def wants_interrupt(self, before: int, *, event_index: bool) -> bool:
        """Whether the driver asks to hear of what was given since the index was `before`."""
        if event_index:
            event = self.u16(self.available_at + 4 + 2 * self.num)
            return (self.given - event - 1) & 0xFFFF < (self.given - before) & 0xFFFF
        return not self.u16(self.available_at) & 1

    def suppress_kicks(self, *, suppress: bool, event_index: bool) -> None:
        """Ask for no kicks, or for one at the next buffer."""
        if not event_index:
            self.put16(self.used_at, int(suppress))
        else:
            event = self.taken - 1 if suppress else self.taken
            self.put16(self.used_at + 4 + 8 * self.num, event & 0xFFFF)


class Remote:
    """A remote processor that follows the rules: sends on vring0, receives on vring1."""

    def __init__(self, send: DeviceRing, receive: DeviceRing, buffers: memoryview, *, event_index: bool) -> None:
        self.out = send
        self.into = receive
        self.buffers = buffers
        self.event_index = event_index
        self.interrupt: Callable[[int], None] = lambda _ring: None

    def payload(self, address: int, length: int) -> memoryview:
        offset = address - BUFFERS_AT
        assert 0 <= offset <= len(self.buffers) - length
        return self.buffers[offset : offset + length]

    def put(self, source: int, destination: int, data: bytes) -> bool:
        """Send one message without an interrupt; False when the host has lent no buffer."""
        if not self.out.waiting:
            return False
        head, address, length, flags = self.out.take()
        assert (length, flags) == (BUFFER_SIZE, 2)
        message = struct.pack("<IIIHH", source, destination, 0xABAD1DEA, len(data), 0) + data
        self.payload(address, len(message))[:] = message
        self.out.give(head, len(message))
        return True

    def send(self, source: int, destination: int, data: bytes) -> bool:
        """Send one message and interrupt the host if it asks for that."""
        before = self.out.given
        if not self.put(source, destination, data):
            return False
        if self.out.wants_interrupt(before, event_index=self.event_index):
            self.interrupt(0)
        return True

    def receive(self, limit: int = 1 << 16) -> list[Message]:
        """Consume messages and give their buffers back, with one interrupt if the host asks for it."""
        before = self.into.given
        messages = [self.get() for _ in range(min(limit, self.into.waiting))]
        if messages and self.into.wants_interrupt(before, event_index=self.event_index):
            self.interrupt(1)
        return messages

    def get(self) -> Message:
        head, address, length, flags = self.into.take()
        assert flags == 0
        buffer = bytes(self.payload(address, length))
        source, destination, reserved, size, message_flags = struct.unpack_from("<IIIHH", buffer)
        assert (reserved, message_flags, size + 16) == (0, 0, length)
        self.into.give(head, 0)
        return source, destination, buffer[16:]

    def echo(self) -> None:
        """Send back what has come."""
        for source, destination, data in self.receive():
            assert self.send(destination, source, data)

    def announce(self, name: str, address: int, flags: int = 0) -> None:
        assert self.send(address, 53, struct.pack("<32sII", name.encode(), address, flags))


class Link:
    """A bus and a remote processor on the same memory, with everything the bus says written down."""

    def __init__(
        self,
        num: int = 16,
        align: int = 16,
        *,
        send_num: int | None = None,
        event_index: bool = False,
        start: int = 0,
        monotonic: Callable[[], float] = lambda: 0.0,
        name_service: bool = True,
        **bus_options: bool,
    ) -> None:
        sizes = (num, send_num or num)
        rings = [memoryview(bytearray(vring_size(size, align))) for size in sizes]
        buffers = memoryview(bytearray(buffer_count(num) * BUFFER_SIZE))
        out, into = (DeviceRing(ring, size, align) for ring, size in zip(rings, sizes, strict=True))
        self.remote = Remote(out, into, buffers, event_index=event_index)
        self.kicks: list[int] = []
        self.on_kick: Callable[[int], None] = lambda _ring: None
        self.log: list[tuple[int, str]] = []
        receive, send = (Vring(ring, size, align) for ring, size in zip(rings, sizes, strict=True))
        self.bus = RpmsgBus(
            "virtio0",
            receive,
            send,
            buffers,
            BUFFERS_AT,
            kick=self._kick,
            log=lambda level, text: self.log.append((level, text)),
            name_service=name_service,
            monotonic=monotonic,
            event_index=event_index,
            **bus_options,
        )
        self.remote.interrupt = self.bus.interrupt
        for ring, queue in ((out, self.bus._receiver.queue), (into, self.bus._sender.queue)):
            ring.start_at(start)
            queue._available_index = queue._last_used = start

    def _kick(self, ring: int) -> None:
        self.kicks.append(ring)
        self.on_kick(ring)

    def probed(self) -> Link:
        """Go online, and forget what was said on the way."""
        self.bus.probe()
        self.log.clear()
        self.kicks.clear()
        return self

    @property
    def said(self) -> list[str]:
        return [text for _level, text in self.log]
