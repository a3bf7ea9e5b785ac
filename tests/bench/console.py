"""What the screen costs on a line, and how long a person at its far end waits."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.line import FarTerminal, Line
from tests.bench.measure import Measure, p90
from tests.bench.root_board import RootBoard, Talking
from tests.bench.start_up import PROGRAM

LINES_PER_SECOND = 10.0
WATCHED = 6.0
"""Seconds of trace that are measured."""
_SETTLING = 1.5
_KEYS = ("\t", "\x1b[Z", " ", " ", ":", "w", "a", "\x1b")
"""To the next panel and back, pause and follow, a command begun and given up."""
_WORD = "filter temperature"
"""Typed at the command line while the trace moves, letter by letter."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """Bytes, and seconds beyond the line's own time on the way."""

    start: float
    trace_line: float
    key: float
    latency: float


def console(profile: str, line: Line, size: tuple[int, int], budgets: Budgets) -> Iterator[Measure]:
    """The figures of one profile at one size."""
    name = f"{profile} {size[0]}x{size[1]}"
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
        board = RootBoard(folder)
        board.say()
        env = {"XDG_DATA_HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home}
        command = [*PROGRAM, "--profile", profile, "--root", folder]
        with FarTerminal(command, line, columns=size[0], rows=size[1], env=env) as terminal:
            terminal.until_seen("trace message")
            terminal.pump(_SETTLING)
            shown = f"shown after {terminal.seconds_to_first_text:.2f} s"
            yield Measure(f"{name}: start", len(terminal.received), budgets.start, "B", shown)
            keys = [_bytes_of(terminal, key) for key in _KEYS]
            note = f"{min(keys)} to {max(keys)} B"
            yield Measure(f"{name}: a key, mean of {len(keys)}", statistics.mean(keys), budgets.key, "B", note)
            with Talking(board, LINES_PER_SECOND):
                terminal.pump(_SETTLING)
                lines, sent = board.lines, terminal.pump(WATCHED)
                cost = sent / (board.lines - lines)
                yield Measure(f"{name}: a trace line, 10 a second", cost, budgets.trace_line, "B")
                waits = _type(terminal)
            beyond = p90(waits) - 2 * line.delay
            note = f"median {statistics.median(waits) * 1e3:.0f} ms, longest {max(waits) * 1e3:.0f} ms"
            yield Measure(f"{name}: key to screen meanwhile, p90", beyond * 1e3, budgets.latency * 1e3, "ms", note)


def _bytes_of(terminal: FarTerminal, key: str) -> int:
    terminal.press(key)
    return terminal.pump(0.5)


def _type(terminal: FarTerminal) -> list[float]:
    """Seconds until each letter is seen."""
    terminal.press(":")
    terminal.pump(0.5)
    waits = []
    for end in range(1, len(_WORD) + 1):
        terminal.press(_WORD[end - 1])
        waits.append(terminal.until_seen(f" :{_WORD[:end]}"))
        terminal.pump(0.13)
    return waits
