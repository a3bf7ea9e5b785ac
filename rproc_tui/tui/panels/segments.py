"""Memory bars as lines of text."""

from __future__ import annotations

from itertools import groupby

from rich.cells import cell_len
from textual.content import Content

from rproc_tui.firmware.units import address_text, size_text
from rproc_tui.tui.panels.columns import fit, joined
from rproc_tui.tui.panels.memory_map import STRAY, Bar, Span, Use, cells, memory_bars
from rproc_tui.tui.view import View

GLYPHS = {Use.CODE: "█", Use.DATA: "▄", Use.CARVEOUT: "▓", Use.FREE: "░"}
STYLES = {
    Use.CODE: "$memory-code",
    Use.DATA: "$memory-data",
    Use.CARVEOUT: "$memory-carveout",
    Use.FREE: "$memory-free",
}
_NAME_WIDTHS = (4, 14)
_BAR_WIDTHS = (6, 32)
"""Cells of the shortest and of the longest bar: lengths follow the sizes between the two."""
_SIZE_WIDTH = 9
_BESIDE = 56
"""Cells for what stands beside name and bar: address, size, frame, and 30 for what lies in the region."""


def legend() -> Content:
    """What the glyphs of a bar mean."""
    return joined([Content.assemble((GLYPHS[use], STYLES[use]), (f" {use}", "$label")) for use in Use], "  ")


def segment_lines(view: View, width: int) -> list[Content]:
    """What the segments panel says: each region of the selected processor, with what lies in it beside it."""
    if view.processor is None:
        return []
    bars = memory_bars(view.processor.regions, view.facts)
    if not bars:
        return [Content.assemble(("no memory regions known, and no firmware file to look into", "$label"))]
    least, most = _NAME_WIDTHS
    name_width = min(most, max([least, *(cell_len(bar.name) for bar in bars)]))
    shortest, longest = _BAR_WIDTHS
    scale = max(shortest, min(longest, width - name_width - _BESIDE))
    largest = max(bar.size for bar in bars)
    lines: list[Content] = []
    for bar in bars:
        left = _bar_start(bar, name_width, max(shortest, scale * bar.size // largest), scale)
        lines += _beside(left, _words(_sorted(bar)), width)
    return lines


def _bar_start(bar: Bar, name_width: int, length: int, scale: int) -> Content:
    stray = bar.name == STRAY
    return Content.assemble(
        (fit(bar.name, name_width), "$state-crashed" if stray else "bold"),
        (f" {address_text(bar.da)} ", "$label"),
        drawn(bar, length),
        f"{size_text(bar.size):>{_SIZE_WIDTH}}",
        " " * (scale - length + 2),
    )


def drawn(bar: Bar, length: int) -> Content:
    """A bar in so many cells, between its two ends."""
    parts = [("▕", "$dim")]
    for use, run in groupby(cells(bar, length)):
        parts.append((GLYPHS[use] * len(list(run)), STYLES[use]))
    return Content.assemble(*parts, ("▏", "$dim"))


def _sorted(bar: Bar) -> list[Span]:
    """Segments before carveouts, each by address."""
    return sorted(bar.spans, key=lambda span: span.use is Use.CARVEOUT)


def _words(spans: list[Span]) -> list[tuple[str, Content]]:
    """What lies in a bar, word by word, each with what stands before it on the same line."""
    words: list[tuple[str, Content]] = []
    for span in spans:
        first, *names = span.name.split(" ")
        words.append((" · ", Content.assemble(f"{size_text(span.size)} ", (first, STYLES[span.use]))))
        words += [(" ", Content.assemble((name, STYLES[span.use]))) for name in names]
    return words or [("", Content.assemble(("free", "$label")))]


def _beside(left: Content, words: list[tuple[str, Content]], width: int) -> list[Content]:
    """The words to the right of a bar, on as many lines as they need."""
    margin = " " * left.cell_length
    lines, started = [left], False
    for before, word in words:
        gap = before if started else ""
        if started and lines[-1].cell_length + len(gap) + word.cell_length > width:
            lines.append(Content(margin))
            gap = ""
        lines[-1] = Content.assemble(lines[-1], (gap, "$dim"), word)
        started = True
    return [line.truncate(width, ellipsis=True) for line in lines]
