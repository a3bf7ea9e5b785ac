from __future__ import annotations

from dataclasses import replace

from rproc_tui.model.processor import Snapshot
from rproc_tui.model.watch import Watch
from rproc_tui.tui.panels.status import status_line
from tests.tui.scripted import host, processors, view


def test_the_top_line_says_where_we_are_and_how_all_stand() -> None:
    text = status_line(view(), 120).plain
    assert text.startswith(" rproc-tui   stm32mp157c-dk2 · linux 6.12.20 · 4 processors: ")
    assert "1 running, 1 attached, 1 crashed, 1 offline" in text
    assert len(text) == 120


def test_in_a_narrow_line_the_release_goes_first_and_then_the_words() -> None:
    assert "4 processors: 1 running" in status_line(view(), 90).plain
    assert "linux" not in status_line(view(), 90).plain
    assert status_line(view(), 60).plain.rstrip() == " rproc-tui   stm32mp157c-dk2 · ●1 ◐1 ✖1 ○1"


def test_what_is_watched_is_counted_at_the_right() -> None:
    watched = tuple(replace(each, watch=Watch("/fw")) for each in processors()[:2]) + processors()[2:]
    text = status_line(view(Snapshot((host(watched),))), 120).plain
    assert text.endswith(" ⟳ watching 2 ")


def test_read_only_is_said() -> None:
    assert " read-only " in status_line(view(read_only=True), 120).plain


def test_several_boards_are_counted() -> None:
    two = Snapshot((host(), host((), label="other")))
    assert "2 boards · 4 processors" in status_line(view(two), 120).plain


def test_before_anything_is_known_it_says_what_happens() -> None:
    assert "looking for remote processors" in status_line(view(Snapshot()), 120).plain
