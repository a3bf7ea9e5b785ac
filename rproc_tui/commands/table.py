"""Aligned columns of text for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rproc_tui.sanitise import sanitise


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell on a terminal, two blanks apart, safe to show; no line end."""
    lines = [[sanitise(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join("  ".join(map(_padded, line, widths)).rstrip() for line in lines)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(cell: str) -> int:
    """Columns of a terminal; most characters take one, those of East Asia two, those that combine none."""
    if cell.isascii():
        return len(cell)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in cell)
    return len(cell) + wide - sum(unicodedata.combining(character) > 0 for character in cell)
