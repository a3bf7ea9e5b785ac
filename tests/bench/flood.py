"""A processor that pours 100 000 lines a second into its trace for half a minute: keys, loss, memory."""

from __future__ import annotations

import pathlib
import re
import shutil
import tempfile
import time
from collections.abc import Iterator

from rproc_tui.emulator.board import DEMO_FIRMWARE
from tests.bench.line import FarTerminal, Line
from tests.bench.measure import Measure, p90
from tests.bench.start_up import PROGRAM

POURED = 30.0
"""Seconds."""
PAUSE = 0.25
"""Seconds between two keys, while the lines go on."""
CAP = 16 * 1024 * 1024
"""Bytes that the trace of one processor may take."""

NEAR = Line(1e9, window=1 << 16)
"""No line at all, but a screen to look at: only cells that differ are written."""

_NUMBER = re.compile(r"\] line (\d{10}) ")
_LOSS = "⋯"


def run() -> Iterator[Measure]:
    """The demo board with the flood in the place of the hub."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"XDG_DATA_HOME": folder, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        quiet_keys, quiet = _quiet(env)
        firmware = pathlib.Path(folder) / "rproc-tui" / "demo" / "firmware"
        shutil.copyfile(pathlib.Path(DEMO_FIRMWARE) / "flood.elf", firmware / "hub.elf")
        keys, memory, seconds, lines = _poured(env, pathlib.Path(folder) / "rproc-tui" / "traces")
    numbers = [int(found[1]) for found in map(_NUMBER.search, lines) if found]
    note = f"{numbers[-1] / seconds:.0f} lines/s for {seconds:.0f} s; quiet board: {p90(quiet_keys) * 1e3:.0f} ms"
    yield Measure("flood: key to screen, p90", p90(keys) * 1e3, 100, "ms", note)
    marks = sum(_LOSS in line for line in lines)
    yield Measure(
        "flood: lines lost without a mark", _unmarked(lines), 0, "gaps", f"{marks} marks, {len(lines)} lines kept"
    )
    note = f"{memory / 1e6:.0f} MB / {quiet / 1e6:.0f} MB"
    yield Measure("flood: memory above that of the quiet board", (memory - quiet) / CAP, 2, "x cap", note)


def _quiet(env: dict[str, str]) -> tuple[list[float], int]:
    """Seconds that keys take over the board as it is, and bytes of memory."""
    with FarTerminal([*PROGRAM, "--demo"], NEAR, env=env) as terminal:
        terminal.until_seen("running")
        terminal.press("2")
        terminal.pump(2.0)
        return [took for _ in range(5) for took in _keys(terminal)], terminal.memory()


def _poured(env: dict[str, str], traces: pathlib.Path) -> tuple[list[float], int, float, list[str]]:
    """Seconds that each key took, bytes of memory at the end, for how long it poured, and the lines that are kept."""
    with FarTerminal([*PROGRAM, "--demo"], NEAR, env=env) as terminal:
        terminal.until_seen("running")
        began = time.perf_counter()
        terminal.press("2")
        terminal.pump(2.0)
        keys: list[float] = []
        while time.perf_counter() - began < POURED:
            keys += _keys(terminal)
        memory = terminal.memory()
        terminal.press("e")
        seconds, lines = time.perf_counter() - began, [""]
        while not lines or lines != _read(traces):  # until nothing more is written
            lines = _read(traces)
            terminal.pump(1.0)
        return keys, memory, seconds, lines


def _keys(terminal: FarTerminal) -> Iterator[float]:
    """Pause, begin a filter and give it up, follow: seconds until each shows."""
    for key, seen in ((" ", "paused"), ("/", "inverts"), ("\r", "b boot"), (" ", "following")):
        terminal.press(key)
        yield terminal.until_seen(seen)
        terminal.pump(PAUSE)


def _read(folder: pathlib.Path) -> list[str]:
    """The lines of the saved trace, as far as they are written."""
    found = list(folder.glob("*"))
    return found[0].read_text(encoding="utf-8").splitlines() if found else []


def _unmarked(lines: list[str]) -> int:
    """Places where numbers are missing and no line says so."""
    last, is_marked, gaps = None, False, 0
    for line in lines:
        found = _NUMBER.search(line)
        if found is None:
            is_marked = is_marked or _LOSS in line
            continue
        gaps += last is not None and int(found[1]) != last + 1 and not is_marked
        last, is_marked = int(found[1]), False
    return gaps
