"""How long a person waits in the edit-build-run loop: a key to the first line, a save to the new firmware running."""

from __future__ import annotations

import os
import pathlib
import tempfile
import time
from collections.abc import Iterator

from tests.bench.measure import Measure, p90
from tests.bench.start_up import PROGRAM
from tests.bench.terminal import Terminal

ROUNDS = 20


def run() -> Iterator[Measure]:
    """Boots of a stopped processor, and reloads of a running one, on the demo board in a terminal."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"XDG_DATA_HOME": folder, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        with Terminal([*PROGRAM, "--demo"], env=env) as terminal:
            terminal.until("running")
            terminal.pump(1.5)
            boots = [_boot(terminal) for _ in range(ROUNDS)]
            saves = _saves(terminal, pathlib.Path(folder) / "rproc-tui" / "demo" / "firmware")
    yield Measure("boot: key to first trace line on screen, p90", p90(boots) * 1e3, 100, "ms")
    yield Measure("save to running: file closed to screen, p90", p90(saves) * 1e3, 300, "ms")


def _boot(terminal: Terminal) -> float:
    """Stop the selected processor (the hub, which boots by itself), boot it, and wait for its greeting."""
    terminal.press("s")
    terminal.until("offline")
    terminal.pump(0.3)
    began = time.perf_counter()
    terminal.press("b")
    terminal.until("starting")
    took = time.perf_counter() - began
    terminal.pump(0.3)
    return took


def _saves(terminal: Terminal, firmware: pathlib.Path) -> list[float]:
    """Replace the watched file by another build and back."""
    builds = [(firmware / name).read_bytes() for name in ("hub-next.elf", "hub.elf")]
    terminal.press("w")
    terminal.pump(1.0)
    took = []
    for round_number in range(ROUNDS):
        part = firmware / ".build"
        part.write_bytes(builds[round_number % 2])
        os.replace(part, firmware / "hub.elf")
        began = time.perf_counter()
        terminal.until("starting")
        took.append(time.perf_counter() - began)
        terminal.pump(0.5)
    return took
