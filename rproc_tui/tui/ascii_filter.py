"""What is shown on a terminal that knows only ASCII: a likeness of each of our glyphs, cell by cell.

Textual calls such a thing a line filter: it comes between what widgets paint and what is written.
"""

from __future__ import annotations

from functools import lru_cache

from rich.cells import split_graphemes
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_LIKENESSES = {
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼┏┓┗┛", "+"),
    **dict.fromkeys("─━┄┈╌–—−", "-"),  # noqa: RUF001 (dashes of three lengths)
    **dict.fromkeys("│┃┆▏▕▌▎", "|"),
    **dict.fromkeys("·•…⋯∙", "."),
    **dict.fromkeys("→▸▶»", ">"),
    **dict.fromkeys("←◀«", "<"),
    "↑": "^",
    "▲": "!",
    "↓": "v",
    "▾": "v",
    "▼": "v",
    "×": "x",  # noqa: RUF001 (times)
    "✖": "X",
    "✔": "+",
    "●": "*",
    "◐": "@",
    "○": "o",
    "◌": "z",
    "◇": "d",
    "◆": "+",
    "◍": "~",
    "◔": "%",
    "◉": "*",
    "◦": "o",
    "⊗": "#",
    "⊘": "-",
    "⚑": "f",
    "▪": "r",
    "⟳": "w",
    "↻": "&",
    "█": "#",
    "▄": "=",
    "▓": "%",
    "▒": ":",
    "░": ".",
    "▐": "#",
    "≠": "!",
    "µ": "u",
    "“": '"',
    "”": '"',
    "‘": "'",  # noqa: RUF001 (a quotation mark)
    "’": "'",  # noqa: RUF001 (same)
}
"""One cell for one cell; states and results stay apart from each other without their colour."""
_UNKNOWN = "?"


@lru_cache(maxsize=4096)
def ascii_text(text: str) -> str:
    """The text in ASCII, exactly as many cells wide."""
    if text.isascii():
        return text
    pieces = [(text[start:end], width) for start, end, width in split_graphemes(text)[0]]
    return "".join(_likeness(piece, width) for piece, width in pieces)


def _likeness(piece: str, width: int) -> str:
    found = _LIKENESSES.get(piece, piece)
    return found if found.isascii() and len(found) == width else _UNKNOWN * width


class AsciiFilter(LineFilter):
    """Puts likenesses in the place of what is not ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 (Textual's signature)
        """The same line in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(ascii_text(segment.text), segment.style, segment.control)
            for segment in segments
        ]
