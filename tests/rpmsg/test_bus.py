from __future__ import annotations

import errno
import struct

import pytest

from rproc_tui.rpmsg.addresses import ADDRESS_ANY
from rproc_tui.rpmsg.bus import RpmsgBus
from rproc_tui.rpmsg.channel import Channel
from rproc_tui.rpmsg.header import buffer_count
from rproc_tui.rpmsg.vring import Vring, vring_size
from tests.rpmsg.remote import BUFFERS_AT, Link


def nothing(_data: bytes, _source: int) -> None:
    return


@pytest.mark.parametrize(
    ("num", "buffers", "posted"),
    [(1, 2, 1), (2, 4, 2), (16, 32, 16), (128, 256, 128), (256, 512, 256), (512, 512, 256)],
)
def test_probing_lends_half_of_the_buffers_and_kicks_once(num: int, buffers: int, posted: int) -> None:
    link = Link(num)
    link.bus.probe()
    assert buffer_count(num) == buffers
    assert link.remote.out.waiting == posted
    assert link.remote.into.waiting == 0
    taken = [link.remote.out.take() for _ in range(posted)]
    assert taken == [(head, BUFFERS_AT + 512 * head, 512, 2) for head in range(posted)]
    assert link.kicks == [0]
    assert link.log == [(6, "rpmsg host is online")]


def test_the_device_is_ready_after_the_buffers_are_lent_and_before_the_kick() -> None:
    link = Link(8)
    seen: list[tuple[int, list[int], list[str], int]] = []
    ring = link.remote.into
    link.bus.probe(
        lambda: seen.append((link.remote.out.waiting, list(link.kicks), link.said, ring.u16(ring.available_at)))
    )
    assert seen == [(8, [], [], 1)]
    assert link.kicks == [0]


def test_a_remote_side_that_wants_no_kick_gets_none_at_probe() -> None:
    link = Link()
    link.remote.out.suppress_kicks(suppress=True, event_index=False)
    link.bus.probe()
    assert link.kicks == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [("rpmsg_ctrl", 0, 0, "rpmsg_ctrl"), ("rpmsg_ns", 53, 53, "rpmsg_ns")]),
        ({"name_service": False}, [("rpmsg_ctrl", 0, 0, "rpmsg_ctrl")]),
        ({"control_device": False}, [("rpmsg_ns", 53, 53, "rpmsg_ns")]),
        ({"control_device": False, "name_service_device": False}, []),
    ],
)
def test_the_bus_brings_its_own_devices(options: dict[str, bool], expected: list[tuple[str, int, int, str]]) -> None:
    link = Link(**options)  # type: ignore[arg-type]
    told: list[tuple[str, bool]] = []
    link.bus.on_channel = lambda channel, created: told.append((channel.device_name, created))
    link.bus.probe()
    assert [(c.name, c.source, c.destination, c.driver) for c in link.bus.channels] == expected
    assert [name for name, _ in told] == [f"virtio0.{name}.{source}.{to}" for name, source, to, _ in expected]


def test_without_its_device_the_name_service_works_all_the_same() -> None:
    link = Link(name_service_device=False, control_device=False).probed()
    link.remote.announce("rpmsg-raw", 0x400)
    assert [channel.name for channel in link.bus.channels] == ["rpmsg-raw"]


def test_buffers_that_do_not_fit_are_refused() -> None:
    ring = Vring(memoryview(bytearray(vring_size(16, 16))), 16, 16)
    with pytest.raises(ValueError, match="32 buffers need 16384 bytes, not 16383"):
        RpmsgBus(
            "virtio0",
            ring,
            ring,
            memoryview(bytearray(16383)),
            0,
            kick=lambda _ring: None,
            log=lambda _level, _text: None,
            name_service=True,
            monotonic=lambda: 0.0,
        )


def test_a_ring_of_17_behaves_as_a_real_kernels() -> None:
    # The kernel masks where this remote side, as the lab's, divides: the first announcement arrives twice.
    link = Link(17).probed()
    link.remote.announce("rpmsg-raw", 0x400)
    link.remote.announce("vrproc-echo", 0x401)
    assert link.log == [
        (6, "creating channel rpmsg-raw addr 0x400"),
        (6, "creating channel rpmsg-raw addr 0x400"),
        (3, "channel rpmsg-raw:ffffffff:400 already exist"),
        (3, "rpmsg_create_channel failed"),
    ]


@pytest.mark.parametrize(
    ("source", "expected", "words"),
    [
        (1024, errno.ENOSPC, "idr_alloc failed: -28"),
        (53, errno.ENOSPC, "idr_alloc failed: -28"),
        (0x80000000, errno.EINVAL, "idr_alloc failed: -22"),
    ],
)
def test_an_endpoint_without_an_address_is_none(source: int, expected: int, words: str) -> None:
    link = Link().probed()
    link.bus.create_endpoint(nothing, 1024)
    with pytest.raises(OSError, match=r"taken|out of range") as caught:
        link.bus.create_endpoint(nothing, source)
    assert caught.value.errno == expected
    assert link.log == [(3, words)]


def test_a_driver_gives_a_channel_its_address_and_takes_it_along() -> None:
    link = Link().probed()
    link.remote.announce("rpmsg-raw", 0x402)
    channel = link.bus.channels[-1]
    received: list[bytes] = []
    left: list[str] = []
    channel.bind("rpmsg_chrdev", lambda data, _source: received.append(data), lambda: left.append("driver"))
    assert (channel.source, channel.driver, channel.device_name) == (1024, "rpmsg_chrdev", "virtio0.rpmsg-raw.-1.1026")
    channel.send(b"ping")
    channel.try_send(b"pong")
    assert link.remote.receive() == [(1024, 0x402, b"ping"), (1024, 0x402, b"pong")]
    link.remote.send(0x402, 1024, b"answer")
    assert received == [b"answer"]
    channel.unbind()
    assert (left, channel.driver, channel.endpoint, channel.source) == (["driver"], None, None, 1024)
    with pytest.raises(OSError, match="no endpoint") as caught:
        channel.send(b"x")
    assert caught.value.errno == errno.EPIPE
    channel.unbind()
    assert left == ["driver"]


def test_a_channel_has_one_driver() -> None:
    link = Link().probed()
    channel = link.bus.create_channel("x", -1, 9)
    channel.bind("one", nothing)
    with pytest.raises(OSError, match="bound to one") as caught:
        channel.bind("two", nothing)
    assert caught.value.errno == errno.EBUSY


def test_a_channel_whose_address_is_taken_gets_no_driver() -> None:
    link = Link().probed()
    link.bus.create_endpoint(nothing, 2000)
    channel = link.bus.create_channel("x", 2000, 9)
    with pytest.raises(OSError, match="no endpoint") as caught:
        channel.bind("one", nothing)
    assert caught.value.errno == errno.ENOMEM
    assert channel.driver is None
    assert link.said == ["idr_alloc failed: -28", "failed to create endpoint"]


def test_a_channel_with_a_fixed_source_is_announced_to_the_remote_side_while_it_has_a_driver() -> None:
    link = Link().probed()
    channel = link.bus.create_channel("host-service", 300, ADDRESS_ANY)
    assert channel.announce
    channel.bind("service", nothing)
    channel.unbind()
    announced = [struct.pack("<32sII", b"host-service", 300, flags) for flags in (0, 1)]
    assert link.remote.receive() == [(300, 53, announced[0]), (300, 53, announced[1])]


def test_an_announcement_that_cannot_be_sent_leaves_no_driver() -> None:
    link = Link(4).probed()
    link.bus._sender.queue.broken = True
    channel = link.bus.create_channel("host-service", 300, ADDRESS_ANY)
    with pytest.raises(OSError, match="broken") as caught:
        channel.bind("service", nothing)
    assert caught.value.errno == errno.EIO
    assert channel.driver is None
    assert "failed to announce service -5" in link.said
    assert "failed to announce creation" in link.said
    assert link.bus.create_endpoint(nothing, 300).address == 300


def test_lines_of_a_channel_go_to_its_own_device() -> None:
    link = Link().probed()
    lines: list[tuple[str, int, str]] = []
    link.bus.on_channel_log = lambda channel, level, text: lines.append((channel.device_name, level, text))
    channel = link.bus.create_channel("rpmsg-raw", -1, 0x402)
    channel.bind("rpmsg_chrdev", nothing)
    with pytest.raises(OSError, match="496"):
        channel.send(bytes(497))
    assert lines == [("virtio0.rpmsg-raw.-1.1026", 3, "message is too big (497)")]
    assert link.log == []


@pytest.mark.parametrize(
    ("existing", "wanted", "error"),
    [
        ((-1, 9), (-1, 9), errno.EEXIST),
        ((5, 9), (-1, 9), errno.EEXIST),
        ((5, 9), (5, 9), errno.EEXIST),
        ((5, 9), (5, -1), errno.EEXIST),
        ((5, 9), (6, 9), None),
        ((5, 9), (5, 8), None),
        ((-1, 9), (5, 9), None),
    ],
)
def test_which_channels_are_the_same(existing: tuple[int, int], wanted: tuple[int, int], error: int | None) -> None:
    link = Link().probed()
    link.bus.create_channel("x", *existing)
    if error is None:
        assert link.bus.create_channel("x", *wanted) is link.bus.channels[-1]
        return
    with pytest.raises(OSError, match="exists") as caught:
        link.bus.create_channel("x", *wanted)
    assert caught.value.errno == error


def test_removal_takes_everything_down_in_the_order_of_coming() -> None:
    link = Link().probed()
    for name in ("rpmsg-raw", "echo"):
        link.remote.announce(name, 0x400)
    gone: list[tuple[str, str | None]] = []
    link.bus.channels[2].bind("rpmsg_chrdev", nothing, lambda: gone.append(("driver's remove", None)))
    endpoint = link.bus.create_endpoint(nothing)

    def on_channel(channel: Channel, created: bool) -> None:
        assert not created
        gone.append((channel.device_name, channel.driver))

    link.bus.on_channel = on_channel
    link.log.clear()
    link.bus.remove()
    link.bus.remove()
    assert gone == [
        ("virtio0.rpmsg_ctrl.0.0", "rpmsg_ctrl"),
        ("virtio0.rpmsg_ns.53.53", "rpmsg_ns"),
        ("driver's remove", None),
        ("virtio0.rpmsg-raw.-1.1024", "rpmsg_chrdev"),
        ("virtio0.echo.-1.1024", None),
    ]
    assert (link.bus.channels, endpoint.closed, link.log) == ((), True, [])


def test_after_removal_there_is_nothing_to_be_had() -> None:
    link = Link().probed()
    link.bus.remove()
    for attempt in (
        lambda: link.bus.create_endpoint(nothing),
        lambda: link.bus.create_channel("x", -1, 9),
    ):
        with pytest.raises(OSError, match="gone") as caught:
            attempt()
        assert caught.value.errno == errno.ENODEV
    with pytest.raises(OSError, match="no channel"):
        link.bus.destroy_channel("x", -1, 9)


def test_after_removal_the_memory_is_left_alone() -> None:
    link = Link().probed()
    endpoint = link.bus.create_endpoint(nothing)
    channel = link.bus.create_channel("host-service", 300, ADDRESS_ANY)
    channel.bind("service", nothing)
    endpoint.send(b"on its way", 7)
    link.bus.remove()
    before = [bytes(part) for part in (link.remote.out.memory, link.remote.into.memory, link.remote.buffers)]
    counts = link.bus.statistics()
    link.remote.out.give(0, 20)
    before[0] = bytes(link.remote.out.memory)
    for ring in (0, 1):
        link.bus.interrupt(ring)
    assert [bytes(part) for part in (link.remote.out.memory, link.remote.into.memory, link.remote.buffers)] == before
    assert link.bus.statistics() == counts
    assert link.log == []


def test_the_statistics_tell_fill_and_traffic() -> None:
    link = Link(8).probed()
    endpoint = link.bus.create_endpoint(nothing)
    for size in (10, 20, 30):
        endpoint.send(bytes(size), 0x400)
    link.remote.receive(1)
    link.remote.send(7, endpoint.address, bytes(5))
    link.remote.put(7, endpoint.address, bytes(6))
    link.remote.put(7, 99, bytes(7))
    now = link.bus.statistics()
    assert (now.receive.size, now.receive.free, now.receive.waiting, now.receive.returned) == (8, 0, 6, 2)
    assert (now.send.size, now.send.free, now.send.waiting, now.send.returned) == (8, 5, 2, 1)
    assert (now.sent_messages, now.sent_bytes, now.received_messages, now.received_bytes) == (3, 60, 1, 5)
    link.bus.interrupt(0)
    now = link.bus.statistics()
    assert (now.receive.waiting, now.receive.returned) == (8, 0)
    assert (now.received_messages, now.received_bytes, now.dropped_messages) == (3, 18, 1)
    assert not now.receive.broken
