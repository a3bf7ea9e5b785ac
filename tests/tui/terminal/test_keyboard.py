from __future__ import annotations

import os
import pty
import threading
import tty
from collections.abc import Iterator

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from rproc_tui.tui.terminal.keyboard import WakingEvent, read_input


class Typist:
    """A thread that reads a terminal, and the other end of it."""

    def __init__(self) -> None:
        self.far, self.near = pty.openpty()
        tty.setraw(self.near)
        self.ended = WakingEvent()
        self.keys: list[str] = []
        self.ticks = 0
        self._came = threading.Condition()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        parser = XTermParser()

        def tick() -> list[Message]:
            self.ticks += 1
            return list(parser.tick())

        read_input(self.near, self.ended, parser.feed, tick, self._take)

    def _take(self, message: Message) -> None:
        if isinstance(message, events.Key):
            with self._came:
                self.keys.append(message.key)
                self._came.notify()

    def sees(self, *keys: str) -> bool:
        """Whether just these keys come, within a while."""
        with self._came:
            return self._came.wait_for(lambda: self.keys == list(keys), 10)

    def end(self) -> None:
        self.ended.set()
        self._thread.join(10)
        assert not self._thread.is_alive()


@pytest.fixture
def typist() -> Iterator[Typist]:
    typist = Typist()
    yield typist
    typist.end()
    typist.ended.close()
    os.close(typist.near)
    os.close(typist.far)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        (b"b", ["b"]),
        ("ü".encode(), ["ü"]),
        (b"\x1b[A", ["up"]),
        (b"\x1b", ["escape"]),
        (b"a\xffb", ["a", "replacement_character", "b"]),
    ],
    ids=["letter", "two bytes", "arrow", "escape", "no UTF-8"],
)
def test_what_is_typed_is_handed_on(typist: Typist, typed: bytes, keys: list[str]) -> None:
    os.write(typist.far, typed)
    assert typist.sees(*keys)


def test_a_letter_whose_bytes_come_apart_is_one(typist: Typist) -> None:
    first, second = "ü".encode()[:1], "ü".encode()[1:]
    os.write(typist.far, b"a" + first)
    assert typist.sees("a")
    os.write(typist.far, second)
    assert typist.sees("a", "ü")


def test_nothing_is_done_while_nothing_is_typed(typist: Typist) -> None:
    assert not typist.ended.wait(0.5)
    assert typist.ticks == 0


def test_it_ends_at_once_and_can_be_begun_again() -> None:
    ended = WakingEvent()
    try:
        for _ in range(2):
            ended.set()
            ended.set()
            near, far = os.pipe()
            read_input(near, ended, lambda _: [], list, lambda _: None)
            os.close(near)
            os.close(far)
            ended.clear()
            assert not ended.is_set()
    finally:
        ended.close()


def test_a_terminal_that_is_gone_is_no_reason_to_spin() -> None:
    near, far = os.pipe()
    os.close(far)
    ended, ticks = WakingEvent(), 0

    def tick() -> list[Message]:
        nonlocal ticks
        ticks += 1
        return []

    thread = threading.Thread(target=read_input, args=(near, ended, lambda _: [], tick, lambda _: None))
    thread.start()
    assert not ended.wait(0.3)
    ended.set()
    thread.join(10)
    assert ticks <= 1
    ended.close()
    os.close(near)
