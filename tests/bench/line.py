"""A terminal at the far end of a line: so many bytes a second, and a time on the way, in both directions."""

from __future__ import annotations

import os
import select
import time
from collections import deque
from dataclasses import dataclass

import pyte

from tests.bench.terminal import Terminal

_QUERIES = (b"\x1b[?2026$p", b"\x1b[?2048$p", b"\x1b[>25u", b"\x1b[<u")
"""What pyte would print parts of."""


@dataclass(frozen=True, slots=True)
class Line:
    """What lies between a program and a person."""

    bytes_per_second: float
    delay: float = 0.0
    """Seconds on the way, one way."""
    window: int = 64
    """Bytes that may be on the line or before it; a program that writes more has to wait."""


class FarTerminal(Terminal):
    """A program whose output comes over a line, and what a person sees of it."""

    def __init__(
        self, command: list[str], line: Line, *, columns: int = 120, rows: int = 40, env: dict[str, str] | None = None
    ) -> None:
        self._line = line
        self._coming: deque[tuple[float, bytes]] = deque()
        self._going: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.seconds_to_first_text: float | None = None
        super().__init__(command, columns=columns, rows=rows, env=env)

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self._screen.display)

    def press(self, keys: str) -> None:
        """Type; it takes its time to arrive."""
        self._going.append((time.perf_counter() + self._line.delay, keys.encode()))

    def until_seen(self, text: str, timeout: float = 20.0) -> float:
        """Seconds until the text is on the screen; TimeoutError."""
        began = time.perf_counter()
        seen = -1
        while True:
            if seen != len(self.received):
                seen = len(self.received)
                if text in self.text():
                    return time.perf_counter() - began
            if time.perf_counter() - began > timeout:
                raise TimeoutError(f"{text!r} is not on the screen:\n{self.text()}")
            self._read(0.005)

    def _read(self, timeout: float) -> None:
        """Let the line carry what it can in a moment."""
        now = time.perf_counter()
        while self._going and self._going[0][0] <= now:
            os.write(self.fd, self._going.popleft()[1])
        while self._coming and self._coming[0][0] <= now:
            self._arrive(self._coming.popleft()[1])
        room = self._line.window - int(max(0.0, self._free_at - now) * self._line.bytes_per_second)
        if room < 1:
            time.sleep(min(timeout, 0.001))
            return
        if select.select([self.fd], [], [], max(0.0, min(timeout, 0.001)))[0]:
            try:
                data = os.read(self.fd, room)
            except OSError:
                return
            self._free_at = max(now, self._free_at) + len(data) / self._line.bytes_per_second
            self._coming.append((self._free_at + self._line.delay, data))

    def _arrive(self, data: bytes) -> None:
        self.received += data
        if self.seconds_to_first_text is None and self.text().strip():
            self.seconds_to_first_text = time.perf_counter() - self.began
        for query in _QUERIES:
            data = data.replace(query, b"")
        self._stream.feed(data)
