"""How the overview is laid out on a terminal of a given size."""

from __future__ import annotations

from enum import StrEnum

SMALLEST = (60, 16)
"""Columns and rows below which nothing useful fits."""
WIDE = (100, 30)
"""Columns and rows from which on all panels stand side by side."""

_BESIDE_NOTICE = 24
"""Rows of a wide terminal that are not for the notice: 17 of panels, status and keys, a trace of 3 lines."""


class Layout(StrEnum):
    """What fits."""

    TINY = "tiny"
    """One sentence that says so."""
    COMPACT = "compact"
    """Processors in one line, panels as tabs, the trace in the lower half."""
    WIDE = "wide"
    """All panels at once."""


def layout_for(columns: int, rows: int) -> Layout:
    """The layout for a size in cells."""
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return Layout.TINY
    return Layout.WIDE if columns >= WIDE[0] and rows >= WIDE[1] else Layout.COMPACT


def notice_rows(layout: Layout, rows: int) -> int:
    """How many rows the notice may take at most, frame included: the panels and some of the trace stay in sight."""
    if layout is Layout.WIDE:
        return max(6, min(14, rows - _BESIDE_NOTICE))
    return max(5, min(8, rows // 3))
