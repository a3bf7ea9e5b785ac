"""The thread that writes: all of it, at the line's pace, and never for ever."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from rproc_tui.tui.terminal import outlet as module
from rproc_tui.tui.terminal.outlet import Outlet

PATIENCE = 20.0


class Pieces:
    """Gives one piece after the other."""

    def __init__(self, *pieces: str) -> None:
        self.left = list(pieces)
        self.limits: list[int | None] = []
        self.empty = threading.Event()

    def take(self, limit: int | None = None) -> str:
        self.limits.append(limit)
        if not self.left:
            self.empty.set()
            return ""
        return self.left.pop(0)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_everything_is_written_in_order_before_it_closes(pipe: tuple[int, int]) -> None:
    outlet = Outlet(Pieces("one ", "zwei ä", "x" * 5000), pipe[1])
    outlet.start()
    outlet.wake()
    outlet.close()
    assert os.read(pipe[0], 9000).decode() == "one zwei ä" + "x" * 5000
    assert not outlet.is_alive()


def test_a_slow_line_is_given_little_at_a_time_and_no_faster_than_it_carries(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(module, "time", Time(slept))
    source = Pieces(*["y" * 256] * 10)
    outlet = Outlet(source, pipe[1], bytes_per_second=1000)
    outlet.start()
    outlet.wake()
    assert source.empty.wait(PATIENCE)
    outlet.close()
    assert set(source.limits) == {256}
    assert sum(slept) == pytest.approx((9 * 256 - 64) / 1000)


class Time:
    """A clock that only sleeping moves."""

    def __init__(self, slept: list[float]) -> None:
        self._slept = slept

    def monotonic(self) -> float:
        return 100.0 + sum(self._slept)

    def sleep(self, seconds: float) -> None:
        self._slept.append(seconds)


def test_a_terminal_that_takes_nothing_is_given_up_at_the_end(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    os.set_blocking(pipe[1], False)
    source = Pieces("z" * 1_000_000)
    outlet = Outlet(source, pipe[1])
    outlet.start()
    outlet.wake()
    began = time.monotonic()
    outlet.close()
    outlet.join(PATIENCE)
    assert not outlet.is_alive()
    assert time.monotonic() - began < PATIENCE


def test_a_terminal_that_is_gone_ends_it_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    outlet = Outlet(Pieces("nobody reads this"), writing)
    outlet.start()
    outlet.wake()
    outlet.join(PATIENCE)
    assert not outlet.is_alive()
    os.close(writing)
