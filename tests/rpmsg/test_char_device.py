from __future__ import annotations

import errno
import threading
from collections.abc import Callable

import pytest

from rproc_tui.rpmsg import char_device
from rproc_tui.rpmsg.char_device import POLLERR, POLLIN, CharDevice
from tests.rpmsg.remote import Link


def errno_of(act: Callable[[], object]) -> int | None:
    try:
        act()
    except OSError as error:
        return error.errno
    return None


def raw_device(link: Link) -> CharDevice:
    """The character device of an announced `rpmsg-raw`, open."""
    link.remote.announce("rpmsg-raw", 0x402)
    link.log.clear()
    device = CharDevice.for_channel(link.bus.channels[-1])
    device.open()
    return device


def made_device(link: Link, source: int = -1, destination: int = 0x402) -> CharDevice:
    """A character device as the control device makes it."""
    return CharDevice(link.bus.channels[0], "made", source, destination)


def test_what_is_written_comes_back_from_an_echo() -> None:
    link = Link().probed()
    device = raw_device(link)
    assert device.write(b"hello core") == 10
    link.remote.echo()
    assert device.read(512) == b"hello core"


def test_one_message_a_read_and_the_end_of_a_long_one_is_lost() -> None:
    link = Link().probed()
    device = raw_device(link)
    for data in (b"first message", b"", b"second"):
        link.remote.send(0x402, 1024, data)
    assert [device.read(5), device.read(5), device.read(512)] == [b"first", b"", b"second"]
    assert errno_of(lambda: device.read(512, nonblocking=True)) == errno.EAGAIN


def test_a_message_may_be_empty() -> None:
    link = Link().probed()
    assert raw_device(link).write(b"") == 0
    assert link.remote.receive() == [(1024, 0x402, b"")]


@pytest.mark.parametrize("nonblocking", [False, True])
@pytest.mark.parametrize(
    ("size", "destination", "expected"),
    [(496, 0x402, None), (497, 0x402, errno.EMSGSIZE), (4, -1, errno.EINVAL)],
)
def test_what_can_be_written(nonblocking: bool, size: int, destination: int, expected: int | None) -> None:
    link = Link().probed()
    device = made_device(link, destination=destination & 0xFFFFFFFF)
    device.open()
    assert errno_of(lambda: device.write(bytes(size), nonblocking=nonblocking)) == expected


def test_a_full_ring_is_eagain_to_those_who_do_not_wait() -> None:
    link = Link(2).probed()
    device = raw_device(link)
    device.write(b"1", nonblocking=True)
    device.write(b"2", nonblocking=True)
    assert errno_of(lambda: device.write(b"3", nonblocking=True)) == errno.EAGAIN


def test_only_one_opens_it_at_a_time() -> None:
    link = Link().probed()
    device = raw_device(link)
    assert errno_of(device.open) == errno.EBUSY
    device.close()
    device.open()


def test_closing_forgets_what_was_not_read() -> None:
    link = Link().probed()
    device = raw_device(link)
    link.remote.send(0x402, 1024, b"old")
    device.close()
    device.open()
    assert errno_of(lambda: device.read(10, nonblocking=True)) == errno.EAGAIN


def test_a_channels_messages_wait_for_the_first_reader() -> None:
    link = Link().probed()
    link.remote.announce("rpmsg-raw", 0x402)
    device = CharDevice.for_channel(link.bus.channels[-1])
    link.remote.send(0x402, 1024, b"early")
    device.open()
    assert device.read(512) == b"early"


def test_messages_that_nobody_reads_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(char_device, "_MAX_QUEUED", 3)
    link = Link().probed()
    device = raw_device(link)
    for turn in range(5):
        link.remote.send(0x402, 1024, bytes([turn]))
    assert [device.read(9) for _ in range(3)] == [b"\0", b"\1", b"\2"]
    assert errno_of(lambda: device.read(9, nonblocking=True)) == errno.EAGAIN


def test_a_made_device_has_its_address_only_while_it_is_open() -> None:
    link = Link().probed()
    device = made_device(link)
    assert link.bus._addresses.find(1024) is None
    device.open()
    device.write(b"x")
    assert link.remote.receive() == [(1024, 0x402, b"x")]
    device.close()
    assert link.bus._addresses.find(1024) is None
    assert errno_of(lambda: device.write(b"x")) == errno.EPIPE
    assert device.source == -1


def test_a_made_device_whose_address_is_taken_does_not_open() -> None:
    link = Link().probed()
    device = made_device(link, source=53)
    assert errno_of(device.open) == errno.EINVAL
    assert link.said == ["idr_alloc failed: -28", "failed to open made"]


def test_poll_tells_of_messages_and_of_the_end() -> None:
    link = Link().probed()
    device = raw_device(link)
    changes: list[int] = []
    device.on_change = lambda: changes.append(device.poll())
    assert device.poll() == 0
    link.remote.send(0x402, 1024, b"x")
    link.bus.remove()
    assert changes == [POLLIN, POLLERR]


def test_when_the_channel_goes_an_open_device_answers_epipe_even_with_messages_left() -> None:
    link = Link().probed()
    device = raw_device(link)
    link.remote.send(0x402, 1024, b"unread")
    link.remote.announce("rpmsg-raw", 0x402, flags=1)
    assert errno_of(lambda: device.read(512)) == errno.EPIPE
    assert errno_of(lambda: device.write(b"x")) == errno.EPIPE
    device.close()
    assert errno_of(device.open) == errno.ENETRESET


def test_a_waiting_reader_is_woken_by_a_message_and_by_the_end() -> None:
    link = Link().probed()
    device = raw_device(link)
    outcome: list[bytes | int | None] = []

    def read_twice() -> None:
        outcome.append(device.read(512))
        outcome.append(errno_of(lambda: device.read(512)))

    reader = threading.Thread(target=read_twice)
    reader.start()
    link.remote.send(0x402, 1024, b"news")
    while not outcome:
        pass
    link.bus.remove()
    reader.join(5)
    assert outcome == [b"news", errno.EPIPE]


def test_a_channels_device_is_not_destroyed_by_request() -> None:
    link = Link().probed()
    device, made = raw_device(link), made_device(link)
    assert errno_of(device.destroy) == errno.EINVAL
    made.open()
    made.destroy()
    assert errno_of(lambda: made.read(9)) == errno.EPIPE
    assert errno_of(made.open) == errno.ENETRESET
    made.destroy()


@pytest.mark.parametrize(("pause", "expected"), [(0, errno.EOPNOTSUPP), (1, errno.EOPNOTSUPP), (2, errno.EINVAL)])
def test_virtio_has_no_flow_control(pause: int, expected: int) -> None:
    device = made_device(Link().probed())
    assert errno_of(lambda: device.set_incoming_flow_control(pause)) == expected
