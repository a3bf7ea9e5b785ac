"""What the program costs while nobody does anything: bytes, CPU, memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from tests.bench.measure import Measure
from tests.bench.start_up import HELLO, PROGRAM
from tests.bench.terminal import Terminal

WATCHED = 8.0
"""Seconds of idleness that are measured."""

SETTLING = 2.0
"""Seconds after which start-up is over."""


def run() -> Iterator[Measure]:
    """A screen on which nothing moves, and the demo board whose processors tick."""
    with tempfile.TemporaryDirectory() as nothing:
        sent, cpu, _ = _watch([*PROGRAM, "--root", nothing], "no remote processor")
        yield Measure("idle bytes, nothing there", sent / WATCHED, 0, "B/s")
        yield Measure("idle CPU, nothing there", cpu, 0.2, "%")
    sent, cpu, memory = _watch([*PROGRAM, "--demo"], "running")
    yield Measure(
        "CPU, demo board with its traces moving", cpu, float("inf"), "%", f"{sent / WATCHED:.0f} B/s to the terminal"
    )
    yield Measure("board idle, nobody looks", _board(), 1.0, "%", "of a CPU")
    hello = _watch(list(HELLO), "hello, world")[2]
    note = f"{memory / 1e6:.0f} MB / {hello / 1e6:.0f} MB"
    yield Measure("memory, demo board", memory / hello, 1.6, "x hello", note)


def _board() -> float:
    """Per cent of a CPU that the demo board costs while its agent waits for a request."""
    with Terminal([*PROGRAM, "--demo", "agent"]) as terminal:
        terminal.press('{"id": 1, "op": "list", "path": "/sys/class/remoteproc"}\n')
        terminal.until("names")
        terminal.pump(SETTLING)
        before = terminal.cpu()
        terminal.pump(WATCHED)
        return 100 * (terminal.cpu() - before) / WATCHED


def _watch(command: list[str], text: str) -> tuple[int, float, int]:
    """Bytes written, per cent of a CPU, and resident bytes, once the program is at rest."""
    with Terminal(command) as terminal:
        terminal.until(text)
        terminal.pump(SETTLING)
        before = terminal.cpu()
        sent = terminal.pump(WATCHED)
        return sent, 100 * (terminal.cpu() - before) / WATCHED, terminal.memory()
