"""Knows what a terminal shows, and writes the least that makes it show something else.

Only what every terminal since the VT100 understands is written: addresses, looks, erasing to the end of a row, and
scrolling between margins.
"""

from __future__ import annotations

from typing import TypeVar

from rproc_tui.tui.terminal.cells import BEHIND_WIDE, BLANK, Cells
from rproc_tui.tui.terminal.look import PLAIN, Look, transition
from rproc_tui.tui.terminal.scroll import Scroll, find_scroll

_Entry = TypeVar("_Entry")

_UNKNOWN = "\0"
"""Stands in a cell of which nobody knows what it shows; no text has it."""
_GAP = 4
"""Cells between two changes that are written again rather than jumped over."""
_WORTH_ERASING = 4
"""Changed cells at the end of a row from which on erasing is shorter than blanks."""


class Painter:
    """One terminal of a given size. It shows blanks after `cleared`, and who knows what before."""

    def __init__(self, columns: int, rows: int) -> None:
        self._shown = Cells(columns, rows)
        self._at: tuple[int, int] | None = None
        self._look: Look | None = None
        self.forget()

    def forget(self) -> None:
        """Nothing is known of the terminal any more."""
        for row in self._shown.text:
            row[:] = [_UNKNOWN] * self._shown.columns
        self._at = self._look = None

    def clear(self) -> str:
        """Make it blank."""
        self._shown = Cells(self._shown.columns, self._shown.rows)
        self._at, self._look = (0, 0), PLAIN
        return "\x1b[m\x1b[r\x1b[H\x1b[2J"

    def paint(self, wanted: Cells, limit: int | None = None) -> str:
        """What makes the terminal show the cells; beyond `limit` characters the rest is left for another time."""
        parts: list[str] = []
        shown, length = self._shown, 0
        scroll = find_scroll(shown.text, wanted.text)
        if scroll is not None:
            parts.append(self._scroll(scroll))
        for row in range(wanted.rows):
            if shown.text[row] == wanted.text[row] and shown.looks[row] == wanted.looks[row]:
                continue
            if limit is not None and length > limit:
                break
            parts += self._row(row, wanted.text[row], wanted.looks[row])
            length = sum(map(len, parts))
        return "".join(parts)

    def shows(self, wanted: Cells) -> bool:
        """Whether there is nothing to paint."""
        return self._shown.text == wanted.text and self._shown.looks == wanted.looks

    def place(self, row: int, column: int) -> str:
        """Put the cursor somewhere."""
        return self._move(max(0, min(row, self._shown.rows - 1)), max(0, min(column, self._shown.columns - 1)))

    def _scroll(self, scroll: Scroll) -> str:
        """Move rows between margins; blank ones come in at the other end."""
        height, steps = scroll.bottom - scroll.top + 1, abs(scroll.by)
        up = scroll.by > 0
        _shift(self._shown.text, scroll, BLANK)
        _shift(self._shown.looks, scroll, PLAIN)
        before = transition(self._look, PLAIN)
        self._look, self._at = PLAIN, None
        edge = scroll.bottom if up else scroll.top
        moved = ("\n" if up else "\x1bM") * min(steps, height)
        return f"{before}\x1b[{scroll.top + 1};{scroll.bottom + 1}r\x1b[{edge + 1};1H{moved}\x1b[r"

    def _row(self, row: int, text: list[str], looks: list[Look]) -> list[str]:
        """Write the cells of a row that differ."""
        parts: list[str] = []
        shown_text, shown_looks = self._shown.text[row], self._shown.looks[row]
        end = self._erased_from(row, text, looks)
        column = 0
        while column < end:
            if text[column] == shown_text[column] and looks[column] is shown_looks[column]:
                column += 1
                continue
            column = _run_start(text, looks, column)
            stop = self._run_end(row, text, looks, column, end)
            parts.append(self._move(row, column))
            parts.append(self._write(row, column, text[column:stop], looks[column:stop]))
            column = stop
        if end < len(text):
            parts += [self._move(row, end), transition(self._look, PLAIN), "\x1b[K"]
            self._look = PLAIN
            shown_text[end:] = text[end:]
            shown_looks[end:] = looks[end:]
        return parts

    def _erased_from(self, row: int, text: list[str], looks: list[Look]) -> int:
        """The column from which on the row is erased; behind its end when writing is shorter."""
        end = len(text)
        while end and text[end - 1] == BLANK and looks[end - 1] is PLAIN:
            end -= 1
        shown_text, shown_looks = self._shown.text[row], self._shown.looks[row]
        differing = sum(
            1 for column in range(end, len(text)) if shown_text[column] != BLANK or shown_looks[column] is not PLAIN
        )
        return end if differing >= _WORTH_ERASING else len(text)

    def _run_end(self, row: int, text: list[str], looks: list[Look], start: int, end: int) -> int:
        """Behind the last cell that is to be written in one go."""
        shown_text, shown_looks = self._shown.text[row], self._shown.looks[row]
        stop = column = start + 1
        while column < end and column - stop < _GAP:
            differs = text[column] != shown_text[column] or looks[column] is not shown_looks[column]
            if differs or text[column] == BEHIND_WIDE:
                stop = column + 1
            elif looks[column] is not looks[stop - 1] or not text[column].isascii():
                break
            column += 1
        while stop < end and _in_one_word(text, looks, stop):
            stop += 1
        return stop

    def _write(self, row: int, column: int, text: list[str], looks: list[Look]) -> str:
        parts: list[str] = []
        shown_text, shown_looks = self._shown.text[row], self._shown.looks[row]
        stop = column + len(text)
        for character, look in zip(text, looks, strict=True):
            if look is not self._look:
                parts.append(transition(self._look, look))
                self._look = look
            parts.append(character)
        shown_text[column:stop] = text
        shown_looks[column:stop] = looks
        narrow = all(len(character) == 1 for character in text)
        self._at = (row, stop) if narrow else None  # terminals differ about how far a wide character goes
        return "".join(parts)

    def _move(self, row: int, column: int) -> str:
        """The shortest way to a cell."""
        at, self._at = self._at, (row, column)
        if at == (row, column):
            return ""
        if at is not None and at[0] == row and column > at[1]:
            steps = column - at[1]
            return f"\x1b[{steps}C" if steps > 1 else "\x1b[C"
        if column == 0 and at is not None and row == at[0] + 1:
            return "\r\n"
        if column == 0 and at is not None and row == at[0]:
            return "\r"
        return f"\x1b[{row + 1};{column + 1}H" if column else f"\x1b[{row + 1}H"


def _run_start(text: list[str], looks: list[Look], column: int) -> int:
    """Where to begin so that a cell is written with the whole of its character, and of its word.

    A word in one piece costs little, and whoever looks for it in what a terminal got, will find it.
    """
    while column and (text[column] == BEHIND_WIDE or _in_one_word(text, looks, column)):
        column -= 1
    return column


def _in_one_word(text: list[str], looks: list[Look], column: int) -> bool:
    """Whether a cell goes on with the word of the cell before it."""
    pair = text[column - 1] + text[column]
    return len(pair) == 2 and pair.isascii() and BLANK not in pair and looks[column - 1] is looks[column]


def _shift(rows: list[list[_Entry]], scroll: Scroll, blank: _Entry) -> None:
    """Move rows as the terminal does."""
    kept = rows[scroll.top : scroll.bottom + 1]
    fresh = [[blank] * len(kept[0]) for _ in range(abs(scroll.by))]
    rows[scroll.top : scroll.bottom + 1] = (
        [*kept[scroll.by :], *fresh] if scroll.by > 0 else [*fresh, *kept[: scroll.by]]
    )
