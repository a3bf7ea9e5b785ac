"""From the command to the first picture, and what headless verbs cost."""

from __future__ import annotations

import functools
import sys
import tempfile
from collections.abc import Iterator

from tests.bench.measure import Measure, command_seconds, interleaved
from tests.bench.terminal import Terminal

HELLO = (sys.executable, "-m", "tests.bench.hello")
PROGRAM = (sys.executable, "-m", "rproc_tui")
REPEATS = 9


def run() -> Iterator[Measure]:
    """First paint against a hello-world program; `list --json` against an interpreter that does nothing."""
    hello = functools.partial(first_paint, HELLO, "hello, world")
    with tempfile.TemporaryDirectory() as nothing:
        for name, where in (("empty", ("--root", nothing)), ("demo", ("--demo",))):
            ours = functools.partial(first_paint, (*PROGRAM, *where), "rproc-tui")
            mine, theirs = interleaved(ours, hello, REPEATS)
            note = f"{mine * 1e3:.0f} ms / {theirs * 1e3:.0f} ms"
            yield Measure(f"first paint, {name}", mine / theirs, 1.5, "x hello", note)
        listing = command_seconds((*PROGRAM, "--root", nothing, "list", "--json"))
    mine, theirs = interleaved(functools.partial(first_paint, (*PROGRAM, "--demo"), "running"), hello, REPEATS)
    note = f"{mine * 1e3:.0f} ms / {theirs * 1e3:.0f} ms"
    yield Measure("processors on screen, demo", mine / theirs, float("inf"), "x hello", note)
    bare = command_seconds((sys.executable, "-c", "pass"))
    yield Measure("list --json", listing / bare, 8, "x python", f"{listing * 1e3:.0f} ms / {bare * 1e3:.0f} ms")


def first_paint(command: tuple[str, ...], text: str) -> float:
    """Seconds until the text is on the terminal."""
    with Terminal(list(command)) as terminal:
        return terminal.shown_after(text)
