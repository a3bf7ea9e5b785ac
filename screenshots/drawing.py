"""A terminal's screen as an SVG picture, or several in turn as one that moves; with no font but the viewer's.

Rows that stay the same from one moment to the next are drawn once, so a session of a minute is a small file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from textual.strip import Strip

WIDTH, HEIGHT = 8.4, 16.5
"""Pixels of a cell: what fonts of 14 pixels take."""
SIZE = 14
MARGIN = 12
TITLE = 30
"""Pixels of the bar above the screen."""
FONTS = "'DejaVu Sans Mono','Menlo','Consolas','Liberation Mono',monospace"

_RARE = "⟳↻⚑◔◍"
"""Glyphs that monospaced fonts often lack."""
SIXTEEN = (
    *("#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#c0c0c0"),
    *("#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff"),
)
"""What a terminal of today shows for its sixteen colours."""


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one look at a place of a row."""

    column: int
    text: str
    word: str
    """Colour of the text."""
    ground: str | None
    """Colour behind it; None for the screen's own."""
    bold: bool = False


Row = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """What a picture is drawn on."""

    columns: int
    rows: int
    ground: str
    word: str
    title: str

    @property
    def width(self) -> float:
        """Pixels."""
        return self.columns * WIDTH + 2 * MARGIN

    @property
    def height(self) -> float:
        """Pixels."""
        return self.rows * HEIGHT + TITLE + MARGIN


def rows_of(strips: Sequence[Strip], paper: Paper) -> tuple[Row, ...]:
    """What stands in each row."""
    return tuple(tuple(_spans(strip, paper)) for strip in strips)


def picture(rows: Sequence[Row], paper: Paper) -> str:
    """One moment."""
    drawn = "\n".join(part for y, row in enumerate(rows) for part in _drawn(row, y))
    return _sheet(paper, "", drawn)


def moving_picture(moments: Sequence[tuple[float, Sequence[Row]]], paper: Paper) -> str:
    """Moments, each with the seconds for which it stays; it begins anew at the end."""
    whole = sum(seconds for seconds, _ in moments)
    styles: list[str] = []
    drawn: list[str] = []
    for y in range(paper.rows):
        for row, start, end in _stays([(seconds, rows[y]) for seconds, rows in moments]):
            parts = "".join(_drawn(row, y))
            if not parts:
                continue
            if (start, end) == (0.0, whole):
                drawn.append(parts)
                continue
            name = f"m{len(styles)}"
            styles.append(_keyframes(name, start / whole, end / whole, whole))
            drawn.append(f'<g class="{name}">{parts}</g>')
    return _sheet(paper, "\n".join(styles), "\n".join(drawn))


def _stays(moments: Sequence[tuple[float, Row]]) -> Iterator[tuple[Row, float, float]]:
    """Each content of a row with the seconds from which and to which it stands there."""
    now = 0.0
    for row, run in groupby(moments, key=lambda moment: moment[1]):
        end = now + sum(seconds for seconds, _ in run)
        yield row, now, end
        now = end


def _keyframes(name: str, start: float, end: float, whole: float) -> str:
    first, last = f"{100 * start:.3f}%", f"{100 * end:.3f}%"
    before = "" if start == 0 else "0%{visibility:hidden}"
    after = "" if end == 1 else f"{last}{{visibility:hidden}}"
    steps = f"{before}{first}{{visibility:visible}}{after}"
    still = "" if start == 0 else "visibility:hidden;"  # for who shows no movement: the first moment
    return f".{name}{{{still}animation:{name} {whole:.1f}s step-end infinite}}@keyframes {name}{{{steps}}}"


def _sheet(paper: Paper, styles: str, drawn: str) -> str:
    dots = "".join(
        f'<circle cx="{MARGIN + 6 + 18 * at}" cy="15" r="5" fill="{colour}"/>'
        for at, colour in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {paper.width:.0f} {paper.height:.0f}" '
        f'font-family="{FONTS}" font-size="{SIZE}" xml:space="preserve">\n'
        f"<style>text{{fill:{paper.word}}}.b{{font-weight:bold}}{styles}</style>\n"
        f'<rect width="100%" height="100%" rx="8" fill="{paper.ground}" stroke="#8886"/>\n{dots}'
        f'<text x="50%" y="20" text-anchor="middle" font-size="12" opacity=".7">{escape(paper.title)}</text>\n'
        f'<g transform="translate({MARGIN},{TITLE})">\n{drawn}\n</g>\n</svg>\n'
    )


def _drawn(row: Row, y: int) -> Iterator[str]:
    for span in row:
        x, width = span.column * WIDTH, cell_len(span.text) * WIDTH
        if span.ground is not None:
            yield f'<rect x="{x:.1f}" y="{y * HEIGHT:.1f}" width="{width:.1f}" height="{HEIGHT}" fill="{span.ground}"/>'
        for column, text in _pieces(span.text):
            place = f'x="{x + column * WIDTH:.1f}" y="{y * HEIGHT + 12.6:.1f}"'
            weight = ' class="b"' if span.bold else ""
            look = f'textLength="{cell_len(text) * WIDTH:.1f}" style="fill:{span.word}"{weight}'
            yield f"<text {place} {look}>{escape(text)}</text>"


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text by column, glyphs apart that few fonts have: the text beside one would be in the font that is found."""
    column = 0
    for piece in re.split(f"([{_RARE}])", text):
        if piece.strip():
            yield column, piece
        column += cell_len(piece)


def _spans(strip: Strip, paper: Paper) -> Iterator[Span]:
    """Neighbours of one look are one span; blanks at the ends are nobody's, where nothing is behind them."""
    column = 0
    looks = ((segment.text, _look(segment.style, paper)) for segment in strip if segment.text)
    for (word, ground, bold), run in groupby(looks, key=lambda piece: piece[1]):
        text = "".join(piece for piece, _ in run)
        behind = None if ground == paper.ground else ground
        if behind is None:
            stripped = text.strip(" ")
            if stripped:
                yield Span(column + len(text) - len(text.lstrip(" ")), stripped, word, None, bold)
        else:
            yield Span(column, text, word, behind, bold)
        column += cell_len(text)


def _look(style: Style | None, paper: Paper) -> tuple[str, str, bool]:
    if style is None:
        return paper.word, paper.ground, False
    word, ground = _colour(style.color, paper.word), _colour(style.bgcolor, paper.ground)
    return (ground, word, bool(style.bold)) if style.reverse else (word, ground, bool(style.bold))


def _colour(colour: Color | None, default: str) -> str:
    if colour is None or colour.is_default:
        return default
    return colour.triplet.hex if colour.triplet is not None else SIXTEEN[(colour.number or 0) % 16]
