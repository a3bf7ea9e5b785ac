from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

import rproc_tui
from rproc_tui.tui.ascii_filter import AsciiFilter, ascii_text
from rproc_tui.tui.marks import NOTES, RESULTS, STATES

SOURCES = sorted(Path(rproc_tui.__file__).parent.rglob("*.py"))
SHOWN = {one for path in SOURCES for one in path.read_text(encoding="utf-8") if not one.isascii()}
"""Everything beyond ASCII that the program has a word with."""


@pytest.mark.parametrize("glyph", sorted(one for one in SHOWN if cell_len(one) == 1))
def test_every_glyph_of_ours_has_a_likeness(glyph: str) -> None:
    assert ascii_text(glyph) != "?"


@given(st.text())
def test_text_keeps_its_width_and_is_ascii(text: str) -> None:
    found = ascii_text(text)
    assert found.isascii()
    assert len(found) == cell_len(text) or text.isascii()


def test_states_and_results_stay_apart_from_each_other() -> None:
    for marks in ([*STATES.values(), *NOTES.values()], list(RESULTS.values())):
        glyphs = {mark.word: ascii_text(mark.glyph) for mark in marks}
        assert len(set(glyphs.values())) >= len(glyphs) - 1, glyphs  # deleted and invalid share one as it is


def test_a_line_keeps_its_styles() -> None:
    line = [Segment("● m4 ", Style(bold=True)), Segment("ok", Style(dim=True))]
    found = AsciiFilter().apply(line, Color.parse("black"))
    assert found == [Segment("* m4 ", Style(bold=True)), Segment("ok", Style(dim=True))]
