"""How long a person waits for the answer: from the key that crashes a processor to the report with file and line."""

from __future__ import annotations

import os
import pathlib
import tempfile
import time
from collections.abc import Iterator

import pyte

from tests.bench.measure import Measure, p90
from tests.bench.start_up import PROGRAM
from tests.bench.terminal import Terminal
from tests.crash.large_firmware import with_large_debug

ROUNDS = 20
CRASHES = (("0x101", "in store_offset  runtime/crash.c:21"), ("0x103", "in assertion  runtime/crash.c:38"))
"""Mailbox words, and what the report on each says; in turns, so that no report looks like the one before."""
COLUMNS, ROWS = 120, 40
PATIENCE = 20.0


def run() -> Iterator[Measure]:
    """Crashes of the demo board's laboratory on screen 5; with its firmware, and with much debug information in it."""
    for name, is_large in (("demo firmware", False), ("15 MB of DWARF", True)):
        waits = _waits(large=is_large)
        note = f"median {sorted(waits)[len(waits) // 2] * 1e3:.0f} ms"
        yield Measure(f"crash: key to file and line, {name}, p90", p90(waits) * 1e3, 1000, "ms", note)


def _waits(*, large: bool) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        env = {"XDG_DATA_HOME": folder, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        with Screen([*PROGRAM, "--demo"], columns=COLUMNS, rows=ROWS, env=env) as screen:
            screen.sees("lab   offline")
            if large:
                _enlarge(pathlib.Path(folder) / "rproc-tui" / "demo" / "firmware" / "fault.elf")
            screen.press(":boot lab\r")
            screen.sees("NULL write in a thread")
            screen.sees("boot done")
            screen.press("c")  # where the board recovers before anybody has looked, the kernel's dump is left
            screen.sees("coredump enabled")
            screen.press("5")
            screen.sees("No crash has been kept so far")
            return [_crash(screen, *CRASHES[number % 2]) for number in range(ROUNDS)]


def _enlarge(firmware: pathlib.Path) -> None:
    part = firmware.with_name(".large")
    part.write_bytes(with_large_debug(firmware.read_bytes()))
    os.replace(part, firmware)


def _crash(screen: Screen, word: str, said: str) -> float:
    """Seconds from the last key to the report."""
    screen.press("x")
    screen.sees("Crash lab: how?")
    screen.press(f"{word}\r")
    screen.sees("Crash lab (")
    began = time.perf_counter()
    screen.press("y")
    shown = screen.sees(said)
    screen.rest(1.0)  # it recovers, and the report is completed
    return shown - began


class Screen(Terminal):
    """A terminal that knows what is on it, and since when."""

    def __init__(self, command: list[str], *, columns: int, rows: int, env: dict[str, str]) -> None:
        super().__init__(command, columns=columns, rows=rows, env=env)
        self._model = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._model)
        self._unread: list[tuple[float, bytes]] = []

    def sees(self, text: str) -> float:
        """When the text came to be on the screen. What arrives is noted first and looked at later, which is slow."""
        deadline = time.perf_counter() + PATIENCE
        while time.perf_counter() < deadline:
            self.pump(0.3)
            shown = self._look(text)
            if shown is not None:
                return shown
        rows = "\n".join(row.rstrip() for row in self._model.display)
        raise TimeoutError(f"{text!r} did not come; the screen:\n{rows}")

    def rest(self, seconds: float) -> None:
        """Let it work, and take in what it wrote."""
        self.pump(seconds)
        self._look("")

    def _look(self, text: str) -> float | None:
        shown = None
        for when, data in self._unread:
            self._stream.feed(data)
            if shown is None and any(text in row for row in self._model.display):
                shown = when
        self._unread.clear()
        return shown

    def _read(self, timeout: float) -> None:
        before = len(self.received)
        super()._read(timeout)
        if len(self.received) > before:
            self._unread.append((time.perf_counter(), bytes(self.received[before:])))
