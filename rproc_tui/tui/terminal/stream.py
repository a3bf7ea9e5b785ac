"""Reads what Textual's driver is told to write: text, cursor addresses and looks go into cells, the rest passes by."""

from __future__ import annotations

import re

from rproc_tui.tui.terminal.cells import Cells
from rproc_tui.tui.terminal.look import PLAIN, look_after

_TOKEN = re.compile(
    r"([^\x00-\x1f\x7f-\x9f]+)"  # text
    r"|\x1b\[(\d+);(\d+)H"  # a cursor address
    r"|\x1b\[([\d;]*)m"  # a look
    r"|([\n\r])"  # Textual ends rows so, and then gives an address
    r"|(\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\))"  # a hyperlink
    r"|(\x1b\[\?2026[hl])"  # a frame begins or ends
    r"|(\x1b\[[<=>?][\d;]*\$?[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x07)"  # modes, the clipboard, a bell
)
_TEXT, _ROW, _COLUMN, _LOOK, _END, _LINK, _FRAME, _CONTROL = range(1, 9)


class UnknownSequence(ValueError):
    """Something that is no part of what Textual writes: what it does to the screen is not known."""


class Stream:
    """Keeps the place and the look from one piece of the stream to the next."""

    def __init__(self) -> None:
        self.row = 0
        self.column = 0
        self.framed = False
        """The terminal was told of a frame's begin or end: it knows how to hold them back until they are whole."""
        self._look = PLAIN

    def feed(self, data: str, cells: Cells) -> list[str]:
        """Put what is to be seen into cells; the control sequences that are not about cells, in their order.

        UnknownSequence: nothing behind it was read.
        """
        controls: list[str] = []
        place = 0
        while place < len(data):
            found = _TOKEN.match(data, place)
            if found is None:
                raise UnknownSequence(repr(data[place : place + 20]))
            place = found.end()
            kind = found.lastindex
            if kind == _TEXT:
                self.column = cells.write(self.row, self.column, found[_TEXT], self._look)
            elif kind == _COLUMN:
                self.row, self.column = int(found[_ROW]) - 1, int(found[_COLUMN]) - 1
            elif kind == _LOOK:
                self._look = look_after(self._look, found[_LOOK])
            else:
                controls += self._other(kind, found[0])
        return controls

    def _other(self, kind: int | None, sequence: str) -> list[str]:
        if kind == _END:
            self.column = 0
            self.row += sequence == "\n"
        elif kind == _FRAME:
            self.framed = True
        elif kind == _CONTROL:
            return [sequence]
        return []
