"""A remote side that keeps to no rule: nothing is raised, nothing outside the lent buffers is read or written."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.rpmsg.bus import MAX_CHANNELS
from rproc_tui.rpmsg.endpoint import Endpoint
from tests.rpmsg.remote import DeviceRing, Link

KERNELS_WORDS = re.compile(
    r"(input|output):id \d+ (out of range|is not a head!)"
    r"|uhm, incoming signal, but no used buffer \?"
    r"|inbound msg too big: \(-?\d+, \d+\)"
    r"|msg received with no recipient"
    r"|malformed ns msg \(\d+\)"
    r"|(creat|destroy)ing channel .{0,128} addr 0x[0-9a-f]+"
    r"|channel .{0,128}:[0-9a-f]+:[0-9a-f]+ already exist"
    r"|device_register failed: -17"
    r"|rpmsg_create_channel failed|rpmsg_destroy_channel failed: -22"
    r"|virtqueue_add_outbuf failed: -(5|28)"
)
U16 = st.one_of(st.integers(0, 0xFFFF), st.integers(0, 20))
U32 = st.one_of(st.integers(0, 0xFFFFFFFF), st.integers(0, 20), st.sampled_from([53, 512, 513, 1024, 0xFFFFFFFF]))
Deed = Callable[[Link], object]


def ring_of(link: Link, which: int) -> DeviceRing:
    return (link.remote.out, link.remote.into)[which]


def write_words(which: int, offset: int, words: list[int]) -> Deed:
    """Scribble over a ring: descriptors, both indices, entries."""

    def deed(link: Link) -> None:
        memory = ring_of(link, which).memory
        data = struct.pack(f"<{len(words)}H", *words)[: len(memory)]
        place = offset % (len(memory) - len(data) + 1)
        memory[place : place + len(data)] = data

    return deed


def write_header(buffer: int, header: tuple[int, int, int, int, int], name: bytes) -> Deed:
    def deed(link: Link) -> None:
        place = buffer % (len(link.remote.buffers) // 512) * 512
        link.remote.buffers[place : place + 16] = struct.pack("<IIIHH", *header)
        link.remote.buffers[place + 16 : place + 56] = name.ljust(40, b"\0")[:40]

    return deed


def give(which: int, head: int, length: int) -> Deed:
    return lambda link: ring_of(link, which).give(head, length)


def move_used_index(which: int, index: int) -> Deed:
    return lambda link: ring_of(link, which).put16(ring_of(link, which).used_at + 2, index)


def interrupt(ring: int) -> Deed:
    return lambda link: link.bus.interrupt(ring)


def host_sends(size: int) -> Deed:
    def deed(link: Link) -> None:
        try:
            link.bus.create_endpoint(lambda _data, _source: None).try_send(bytes(size), 7)
        except OSError:
            return

    return deed


HEADERS = st.tuples(U32, U32, U32, U16, U16)
DEEDS = st.one_of(
    st.builds(write_words, st.integers(0, 1), st.integers(0, 1000), st.lists(U16, min_size=1, max_size=8)),
    st.builds(write_header, st.integers(0, 31), HEADERS, st.binary(max_size=40)),
    st.builds(give, st.integers(0, 1), U32, U32),
    st.builds(move_used_index, st.integers(0, 1), U16),
    st.builds(interrupt, st.integers(0, 1)),
    st.builds(interrupt, st.integers(0, 1)),
    st.builds(host_sends, st.integers(0, 496)),
)


@settings(max_examples=300, deadline=None)
@given(power=st.integers(1, 4), event_index=st.booleans(), deeds=st.lists(DEEDS, min_size=3, max_size=40))
def test_no_deed_of_the_remote_side_raises_or_escapes(power: int, event_index: bool, deeds: list[Deed]) -> None:
    link = Link(2**power, event_index=event_index).probed()
    received: list[bytes] = []
    link.bus.create_endpoint(lambda data, _source: received.append(data))
    for deed in deeds:
        deed(link)
    for ring in (0, 1):
        link.bus.interrupt(ring)
    link.bus.statistics()
    link.bus.remove()
    assert [text for text in link.said if not KERNELS_WORDS.fullmatch(text)] == []
    assert all(text.isprintable() for text in link.said)
    assert all(len(data) <= 496 for data in received)
    assert len(link.bus.channels) <= MAX_CHANNELS


@given(length=st.integers(0, 0xFFFF), used=U32)
def test_what_is_delivered_never_reaches_into_the_next_buffer(length: int, used: int) -> None:
    link = Link(2).probed()
    received: list[bytes] = []
    link.bus.create_endpoint(lambda data, _source: received.append(data))
    for place in range(0, len(link.remote.buffers), 512):
        link.remote.buffers[place : place + 512] = bytes([place // 512]) * 512
    head, address, _length, _flags = link.remote.out.take()
    link.remote.payload(address, 16)[:] = struct.pack("<IIIHH", 7, 1024, 0, length, 0)
    link.remote.out.give(head, used)
    link.bus.interrupt(0)
    assert all(set(data) <= {0} for data in received)
    assert len(received) + len(link.log) == 1


def test_a_round_ends_even_when_the_index_is_as_far_ahead_as_can_be() -> None:
    link = Link(2).probed()
    received: list[bytes] = []
    link.bus.create_endpoint(lambda data, _source: received.append(data))
    link.remote.buffers[:16] = struct.pack("<IIIHH", 7, 1024, 0, 1, 0)
    for slot in range(2):  # the same valid descriptor in every slot
        struct.pack_into("<II", link.remote.out.memory, link.remote.out.used_at + 4 + 8 * slot, 0, 17)
    link.remote.out.put16(link.remote.out.used_at + 2, 0xFFFF)
    link.bus.interrupt(0)
    assert len(received) == 0xFFFF


def test_a_receive_ring_that_is_broken_leaves_sending_alone() -> None:
    link = Link(4).probed()
    link.remote.out.give(1000, 0)
    link.bus.interrupt(0)
    endpoint: Endpoint = link.bus.create_endpoint(lambda _data, _source: None)
    for turn in range(10):
        endpoint.send(bytes([turn]), 7)
        assert link.remote.receive() == [(1024, 7, bytes([turn]))]
