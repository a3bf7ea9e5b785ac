from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from rproc_tui.tui.panels.columns import cut, cut_left, fit, indented, joined, spread, wrapped

TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=60)


@given(TEXTS, st.integers(0, 40))
def test_a_fitted_text_takes_exactly_its_cells(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width


@given(TEXTS, st.integers(1, 40))
def test_a_cut_text_takes_no_more_than_its_cells(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= max(width, 0)
    assert cell_len(cut_left(text, width)) <= max(width, 0)
    if cell_len(text) <= width:
        assert cut(text, width) == cut_left(text, width) == text


@given(TEXTS, st.integers(4, 30))
def test_wrapped_lines_fit_and_lose_no_character(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_the_end_of_a_path_is_kept() -> None:
    assert cut_left("/home/user/firmware/hub.elf", 12) == "…are/hub.elf"


def test_a_wrapped_text_goes_on_below_itself() -> None:
    lines = indented("→ ", "one two three", 9, "$label")
    assert [line.plain for line in lines] == ["→ one two", "  three"]


def test_text_that_looks_like_markup_stays_text() -> None:
    assert joined([("[bold]x[/]", "$label"), ("[/]", "")]).plain == "[bold]x[/] · [/]"


@pytest.mark.parametrize(("width", "text"), [(12, "left   right"), (8, "le…right"), (5, "left "), (3, "le…")])
def test_two_texts_share_a_line_and_the_left_one_gives_way(width: int, text: str) -> None:
    assert spread(Content("left"), Content("right"), width).plain == text
