"""The same with real threads: the remote side on one, senders on others, removal on a third."""

from __future__ import annotations

import errno
import threading
from queue import SimpleQueue

from tests.rpmsg.remote import Link

SENDERS = 4
MESSAGES = 2_000


class EchoThread(threading.Thread):
    """A remote processor that sleeps until it is kicked and echoes what has come."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.link = link
        self.received: list[bytes] = []
        self.kicks: SimpleQueue[int | None] = SimpleQueue()
        link.on_kick = self.kicks.put

    def run(self) -> None:
        backlog: list[tuple[int, int, bytes]] = []
        while self.kicks.get() is not None:
            messages = self.link.remote.receive()
            self.received += [data for _source, _destination, data in messages]
            backlog += messages
            while backlog and self.link.remote.send(backlog[0][1], backlog[0][0], backlog[0][2]):
                del backlog[0]

    def end(self) -> None:
        self.kicks.put(None)
        self.join(5)


def numbers(messages: list[bytes], sender: int) -> list[int]:
    return [int.from_bytes(data[1:], "little") for data in messages if data[0] == sender]


def test_many_senders_and_an_echoing_remote_lose_nothing() -> None:
    link = Link(16).probed()
    echo = EchoThread(link)
    echo.start()
    answers: list[list[bytes]] = [[] for _ in range(SENDERS)]
    complete = [threading.Event() for _ in range(SENDERS)]

    def converse(sender: int) -> None:
        def callback(data: bytes, _source: int) -> None:
            answers[sender].append(data)
            if len(answers[sender]) == MESSAGES:
                complete[sender].set()

        endpoint = link.bus.create_endpoint(callback, 2000 + sender)
        for number in range(MESSAGES):
            endpoint.send(bytes([sender]) + number.to_bytes(4, "little"), 0x400)

    threads = [threading.Thread(target=converse, args=(sender,)) for sender in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert all(event.wait(30) for event in complete)
    echo.end()
    for sender in range(SENDERS):
        assert numbers(echo.received, sender) == list(range(MESSAGES))
        assert numbers(answers[sender], sender) == list(range(MESSAGES))
    assert link.log == []
    assert link.bus.statistics().sent_messages == SENDERS * MESSAGES


def test_removal_in_the_middle_loses_no_message_that_was_sent() -> None:
    for turn in range(10):
        link = Link(4).probed()
        echo = EchoThread(link)
        echo.start()
        sent: list[list[int]] = [[] for _ in range(SENDERS)]
        ends: list[int | None] = []

        def converse(
            sender: int, link: Link = link, sent: list[list[int]] = sent, ends: list[int | None] = ends
        ) -> None:
            try:
                endpoint = link.bus.create_endpoint(lambda _data, _source: None)
                for number in range(1 << 20):
                    endpoint.send(bytes([sender]) + number.to_bytes(4, "little"), 0x400)
                    sent[sender].append(number)
            except OSError as error:
                ends.append(error.errno)

        threads = [threading.Thread(target=converse, args=(sender,)) for sender in range(SENDERS)]
        for thread in threads:
            thread.start()
        while len(sent[turn % SENDERS]) < 20 * turn:
            pass
        link.bus.remove()
        for thread in threads:
            thread.join(10)
        assert len(ends) == SENDERS
        assert set(ends) <= {errno.EPIPE, errno.ENODEV}
        echo.end()
        echo.received += [data for _source, _destination, data in link.remote.receive()]
        for sender in range(SENDERS):
            assert numbers(echo.received, sender) == sent[sender]
        assert link.log == []


def test_interrupts_on_two_threads_keep_the_order() -> None:
    link = Link(64).probed()
    received: list[int] = []
    link.bus.create_endpoint(lambda data, _source: received.append(int.from_bytes(data, "little")))
    ended = threading.Event()

    def interrupt_all_the_time() -> None:
        while not ended.is_set():
            link.bus.interrupt(0)

    threads = [threading.Thread(target=interrupt_all_the_time) for _ in range(2)]
    for thread in threads:
        thread.start()
    number = 0
    while number < 3000:
        number += link.remote.put(7, 1024, number.to_bytes(4, "little"))
    ended.set()
    for thread in threads:
        thread.join(5)
    link.bus.interrupt(0)
    assert received == list(range(3000))
    assert link.log == []
