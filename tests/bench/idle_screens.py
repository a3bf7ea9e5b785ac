"""What each screen costs while it is looked at and nothing moves: a running processor whose trace says nothing."""

from __future__ import annotations

import pathlib
import tempfile
from collections.abc import Iterator

from tests.bench.measure import Measure
from tests.bench.root_board import RootBoard
from tests.bench.start_up import PROGRAM
from tests.bench.terminal import Terminal

SCREENS = {"1": "overview", "2": "trace", "3": "memory", "4": "messages", "5": "crashes", "6": "events"}
WATCHED = 10.0
"""Seconds of idleness on each."""
_SETTLING = 3.0
"""Seconds after which a screen has come to rest."""


def run() -> Iterator[Measure]:
    """Bytes and CPU of every screen."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
        board = RootBoard(folder)
        board.say()
        env = {"XDG_DATA_HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home}
        with Terminal([*PROGRAM, "--root", folder], env=env) as terminal:
            terminal.until("silent", timeout=60)  # the last change: it is said of a trace after 30 s
            for key, name in SCREENS.items():
                terminal.press(key)
                terminal.pump(_SETTLING)
                before = _cpu(terminal.pid)
                sent = terminal.pump(WATCHED)
                share = 100 * (_cpu(terminal.pid) - before) / WATCHED
                yield Measure(f"idle bytes, screen {key} ({name})", sent / WATCHED, 0, "B/s")
                yield Measure(f"idle CPU, screen {key} ({name})", share, 0.2, "%")


def _cpu(process: int) -> float:
    """CPU seconds of all its threads so far, finer than the ticks of `stat`."""
    threads = pathlib.Path(f"/proc/{process}/task").iterdir()
    return sum(int((thread / "schedstat").read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9
