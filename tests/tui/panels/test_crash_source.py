from __future__ import annotations

import pytest

from rproc_tui.controller.source_lines import SourceExcerpt
from rproc_tui.crash.values import Place
from rproc_tui.tui.panels.crash_source import instruction_rows, last_words, source_rows, source_title
from tests.tui.crashes import WHEN, report
from tests.tui.scripted import plain

EXCERPT = SourceExcerpt("/src/crash.c", 9, ("{", "        *null = 1;", "}"), 10, WHEN - 5)
PLACE = Place(0x1000, "store", 4, "src/crash.c", 10)


def test_the_line_of_the_place_is_marked() -> None:
    lines = source_rows(PLACE, EXCERPT, 60, when=WHEN, at_fault=True)
    assert plain(lines) == ["   9 │ {", "▶ 10 │         *null = 1;", "  11 │ }"]
    assert "crashed" in str(lines[1].spans[0].style)


def test_a_file_that_is_newer_than_the_crash_is_doubted() -> None:
    lines = source_rows(PLACE, EXCERPT, 80, when=WHEN - 60, at_fault=False)
    assert "changed after the crash" in lines[-1].plain


REASONS = [
    (None, "no call is known"),
    (Place(0x1000), "does not tell which line 0x00001000 is from"),
    (Place(0x1000, "f", 0, "a.c"), "the line is not known"),
    (PLACE, "--source-map OLD=NEW"),
]


@pytest.mark.parametrize(("place", "reason"), REASONS)
def test_without_the_source_it_says_why(place: Place | None, reason: str) -> None:
    assert reason in " ".join(plain(source_rows(place, None, 50, when=WHEN, at_fault=True)))


@pytest.mark.parametrize(
    ("place", "width", "title"),
    [(None, 30, "Source"), (PLACE, 30, "src/crash.c:10"), (PLACE, 10, "…rash.c:10"), (Place(1, "f"), 9, "Source")],
)
def test_the_frame_names_the_file(place: Place | None, width: int, title: str) -> None:
    assert source_title(place, width) == title


def test_where_no_place_is_known_the_last_words_stand() -> None:
    assert plain(last_words(("hub: alive", "x" * 90), 20)) == [
        "",
        "The last that it said",
        "  hub: alive",
        f"  {'x' * 17}…",
    ]
    assert last_words((), 20) == []


def test_the_current_instruction_is_marked() -> None:
    assert plain(instruction_rows(report().instructions, 60))[1:] == [
        "Instructions",
        "  10000006  0120      movs r0, #1",
        "▶ 10000008  0860      str r0, [r1]",
    ]
    assert instruction_rows((), 60) == []
    assert "rproc-tui[emulator]" in " ".join(plain(instruction_rows(None, 90)))
