"""Text in columns of terminal cells."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from textual.content import Content

LABEL_WIDTH = 10
"""Cells of the left column in which a panel names what it shows."""

_BREAK = re.compile(r"\s+")


def fit(text: str, width: int) -> str:
    """The text in exactly so many cells: cut with an ellipsis, or padded."""
    if width <= 0:
        return ""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def cut(text: str, width: int) -> str:
    """The text in at most so many cells, with an ellipsis at the end where it was cut."""
    return text if cell_len(text) <= width else fit(text, width)


def cut_left(text: str, width: int) -> str:
    """The end of the text in at most so many cells: the end of a path says more than its start."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) > width - 1:
        text = text[1:]
    return "…" + text if width > 0 else ""


def labelled(label: str, *parts: Content | tuple[str, str] | str) -> Content:
    """A line with its name on the left."""
    return Content.assemble((fit(label, LABEL_WIDTH), "$label"), *parts)


def spread(left: Content, right: Content, width: int) -> Content:
    """Two texts at the two ends of a line; the left one is cut where there is no room."""
    room = width - right.cell_length
    if room < 1:
        return left.truncate(width, ellipsis=True, pad=True)
    return Content.assemble(left.truncate(room, ellipsis=True, pad=True), right)


def dimmed(line: Content) -> Content:
    """The line without its colours: what it says was so."""
    return Content.styled(line.plain, "$dim")


def joined(parts: Iterable[Content | tuple[str, str]], separator: str = " · ") -> Content:
    """Parts in one line with something dim between them."""
    pieces: list[Content | tuple[str, str]] = []
    for part in parts:
        if pieces:
            pieces.append((separator, "$dim"))
        pieces.append(part)
    return Content.assemble(*pieces)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most so many cells, broken between words where it can be."""
    lines: list[str] = []
    line = ""
    for word in _BREAK.split(text.strip()):
        while cell_len(word) > width > 0:
            room = width - cell_len(line) - (1 if line else 0)
            piece = _head(word, room) if room > width // 3 or not line else ""
            lines.append(f"{line} {piece}".strip())
            word, line = word[len(piece) :], ""  # noqa: PLW2901 (what is left of a word that is wider than the line)
        if line and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line or not lines else lines


def indented(first: str, text: str, width: int, style: str) -> list[Content]:
    """A text that begins behind a mark and continues below itself."""
    margin = cell_len(first)
    lines = wrapped(text, max(1, width - margin))
    return [
        Content.assemble((first if not index else " " * margin, style), (line, style))
        for index, line in enumerate(lines)
    ]


def _head(word: str, width: int) -> str:
    """As much of a word as goes into so many cells, at least one character."""
    end = len(word)
    while end > 1 and cell_len(word[:end]) > width:
        end -= 1
    return word[:end]
