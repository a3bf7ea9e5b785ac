"""What lies between Textual and a terminal: takes all that Textual writes, gives what the terminal does not show yet.

Frames that nobody has seen are no loss: whoever takes the changes late takes those of the newest frame, and a slow line
never has a queue of old ones before it.
"""

from __future__ import annotations

import re
from threading import Lock

from rproc_tui.tui.terminal.cells import Cells
from rproc_tui.tui.terminal.painter import Painter
from rproc_tui.tui.terminal.stream import Stream

_SCREEN_BEGINS = "\x1b[?1049h"
_SCREEN_ENDS = "\x1b[?1049l"
_OURS = "\x1b[?7l\x1b[?25l"
"""What painting relies on, Textual says it too late: a row that is full does not go on in the next, no cursor jumps."""
_FRAME = "\x1b[?2026h{}\x1b[?2026l"
"""Synchronised output: the terminal shows all of it at once."""
_FRAMED_FROM = 200
"""Characters; less is shown at once anyway."""
_UNASKED_FOR = re.compile(
    r"\x1b(\[(\?2026\$p|\?2048\$p|\?1004[hl]|\?2004[hl]|[<>]\d*u)|\]22;[^\x07\x1b]*(\x07|\x1b\\))"
)
"""Questions and modes that old terminals do not know and print parts of, and that cost time on a slow line."""


class Wire:
    """One terminal of a given size; safe between the thread that writes and the one that takes."""

    def __init__(self, columns: int, rows: int, *, bare: bool = False) -> None:
        self._wanted = Cells(columns, rows)
        self._painter = Painter(columns, rows)
        self._stream = Stream()
        self._controls: list[str] = []
        self._on = False
        self._bare = bare
        self._lock = Lock()

    def write(self, data: str) -> None:
        """Take a piece of Textual's output; UnknownSequence when it holds what no model knows."""
        with self._lock:
            for control in self._stream.feed(data, self._wanted):
                self._control(control)

    def resize(self, columns: int, rows: int) -> None:
        """The terminal has another size: what it shows now is for nobody to say."""
        with self._lock:
            if (columns, rows) != (self._wanted.columns, self._wanted.rows):
                self._wanted = self._wanted.resized(columns, rows)
                self._painter = Painter(columns, rows)

    def redraw(self) -> None:
        """Something else wrote to the terminal: clear it and write everything again."""
        with self._lock:
            if self._on:
                self._controls.append(self._painter.clear())

    def take(self, limit: int | None = None) -> str:
        """What to write to the terminal now, about so many characters at most; empty when it shows everything."""
        with self._lock:
            controls, self._controls = "".join(self._controls), []
            return controls + self._changes(limit)

    def _changes(self, limit: int | None) -> str:
        if not self._on or self._painter.shows(self._wanted):
            return ""
        painted = self._painter.paint(self._wanted, limit) + self._painter.place(self._stream.row, self._stream.column)
        return _FRAME.format(painted) if self._stream.framed and len(painted) >= _FRAMED_FROM else painted

    def _control(self, control: str) -> None:
        """Modes and the like go before the next changes; on a bare line only those that it needs."""
        if self._bare and _UNASKED_FOR.fullmatch(control):
            return
        if control == _SCREEN_ENDS:
            self._on = False
            self._controls.append(self._painter.clear() if self._bare else "\x1b[m")
        self._controls.append(control)
        if control == _SCREEN_BEGINS:
            self._on = True
            self._controls.append(f"{_OURS}{self._painter.clear()}")
