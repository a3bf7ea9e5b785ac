from __future__ import annotations

import errno
import struct
import threading

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.rpmsg.endpoint import Endpoint
from tests.rpmsg.remote import Link

Received = list[tuple[bytes, int]]


def listening(link: Link, source: int = -1) -> tuple[Endpoint, Received]:
    received: Received = []
    return link.bus.create_endpoint(lambda data, source: received.append((data, source)), source), received


def give_raw(link: Link, used_length: int, header_length: int, *, destination: int = 1024) -> None:
    """Give a receive buffer back with lengths of our own making."""
    head, address, _length, _flags = link.remote.out.take()
    link.remote.payload(address, 512)[:] = struct.pack("<IIIHH", 7, destination, 0, header_length, 0) + b"d" * 496
    link.remote.out.give(head, used_length)


def test_a_message_reaches_the_endpoint_at_its_address_and_no_other() -> None:
    link = Link().probed()
    _, first = listening(link)
    _, second = listening(link)
    link.remote.send(0x777, 1025, b"hello")
    assert (first, second) == ([], [(b"hello", 0x777)])


def test_what_is_delivered_is_a_copy() -> None:
    link = Link().probed()
    _, received = listening(link)
    link.remote.send(7, 1024, b"before")
    link.remote.buffers[:] = b"!" * len(link.remote.buffers)
    assert received == [(b"before", 7)]


def test_buffers_go_back_to_the_remote_side_with_one_kick_a_round() -> None:
    link = Link(4).probed()
    _, received = listening(link)
    for turn in range(4):
        link.remote.put(7, 1024, bytes([turn]))
    assert not link.remote.put(7, 1024, b"no room")
    link.bus.interrupt(0)
    assert [data for data, _source in received] == [b"\0", b"\1", b"\2", b"\3"]
    assert link.kicks == [0]
    assert link.remote.out.waiting == 4


def test_an_interrupt_without_a_message_does_and_says_nothing() -> None:
    link = Link().probed()
    for ring in (0, 1, 2, -1):
        link.bus.interrupt(ring)
    assert (link.log, link.kicks) == ([], [])


def test_the_remote_side_may_ask_for_no_kicks() -> None:
    link = Link().probed()
    link.remote.out.suppress_kicks(suppress=True, event_index=False)
    link.remote.send(7, 1024, b"x")
    assert link.kicks == []


@pytest.mark.parametrize(
    ("used", "header", "payload"),
    [
        (16, 0, 0),
        (28, 12, 12),
        (512, 496, 496),
        (512, 1, 1),
        # Below 16 the kernel's subtraction wraps, so that what the remote side gives back limits nothing.
        (0, 12, 12),
        (15, 496, 496),
    ],
)
def test_lengths_that_the_kernel_takes(used: int, header: int, payload: int) -> None:
    link = Link().probed()
    _, received = listening(link)
    give_raw(link, used, header)
    link.bus.interrupt(0)
    assert received == [(b"d" * payload, 7)]
    assert link.log == []


@pytest.mark.parametrize(
    ("used", "header", "words"),
    [
        (513, 0, "inbound msg too big: (513, 0)"),
        (512, 497, "inbound msg too big: (512, 497)"),
        (16, 1, "inbound msg too big: (16, 1)"),
        (28, 13, "inbound msg too big: (28, 13)"),
        (0, 65535, "inbound msg too big: (0, 65535)"),
        (0xFFFFFFFF, 4, "inbound msg too big: (-1, 4)"),
        (0x80000000, 4, "inbound msg too big: (-2147483648, 4)"),
    ],
)
def test_a_message_too_big_ends_the_round_and_keeps_its_buffer(used: int, header: int, words: str) -> None:
    link = Link(8).probed()
    _, received = listening(link)
    link.remote.put(7, 1024, b"first")
    give_raw(link, used, header)
    link.remote.put(7, 1024, b"third")
    link.bus.interrupt(0)
    assert received == [(b"first", 7)]
    assert link.log == [(4, words)]
    assert link.kicks == [0]  # for the first
    link.bus.interrupt(0)
    assert received == [(b"first", 7), (b"third", 7)]
    assert link.remote.out.waiting == 7
    assert link.bus.statistics().receive.free == 1


def test_a_message_for_nobody_is_dropped_and_mentioned_ten_times_in_five_seconds() -> None:
    clock = ManualClock()
    link = Link(16, monotonic=clock.monotonic).probed()
    for _ in range(40):
        link.remote.send(7, 99, b"anybody?")
    assert link.log == [(4, "msg received with no recipient")] * 10
    clock.advance(5.1)
    link.remote.send(7, 99, b"anybody?")
    assert len(link.log) == 11
    assert link.remote.out.waiting == 16
    assert link.bus.statistics().dropped_messages == 41


def test_without_the_feature_announcements_find_no_recipient() -> None:
    link = Link(name_service=False).probed()
    link.remote.announce("rpmsg-raw", 0x400)
    assert link.said == ["msg received with no recipient"]
    assert [channel.name for channel in link.bus.channels] == ["rpmsg_ctrl"]


@pytest.mark.parametrize(
    ("head", "words"), [(16, "input:id 16 out of range"), (0xFFFFFFFF, "input:id 4294967295 out of range")]
)
def test_a_bogus_id_breaks_the_receive_ring(head: int, words: str) -> None:
    link = Link(16).probed()
    _, received = listening(link)
    link.remote.out.give(head, 20)
    link.bus.interrupt(0)
    link.bus.interrupt(0)
    assert link.log == [(3, words), (3, "uhm, incoming signal, but no used buffer ?")]
    assert (received, link.kicks) == ([], [])
    assert link.bus.statistics().receive.broken


def test_a_ring_that_breaks_later_in_a_round_is_only_called_broken() -> None:
    link = Link(16).probed()
    _, received = listening(link)
    link.remote.put(7, 1024, b"good")
    link.remote.out.give(77, 20)
    link.bus.interrupt(0)
    assert received == [(b"good", 7)]
    assert link.said == ["input:id 77 out of range"]


def test_messages_that_come_while_a_callback_runs_are_received_after_it() -> None:
    link = Link().probed()
    received: list[bytes] = []

    def callback(data: bytes, _source: int) -> None:
        if data == b"first":
            link.remote.send(7, 1024, b"second")  # interrupts from within
            assert received == []
        received.append(data)

    link.bus.create_endpoint(callback)
    link.remote.send(7, 1024, b"first")
    assert received == [b"first", b"second"]


def test_an_interrupt_from_within_a_round_that_ends_early_begins_another() -> None:
    link = Link().probed()
    received: list[bytes] = []

    def callback(data: bytes, _source: int) -> None:
        received.append(data)
        if data == b"first":
            give_raw(link, 513, 0)
            link.remote.send(7, 1024, b"third")

    link.bus.create_endpoint(callback)
    link.remote.send(7, 1024, b"first")
    assert received == [b"first", b"third"]
    assert link.said == ["inbound msg too big: (513, 0)"]


def test_what_a_callback_raises_is_ignored_as_the_kernel_ignores_what_it_returns() -> None:
    link = Link().probed()

    def callback(_data: bytes, _source: int) -> None:
        raise OSError(errno.ENOMEM, "no")

    link.bus.create_endpoint(callback)
    for _ in range(40):
        assert link.remote.send(7, 1024, b"x")
    assert link.log == []


def test_an_endpoint_may_close_itself_while_it_receives() -> None:
    link = Link().probed()
    received: list[bytes] = []

    def callback(data: bytes, _source: int) -> None:
        received.append(data)
        endpoint.close()

    endpoint = link.bus.create_endpoint(callback)
    link.remote.send(7, 1024, b"one")
    link.remote.send(7, 1024, b"two")
    assert received == [b"one"]
    assert link.said == ["msg received with no recipient"]
    assert link.bus.create_endpoint(callback).address == 1024


def test_closing_waits_for_a_callback_on_another_thread() -> None:
    link = Link().probed()
    entered, leave = threading.Event(), threading.Event()
    ends: list[str] = []

    def callback(_data: bytes, _source: int) -> None:
        entered.set()
        leave.wait(5)
        ends.append("callback")

    def close() -> None:
        endpoint.close()
        ends.append("close")

    endpoint = link.bus.create_endpoint(callback)
    interrupting = threading.Thread(target=link.remote.send, args=(7, 1024, b"x"))
    interrupting.start()
    assert entered.wait(5)
    closing = threading.Thread(target=close)
    closing.start()
    while link.bus._addresses.find(1024) is not None:
        pass
    leave.set()
    for thread in (interrupting, closing):
        thread.join(5)
    assert ends == ["callback", "close"]


def test_a_callback_may_take_the_bus_down() -> None:
    link = Link(4).probed()
    received: list[bytes] = []

    def callback(data: bytes, _source: int) -> None:
        received.append(data)
        if data == b"two":
            link.bus.remove()

    link.bus.create_endpoint(callback)
    for data in (b"one", b"two", b"three"):
        link.remote.put(7, 1024, data)
    link.bus.interrupt(0)
    assert received == [b"one", b"two"]
    assert link.remote.out.waiting == 2  # nothing is lent after the first
    assert link.kicks == []


def test_removal_waits_until_another_thread_is_done_with_the_ring() -> None:
    link = Link().probed()
    entered, leave = threading.Event(), threading.Event()
    ends: list[str] = []

    def on_kick(_ring: int) -> None:
        entered.set()
        leave.wait(5)
        ends.append("kick")

    def remove() -> None:
        link.bus.remove()
        ends.append("remove")

    link.on_kick = on_kick
    listening(link)
    interrupting = threading.Thread(target=link.remote.send, args=(7, 1024, b"x"))
    interrupting.start()
    assert entered.wait(5)
    removing = threading.Thread(target=remove)
    removing.start()
    while not link.bus._receiver._stopped:
        pass
    leave.set()
    for thread in (interrupting, removing):
        thread.join(5)
    assert ends == ["kick", "remove"]


def test_a_callback_may_send_until_the_bus_goes() -> None:
    link = Link(2).probed()
    outcome: list[int | None] = []

    def callback(data: bytes, source: int) -> None:
        try:
            endpoint.send(data, source)
        except OSError as error:
            outcome.append(error.errno)

    endpoint = link.bus.create_endpoint(callback)
    for _ in range(2):
        endpoint.send(b"fill", 7)

    interrupting = threading.Thread(target=link.remote.send, args=(7, 1024, b"x"))
    interrupting.start()
    while not link.bus.statistics().waiting_senders:
        pass
    link.bus.remove()
    interrupting.join(5)
    assert outcome == [errno.EPIPE]
