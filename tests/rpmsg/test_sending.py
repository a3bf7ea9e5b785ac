from __future__ import annotations

import errno
import struct
import threading
from collections.abc import Callable
from itertools import count

import pytest

from rproc_tui.rpmsg import sender
from rproc_tui.rpmsg.endpoint import Endpoint
from tests.rpmsg.remote import BUFFERS_AT, Link

Send = Callable[[Endpoint, bytes, int], None]
BOTH = pytest.mark.parametrize("send", [Endpoint.send, Endpoint.try_send])


def endpoint_of(link: Link, source: int = -1) -> Endpoint:
    return link.bus.create_endpoint(lambda _data, _source: None, source)


def error_of(send: Send, endpoint: Endpoint, data: bytes, destination: int) -> int | None:
    try:
        send(endpoint, data, destination)
    except OSError as error:
        return error.errno
    return None


@BOTH
def test_a_message_arrives_with_its_header(send: Send) -> None:
    link = Link().probed()
    send(endpoint_of(link), b"hello world!", 0x401)
    ring = link.remote.into
    _head, address, length, _flags = ring.take()
    assert address == BUFFERS_AT + 16 * 512  # the second half of the buffers sends
    assert bytes(link.remote.payload(address, length)) == struct.pack("<IIIHH", 1024, 0x401, 0, 12, 0) + b"hello world!"
    assert link.kicks == [1]


@BOTH
@pytest.mark.parametrize(
    ("size", "destination", "expected", "words"),
    [
        (0, 0x400, None, []),
        (1, 0, None, []),
        (496, 0x400, None, []),
        (496, 0xFFFFFFFE, None, []),
        (497, 0x400, errno.EMSGSIZE, [(3, "message is too big (497)")]),
        (70_000, 0x400, errno.EMSGSIZE, [(3, "message is too big (70000)")]),
        (4, 0xFFFFFFFF, errno.EINVAL, [(3, "invalid addr (src 0x400, dst 0xffffffff)")]),
        (4, -1, errno.EINVAL, [(3, "invalid addr (src 0x400, dst 0xffffffff)")]),
        (497, -1, errno.EINVAL, [(3, "invalid addr (src 0x400, dst 0xffffffff)")]),
    ],
)
def test_what_can_be_sent(
    send: Send, size: int, destination: int, expected: int | None, words: list[tuple[int, str]]
) -> None:
    link = Link().probed()
    assert error_of(send, endpoint_of(link), bytes(size), destination) == expected
    assert link.log == words
    assert len(link.remote.receive()) == (expected is None)


def test_try_send_does_not_wait_when_every_buffer_is_out() -> None:
    link = Link(4).probed()
    endpoint = endpoint_of(link)
    for turn in range(4):
        endpoint.try_send(bytes([turn]), 7)
    assert error_of(Endpoint.try_send, endpoint, b"x", 7) == errno.ENOMEM
    assert link.log == []
    assert [data for _source, _destination, data in link.remote.receive(1)] == [b"\0"]
    endpoint.try_send(b"again", 7)
    assert [data for _source, _destination, data in link.remote.receive()] == [b"\1", b"\2", b"\3", b"again"]


def test_a_sender_gives_up_after_15_seconds() -> None:
    ticks = count(100.0, 4.9)  # every look at the clock finds it 4.9 s later
    link = Link(2, monotonic=lambda: next(ticks)).probed()
    endpoint = endpoint_of(link)
    link.bus._sender._freed.wait = lambda timeout=None: False  # type: ignore[method-assign]
    endpoint.send(b"1", 7)
    endpoint.send(b"2", 7)
    assert error_of(Endpoint.send, endpoint, b"3", 7) == errno.EINTR
    assert link.log == [(3, "timeout waiting for a tx buffer")]
    assert next(ticks) == pytest.approx(100.0 + 5 * 4.9)
    assert link.bus.statistics().waiting_senders == 0


def blocked_sender(link: Link, endpoint: Endpoint, outcome: list[int | None]) -> threading.Thread:
    """Start a sender and wait until it waits."""
    waiting = link.bus.statistics().waiting_senders
    thread = threading.Thread(target=lambda: outcome.append(error_of(Endpoint.send, endpoint, b"late", 7)))
    thread.start()
    while link.bus.statistics().waiting_senders == waiting:
        pass
    return thread


def full_link(num: int = 2) -> tuple[Link, Endpoint]:
    link = Link(num).probed()
    endpoint = endpoint_of(link)
    for _ in range(num):
        endpoint.send(b"early", 7)
    return link, endpoint


def test_a_consumed_message_wakes_a_sender() -> None:
    link, endpoint = full_link()
    ring = link.remote.into
    assert ring.u16(ring.available_at) == 1  # the host asks for no interrupts
    outcome: list[int | None] = []
    thread = blocked_sender(link, endpoint, outcome)
    assert ring.u16(ring.available_at) == 0  # now it does
    assert len(link.remote.receive(1)) == 1
    thread.join(5)
    assert outcome == [None]
    assert ring.u16(ring.available_at) == 1
    assert [data for _source, _destination, data in link.remote.receive()] == [b"early", b"late"]


def test_one_interrupt_wakes_every_waiting_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_LOOK_AGAIN", 60.0)
    link, endpoint = full_link(4)
    outcome: list[int | None] = []
    threads = [blocked_sender(link, endpoint, outcome) for _ in range(3)]
    assert len(link.remote.receive()) == 4
    for thread in threads:
        thread.join(5)
    assert outcome == [None] * 3
    assert len(link.remote.receive()) == 3


def test_an_interrupt_without_a_consumed_message_wakes_nobody() -> None:
    link, endpoint = full_link()
    outcome: list[int | None] = []
    thread = blocked_sender(link, endpoint, outcome)
    link.bus.interrupt(1)
    assert (outcome, link.bus.statistics().waiting_senders) == ([], 1)
    link.bus.remove()
    thread.join(5)


def test_removal_wakes_blocked_senders_with_epipe() -> None:
    link, endpoint = full_link()
    outcome: list[int | None] = []
    threads = [blocked_sender(link, endpoint, outcome) for _ in range(3)]
    link.bus.remove()
    for thread in threads:
        thread.join(5)
    assert outcome == [errno.EPIPE] * 3
    assert link.remote.into.u16(link.remote.into.available_at) == 0  # the ring is not touched afterwards


@BOTH
def test_after_removal_or_closing_nothing_is_sent(send: Send) -> None:
    link = Link().probed()
    endpoint, closed = endpoint_of(link), endpoint_of(link)
    closed.close()
    assert error_of(send, closed, b"x", 7) == errno.EPIPE
    link.bus.remove()
    assert endpoint.closed
    assert error_of(send, endpoint, b"x", 7) == errno.EPIPE
    assert link.kicks == []


def test_a_smaller_send_ring_refuses_what_it_cannot_hold_and_kicks_all_the_same() -> None:
    link = Link(8, send_num=2).probed()
    endpoint = endpoint_of(link)
    outcomes = [error_of(Endpoint.try_send, endpoint, b"x", 7) for _ in range(9)]
    assert outcomes == [None, None, *[errno.ENOSPC] * 6, errno.ENOMEM]
    assert link.log == [(3, "virtqueue_add_outbuf failed: -28")] * 6
    assert link.kicks == [1] * 8
    assert len(link.remote.receive()) == 2
    assert error_of(Endpoint.try_send, endpoint, b"x", 7) is None


def test_a_bigger_send_ring_breaks_nothing() -> None:
    link = Link(2, send_num=8).probed()
    endpoint = endpoint_of(link)
    for turn in range(20):
        endpoint.try_send(bytes([turn]), 7)
        assert link.remote.receive() == [(1024, 7, bytes([turn]))]


def test_a_broken_send_ring_fails_as_one_without_buffers() -> None:
    ticks = count(0.0, 8.0)
    link = Link(2, monotonic=lambda: next(ticks)).probed()
    endpoint = endpoint_of(link)
    link.bus._sender._freed.wait = lambda timeout=None: False  # type: ignore[method-assign]
    endpoint.send(b"1", 7)
    endpoint.send(b"2", 7)
    link.remote.into.give(9, 0)
    assert error_of(Endpoint.try_send, endpoint, b"3", 7) == errno.ENOMEM
    assert link.log == [(3, "output:id 9 out of range")]
    link.bus.interrupt(1)
    assert error_of(Endpoint.send, endpoint, b"3", 7) == errno.EINTR
    assert link.bus.statistics().send.broken


def test_a_send_ring_that_broke_with_fresh_buffers_left_fails_with_eio() -> None:
    link = Link(4, send_num=4).probed()
    endpoint = endpoint_of(link)
    link.bus._sender.queue.broken = True
    assert error_of(Endpoint.send, endpoint, b"1", 7) == errno.EIO
    assert link.log == [(3, "virtqueue_add_outbuf failed: -5")]


def test_the_remote_side_may_ask_for_no_kicks() -> None:
    link = Link().probed()
    link.remote.into.suppress_kicks(suppress=True, event_index=False)
    endpoint = endpoint_of(link)
    endpoint.send(b"quiet", 7)
    assert (link.kicks, link.remote.receive()) == ([], [(1024, 7, b"quiet")])


def test_a_kick_may_answer_at_once_from_within() -> None:
    link = Link(2).probed()
    received: list[tuple[bytes, int]] = []
    endpoint = link.bus.create_endpoint(lambda data, source: received.append((data, source)))
    link.on_kick = lambda _ring: link.remote.echo()
    for turn in range(50):
        endpoint.send(bytes([turn]), 0x401)
    assert received == [(bytes([turn]), 0x401) for turn in range(50)]
