"""A table lies straight on a terminal, whatever its cells hold."""

from __future__ import annotations

from rproc_tui.commands.table import table


def test_columns_are_as_wide_as_their_widest_cell_and_lines_end_with_text() -> None:
    assert table(("A", "LONG"), [("wide", "x"), ("b", "")]) == "A     LONG\nwide  x\nb"


def test_characters_that_take_two_columns_or_none_are_counted_so() -> None:
    assert table(("NAME", "X"), [("日本", "1"), ("u\u0308", "2")]).splitlines()[1:] == ["日本  1", "u\u0308     2"]


def test_what_a_cell_holds_cannot_move_the_cursor_or_begin_a_line() -> None:
    assert table(("NAME",), [("e\x1b[31mvil\n\udcff",)]).splitlines() == ["NAME", "e\\x1b[31mvil\\x0a\\xff"]
